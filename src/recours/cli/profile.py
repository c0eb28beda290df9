"""`recours profile`: check the profile of a marketplace that is not connected, show those that come with Recours."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from recours.marketplaces.profiles import PROFILES, profile_text
from recours.rules.profile import MAX_CHARACTERS, ProfileError, parse_profile
from recours.rules.wording import say

_lang = click.option(
    "--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="La langue."
)


@click.group()
def command() -> None:
    """Vérifie et affiche des profils de places de marché."""


@command.command()
@click.argument("name", metavar="FICHIER|PROFIL")
@_lang
def check(name: str, lang: str) -> None:
    """Vérifie un profil, et nomme ce que la place de marché n'a pas confirmé.

    Le code de sortie est 0 si le fichier est utilisable, 1 sinon, 2 s'il est introuvable.
    """
    try:
        profile = parse_profile(_read(name, lang))
    except ProfileError as error:
        click.echo(error.explain(lang), err=True)
        for line, message in error.lines(lang):
            click.echo(f"  {say(lang, 'policy.check.line', line=str(line), text=message)}", err=True)
        click.echo(f"→ {error.remedy(lang)}", err=True)
        sys.exit(1)
    click.echo(say(lang, "profile.check.good", name=profile.meta.name, policy=profile.meta.policy))
    if profile.unverified:
        click.echo(say(lang, "profile.check.unverified", tables=", ".join(profile.unverified)), err=True)
    if profile.address is None:
        click.echo(say(lang, "profile.check.no_address"), err=True)


@command.command()
@click.argument("name", metavar="[FICHIER|PROFIL]", default="aliexpress_fr")
@_lang
def show(name: str, lang: str) -> None:
    """Affiche un profil ; un bon point de départ pour écrire le vôtre.

    Profils : aliexpress_fr, grandbazar_exemple.
    """
    click.echo(_read(name, lang), nl=False)


def _read(name: str, lang: str) -> str:
    """Return the text of a file or a profile; ends the command when there is neither."""
    if name in PROFILES:
        return profile_text(name)
    try:
        with Path(name).open("rb") as file:
            return file.read(4 * MAX_CHARACTERS).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError):
        click.echo(say(lang, "profile.check.no_file", name=name, known=", ".join(PROFILES)), err=True)
        sys.exit(2)
