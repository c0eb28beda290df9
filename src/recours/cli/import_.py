"""`recours import orders FILE`, `recours import shops FILE`: what a marketplace knows, from CSV or JSON Lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recours import clock
from recours.cli.setup import database
from recours.rules.refusals import Refusal
from recours.rules.wording import say

if TYPE_CHECKING:
    from recours.marketplaces.importer import Progress, Report
    from recours.marketplaces.models import Marketplace

INTERRUPTED = 130
"""The exit code of a command ended by Ctrl-C."""


@click.group()
def command() -> None:
    """Importe les données d'une place de marché."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--marketplace", "slug", help="La place de marché ; inutile s'il n'y en a qu'une.")
@click.option(
    "--format", "file_format", type=click.Choice(["csv", "jsonl"]), help="Deviné sans cette option."
)
@click.option("--delimiter", help="Le séparateur du CSV (deviné : , ; tabulation |).")
@click.option("--encoding", help="L'encodage (deviné : UTF-8, sinon Windows-1252).")
@click.option(
    "--rejects", type=click.Path(path_type=Path, dir_okay=False), help="Où écrire les lignes refusées."
)
@click.option("--dry-run", is_flag=True, help="Dit ce qui serait fait, sans rien enregistrer.")
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="La langue.")
def orders(
    file: Path,
    slug: str | None,
    file_format: str | None,
    delimiter: str | None,
    encoding: str | None,
    rejects: Path | None,
    dry_run: bool,
    lang: str,
) -> None:
    """Importe un fichier de commandes, CSV (une ligne par article) ou JSON Lines (une commande par ligne).

    Les colonnes sont décrites dans docs/import.md. Une commande déjà connue est mise à jour : le même fichier
    peut être importé deux fois, et un import interrompu relancé. Le code de sortie est 0 si tout a été
    importé, 1 si des lignes ont été refusées ou si le fichier n'a pas pu être lu.
    """
    if delimiter is not None:
        delimiter = "\t" if delimiter in {"\\t", "tab"} else delimiter
        if len(delimiter) != 1:
            raise click.BadOptionUsage("delimiter", "--delimiter : un seul caractère.")
    if rejects is not None and rejects.exists() and file.exists() and rejects.samefile(file):
        raise click.ClickException(say(lang, "import.same_file"))
    with database():
        from recours.marketplaces.importer import import_orders  # Django must be ready

        place = chosen_marketplace(slug, lang)
        try:
            with _shown_progress(lang) as progress:
                report = import_orders(
                    file,
                    place,
                    now=clock.now(),
                    lang=lang,
                    file_format=file_format,  # type: ignore[arg-type]  # click has checked it
                    delimiter=delimiter,
                    encoding=encoding,
                    rejects_path=rejects,
                    dry_run=dry_run,
                    progress=progress,
                )
        except Refusal as refusal:
            raise click.ClickException(f"{refusal.explain(lang)}\n→ {refusal.remedy(lang)}") from None
        except OSError as error:
            said = say(lang, "import.unreadable_path", path=str(file), error=error.strerror or str(error))
            raise click.ClickException(said) from None
        except KeyboardInterrupt:
            click.echo("\n" + say(lang, "import.interrupted"), err=True)
            sys.exit(INTERRUPTED)
        _tell(report, place, lang)
    if report.problem_count:
        sys.exit(1)


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--marketplace", "slug", help="La place de marché ; inutile s'il n'y en a qu'une.")
@click.option("--delimiter", help="Le séparateur du CSV (deviné : , ; tabulation |).")
@click.option("--encoding", help="L'encodage (deviné : UTF-8, sinon Windows-1252).")
@click.option("--dry-run", is_flag=True, help="Dit ce qui serait fait, sans rien enregistrer.")
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="La langue.")
def shops(
    file: Path, slug: str | None, delimiter: str | None, encoding: str | None, dry_run: bool, lang: str
) -> None:
    """Importe ce que la place de marché sait de ses boutiques, en CSV, une ligne par boutique.

    Les colonnes sont décrites dans docs/import.md. Une cellule vide n'efface rien. Le code de sortie est 0 si tout a
    été importé, 1 si des lignes ont été refusées ou si le fichier n'a pas pu être lu.
    """
    if delimiter is not None:
        delimiter = "\t" if delimiter in {"\\t", "tab"} else delimiter
        if len(delimiter) != 1:
            raise click.BadOptionUsage("delimiter", "--delimiter : un seul caractère.")
    with database():
        from recours.marketplaces.importer import SHOWN_PROBLEMS, told  # Django must be ready
        from recours.marketplaces.importer.shops import import_shops

        place = chosen_marketplace(slug, lang)
        try:
            report = import_shops(file, place, delimiter=delimiter, encoding=encoding, dry_run=dry_run)
        except Refusal as refusal:
            raise click.ClickException(f"{refusal.explain(lang)}\n→ {refusal.remedy(lang)}") from None
        except OSError as error:
            said = say(lang, "import.unreadable_path", path=str(file), error=error.strerror or str(error))
            raise click.ClickException(said) from None
        for notice in report.notices:
            click.echo(say(lang, notice.key, **notice.params), err=True)
        for problem in report.problems[:SHOWN_PROBLEMS]:
            click.echo(told(problem, lang), err=True)
        if len(report.problems) > SHOWN_PROBLEMS:
            more = len(report.problems) - SHOWN_PROBLEMS
            click.echo(say(lang, "import.problems_more", count=more), err=True)
        counts = {"new": report.new, "changed": report.changed, "same": report.same}
        click.echo(say(lang, "import.shops", **counts))
        if dry_run:
            click.echo(say(lang, "import.dry_run"))
    if report.problems:
        sys.exit(1)


