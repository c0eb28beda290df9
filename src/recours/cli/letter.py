"""`recours letter`: a formal letter from a JSON file, as a PDF. It needs no database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recours.marketplaces.profiles import PROFILES, load_profile

if TYPE_CHECKING:
    from recours.files.judge import Judged
    from recours.rules.letters import Prepared
    from recours.rules.letters.model import Story
    from recours.rules.profile import Profile

MAX_BYTES = 1024 * 1024
"""Of the JSON file: fifty times what a letter holds."""
KINDS = ("complaint", "deliver", "withdrawal", "conformity", "refund_overdue", "bank", "mediator")


@click.command()
@click.option("--json", "source", type=click.Path(path_type=Path, dir_okay=False), required=True,
              help="Ce qu'il faut pour l'écrire (docs/letters.md) ; « - » : l'entrée standard.")  # fmt: skip
@click.option("--kind", type=click.Choice(KINDS), help="Le genre, au lieu de celui du fichier.")
@click.option("--profile", "key", type=click.Choice(PROFILES),
              help="La place de marché à qui l'on écrit, si le fichier ne nomme pas de destinataire.")  # fmt: skip
@click.option("--exhibit", "paths", type=click.Path(path_type=Path, dir_okay=False), multiple=True,
              help="Une photo ou un PDF à annexer, sous son nom ; autant de fois qu'il y en a.")  # fmt: skip
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True,
              help="La langue des messages ; la lettre est en français.")  # fmt: skip
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), required=True,
              help="Où l'écrire ; « - » pour la sortie standard.")  # fmt: skip
def command(
    source: Path, kind: str | None, key: str | None, paths: tuple[Path, ...], lang: str, output: Path
) -> None:
    """Une lettre formelle en PDF, pour une enveloppe à fenêtre.

    Dit ce qui a été raccourci dans les adresses, ce qui n'a pas encore été essayé, et les articles à vérifier.
    """
    from django.conf import settings  # slow import: --help must not wait for it

    if not settings.configured:
        # No database and no key: a letter is made on a machine where nothing is installed but Recours.
        settings.configure(USE_I18N=False)
    from msgspec.structs import replace

    from recours.letters import annexed, paper
    from recours.rules.calendars import Calendar
    from recours.rules.law import law_of
    from recours.rules.letters import Enclosure, Kind, read_story, write
    from recours.rules.refusals import Refusal

    law = law_of("FR")
    if law is None:
        raise click.ClickException("FR")
    try:
        profile = load_profile(key) if key else None
        told = read_story(_read(source), kind=Kind(kind) if kind else None, profile=profile)
        more = tuple(Enclosure(title=path.stem, file=str(path.absolute())) for path in paths)
        story = replace(told, enclosures=(*told.enclosures, *more))
        prepared = write(story, law, Calendar("Europe/Paris", "FR"))
        folder = Path.cwd() if str(source) == "-" else source.parent
        named = [name for each in story.enclosures if (name := each.file)]
        content = paper(prepared, story, annexed({name: [_judged(folder, name)] for name in named}))
    except Refusal as refusal:
        click.echo(refusal.explain(lang), err=True)
        click.echo(f"→ {refusal.remedy(lang)}", err=True)
        sys.exit(2)
    for line in [*_told_of(profile, story, lang), *_told(prepared, lang)]:
        click.echo(line, err=True)
    if str(output) == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{output} : {error.strerror}") from error
    click.echo(f"✓ {output}", err=True)


def _told_of(profile: Profile | None, story: Story, lang: str) -> list[str]:
    """Return whose word the address is, where it comes from a profile."""
    from recours.rules.wording import say  # slow import

    address = profile.address if profile else None
    if address is None or (story.addressee.name, *story.addressee.address) != address.lines:
        return []
    return [say(lang, "letters.address_told", source=address.source, checked_on=address.checked_on)]


def _told(prepared: Prepared, lang: str) -> list[str]:
    from recours.rules.wording import say  # slow import

    lines = [
        say(lang, "letters.shortened", given=each.given, printed=each.printed) for each in prepared.shortened
    ]
    if prepared.untried:
        steps = ", ".join(say(lang, f"letters.step.{step.value}") for step in prepared.untried)
        lines.append(say(lang, "letters.untried", steps=steps))
    lines += [say(lang, "letters.unverified", article=article) for article in prepared.unverified]
    if prepared.meter is not None:
        lines.append(say(lang, "letters.surcharge", surcharge=prepared.meter.surcharge))
    return lines


def _read(source: Path) -> bytes:
    try:
        if str(source) == "-":
            return sys.stdin.buffer.read(MAX_BYTES)
        with source.open("rb") as file:
            return file.read(MAX_BYTES)
    except OSError as error:
        raise click.ClickException(f"{source} : {error.strerror}") from error


def _judged(folder: Path, name: str) -> Judged:
    from django.core.files.base import ContentFile  # slow import

    from recours.files.judge import judge  # slow import

    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise click.ClickException(f"{name} : {error.strerror}") from error
    return judge(ContentFile(content, Path(name).name))
