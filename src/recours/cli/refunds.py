"""`recours refunds`: what providers say of the refunds."""

from __future__ import annotations

import sys

import click

from recours.cli.setup import database


@click.group()
def command() -> None:
    """Les remboursements, du côté de l'exploitation."""


@command.command()
@click.option("--provider", "names", multiple=True, help="Ce prestataire seulement ; peut être répété.")
def reconcile(names: tuple[str, ...]) -> None:
    """Relit les listes des prestataires depuis la dernière lecture, et prend note de ce qui a changé.

    Ne verse jamais rien. Sort en erreur quand un prestataire ne répond pas ou dit quelque chose d'inexplicable.
    """
    with database():
        from recours.refunds.commands import reconcile as read_lists  # Django must be ready
        from recours.refunds.providers import AUTOMATIC

        unknown = set(names) - set(AUTOMATIC)
        if unknown:
            raise click.ClickException(f"Prestataire inconnu : {', '.join(sorted(unknown))}.")
        found = read_lists(names or AUTOMATIC)
    for each in found:
        answer = "" if each.answered else " ; n'a pas répondu jusqu'au bout"
        click.echo(
            f"{each.provider} : {each.told} nouvelles, {each.changed} suivies d'effet,"
            f" {each.unexplained} inexpliquées{answer}"
        )
    sys.exit(any(each.unexplained or not each.answered for each in found))