def chosen_marketplace(slug: str | None, lang: str) -> Marketplace:
    """Return the marketplace of that name, or the only one. Raises click.ClickException."""
    from recours.marketplaces.models import Marketplace  # Django must be ready

    known = list(Marketplace.objects.order_by("slug"))
    slugs = ", ".join(place.slug for place in known)
    if not known:
        raise click.ClickException(say(lang, "import.no_marketplace"))
    if slug is None:
        if len(known) > 1:
            raise click.ClickException(say(lang, "import.which_marketplace", slugs=slugs))
        return known[0]
    for place in known:
        if place.slug == slug:
            return place
    raise click.ClickException(say(lang, "import.unknown_marketplace", slug=slug, slugs=slugs))


@contextmanager
def _shown_progress(lang: str) -> Iterator[Progress]:
    """A bar for the bytes read, then one for the orders landed; on a terminal only, beside the report."""
    if not sys.stderr.isatty():
        yield lambda step, done, total: None
        return
    bars: dict[str, click._termui_impl.ProgressBar[int]] = {}

    def progress(step: str, done: int, total: int) -> None:
        if step not in bars:
            for bar in bars.values():
                bar.finish()
                bar.render_finish()
            label = say(lang, "import.reading" if step == "read" else "import.landing")
            bars[step] = click.progressbar(length=total, label=label, file=sys.stderr, width=30)
            bars[step].render_progress()
        bars[step].update(done - bars[step].pos)

    try:
        yield progress
    finally:
        for bar in bars.values():
            bar.render_finish()


def _tell(report: Report, place: Marketplace, lang: str) -> None:
    from recours.marketplaces.importer import SHOWN_PROBLEMS, told  # Django must be ready
    from recours.people.commands import link_new_buyers

    tally = report.tally
    for notice in report.notices:
        click.echo(say(lang, notice.key, **notice.params), err=True)
    for problem in report.problems:
        click.echo(told(problem, lang), err=True)
    if report.problem_count > SHOWN_PROBLEMS:
        click.echo(say(lang, "import.problems_more", count=report.problem_count - SHOWN_PROBLEMS), err=True)
    if report.warnings:
        click.echo(say(lang, "import.warnings"), err=True)
        for warning in report.warnings:
            click.echo(f"  {told(warning, lang)}", err=True)
        if report.warning_count > SHOWN_PROBLEMS:
            more = report.warning_count - SHOWN_PROBLEMS
            click.echo("  " + say(lang, "import.warnings_more", count=more), err=True)
    click.echo(
        say(
            lang, "import.orders",
            new=tally.orders_new, changed=tally.orders_changed, same=tally.orders_same,
            rejected=report.orders_rejected,
        )
    )  # fmt: skip
    click.echo(
        say(lang, "import.lines", new=tally.lines_new, changed=tally.lines_changed, same=tally.lines_same)
    )
    if report.lines_rejected:
        click.echo(say(lang, "import.rejected_lines", count=report.lines_rejected))
    seconds = f"{report.seconds:.1f}".replace(".", "," if lang == "fr" else ".")
    click.echo(say(lang, "import.summary", rows=report.rows, seconds=seconds, rate=report.rows_per_second))
    if report.dry_run:
        click.echo(say(lang, "import.dry_run"))
    elif linked := link_new_buyers(place.pk):
        click.echo(say(lang, "import.linked", count=linked))
    if report.rejects is not None:
        click.echo(say(lang, "import.rejects", path=str(report.rejects)))
