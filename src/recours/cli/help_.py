"""`recours help`: the articles of the help centre, from files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recours import clock
from recours.cli.setup import database
from recours.rules.wording import say

if TYPE_CHECKING:
    from recours.helpcentre.commands.starting import Loaded
    from recours.helpcentre.commands.writing import Refilled
    from recours.helpcentre.front_matter import ArticleFile
    from recours.marketplaces.models import Marketplace

LANG = click.option(
    "--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="La langue."
)
FOLDER = click.argument(
    "folder",
    metavar="[DOSSIER]",
    required=False,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)


@click.group()
def command() -> None:
    """Vérifie et charge les articles du centre d'aide."""


@command.command()
@click.argument("slug", metavar="PLACE")
@FOLDER
@LANG
def check(slug: str, folder: Path | None, lang: str) -> None:
    """Vérifie un dossier d'articles pour une place de marché, sans rien enregistrer.

    Chaque erreur est nommée avec son fichier et sa ligne. Sans dossier : les articles fournis avec Recours. Le
    code de sortie est 0 si tout va bien, 1 sinon. Le format est décrit dans docs/helpcentre.md.
    """
    with database():
        from recours.cli.import_ import chosen_marketplace  # Django must be ready

        articles = _read(chosen_marketplace(slug, lang), folder, lang)
        click.echo(say(lang, "helpcentre.load.good", count=len(articles)))


@command.command()
@click.argument("slug", metavar="PLACE")
@FOLDER
@LANG
def load(slug: str, folder: Path | None, lang: str) -> None:
    """Publie les articles d'un dossier ; sans dossier, ceux fournis avec Recours.

    Ce qu'une personne a modifié ou retiré n'est jamais touché ; recommencer ne change rien.
    """
    with database():
        from recours.cli.import_ import chosen_marketplace  # Django must be ready
        from recours.helpcentre.commands import load_articles

        place = chosen_marketplace(slug, lang)
        articles = _read(place, folder, lang)
        tell_loaded(load_articles(place.pk, articles, clock.now()), lang)


def tell_loaded(loaded: Loaded, lang: str) -> None:
    """Say what became of the files."""
    click.echo(
        say(
            lang, "helpcentre.load.done",
            new=len(loaded.new), changed=len(loaded.changed), same=len(loaded.same), edited=len(loaded.edited),
        )
    )  # fmt: skip
    tell_drafts(loaded, lang)


def tell_drafts(loaded: Loaded, lang: str) -> None:
    """Say how many articles wait, because they cite a law that Recours does not know."""
    if loaded.drafts:
        click.echo(say(lang, "helpcentre.load.drafts", count=len(loaded.drafts)), err=True)


def tell_refilled(refilled: Refilled, lang: str) -> None:
    """Say which articles could not follow a new policy."""
    for name, missing in refilled.left.items():
        text = say(lang, "helpcentre.load.left", name=name, missing=", ".join(missing))
        click.echo(text, err=True)


def _read(place: Marketplace, folder: Path | None, lang: str) -> tuple[ArticleFile, ...]:
    from recours.helpcentre.front_matter import ArticlesRefused, read_folder, starting_set
    from recours.helpcentre.references import known_names
    from recours.rules.law import law_of

    known = known_names(law_of(place.country))
    try:
        # Ours cite French law; where there is another, those articles stay drafts.
        return starting_set() if folder is None else read_folder(folder, known)
    except ArticlesRefused as refused:
        for problem in refused.problems:
            click.echo(problem.text(lang), err=True)
        raise click.ClickException(f"{refused.explain(lang)}\n→ {refused.remedy(lang)}") from None
