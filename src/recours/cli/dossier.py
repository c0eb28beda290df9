"""`recours dossier`: the file of a claim, as one of its parties or the desk would take it away."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from recours.cli.setup import database

AS = {"buyer": "buyer", "seller": "seller", "desk": "agent"}


@click.command()
@click.argument("reference", metavar="L-XXXXXXXX")
@click.option(
    "--as",
    "whose",
    type=click.Choice(list(AS)),
    default="desk",
    show_default=True,
    help="L'exemplaire de qui.",
)
@click.option("--zip", "as_zip", is_flag=True, help="Avec les pièces, le journal et de quoi tout vérifier.")
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="La langue.")
@click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Où l'écrire ; « - » pour la sortie standard.",
)
def command(reference: str, whose: str, as_zip: bool, lang: str, output: Path | None) -> None:
    """Le dossier d'une réclamation : un PDF, ou un ZIP que chacun peut vérifier sans connexion."""
    reference = reference.strip().upper()
    target = output or Path(f"{reference}.{'zip' if as_zip else 'pdf'}")
    with database():
        from django.utils import translation  # slow import

        # To the last byte: what is streamed is worded while it is written.
        with translation.override(lang):
            chunks = _made(reference, AS[whose], as_zip)
            if str(target) == "-":
                for chunk in chunks:
                    sys.stdout.buffer.write(chunk)
                return
            try:
                with target.open("wb") as file:
                    for chunk in chunks:
                        file.write(chunk)
            except OSError as error:
                raise click.ClickException(f"{target} : {error.strerror}") from error
    click.echo(f"✓ {target}", err=True)


def _made(reference: str, role: str, as_zip: bool) -> Iterator[bytes]:
    from recours.claims.queries import ClaimNotVisible
    from recours.dossier.commands import issue_bundle, issue_paper
    from recours.dossier.queries import opened_as
    from recours.rules.lifecycle.vocabulary import Role
    from recours.rules.refusals import Refusal

    try:
        opened = opened_as(reference, Role(role))
        return issue_bundle(opened).stream() if as_zip else iter([issue_paper(opened)])
    except ClaimNotVisible:
        raise click.ClickException(f"Il n'y a pas de réclamation {reference} pour cet exemplaire.") from None
    except Refusal as refusal:
        raise click.ClickException(f"{refusal.explain('fr')} {refusal.remedy('fr')}") from refusal
