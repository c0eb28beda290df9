"""`recours refunds`: what providers say of the refunds."""

from __future__ import annotations

import sys
from pathlib import Path

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
        from recours.refunds.providers import REMOTE

        unknown = set(names) - set(REMOTE)
        if unknown:
            raise click.ClickException(f"Prestataire inconnu : {', '.join(sorted(unknown))}.")
        found = read_lists(names or REMOTE)
    for each in found:
        answer = "" if each.answered else " ; n'a pas répondu jusqu'au bout"
        click.echo(
            f"{each.provider} : {each.told} nouvelles, {each.changed} suivies d'effet,"
            f" {each.unexplained} inexpliquées{answer}"
        )
    sys.exit(any(each.unexplained or not each.answered for each in found))


@command.command("sepa-file")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), required=True,
              help="Où écrire le fichier pain.001 ; il ne doit pas exister.")  # fmt: skip
@click.option("--again", metavar="MESSAGE", help="Réécrit un fichier déjà fait, octet pour octet.")
def sepa_file(output: Path, again: str | None) -> None:
    """Met dans un fichier pour la banque les remboursements prêts à partir par virement.

    Chaque remboursement est dans un seul fichier, pour toujours. Sort en erreur quand il n'y a rien à verser.
    """
    with database():
        from recours.refunds.commands import make_transfer_file  # Django must be ready
        from recours.refunds.models import TransferFile
        from recours.refunds.refusals import NothingToTransfer

        try:
            # Before anything is recorded: a file that cannot be written is not to be made.
            target = output.open("xb")
        except OSError as error:
            raise click.ClickException(f"{output} : {error.strerror}") from None
        with target:
            try:
                made = TransferFile.objects.get(message_id=again) if again else make_transfer_file()
            except (TransferFile.DoesNotExist, NothingToTransfer) as nothing:
                output.unlink()
                why = (
                    nothing.explain("fr") if isinstance(nothing, NothingToTransfer) else f"{again} : inconnu."
                )
                raise click.ClickException(why) from None
            target.write(bytes(made.content))
    click.echo(f"{made.message_id} : {made.count} virements, {made.total_minor / 100:.2f} {made.currency}")
    click.echo(f"SHA-256 {made.sha256}")


@command.command("bank-file")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def bank_file(file: Path) -> None:
    """Lit un fichier de la banque (camt.053, camt.054 ou pain.002) et prend note de ce qu'il dit des virements.

    Le même fichier peut être donné deux fois. Sort en erreur quand une ligne est inexplicable ou le fichier illisible.
    """
    with database():
        from recours.refunds.commands import read_bank_file  # Django must be ready
        from recours.rules.refusals import Refusal

        try:
            found = read_bank_file(file.read_bytes())
        except Refusal as refusal:
            raise click.ClickException(f"{refusal.explain('fr')} {refusal.remedy('fr')}") from None
    for each in found.lines:
        line = each.line
        amount = f"{line.amount.minor / 100:.2f} {line.amount.currency}" if line.amount else "?"
        claim = each.refund.claim.reference if each.refund else "inconnu"
        click.echo(f"{line.end_to_end} {line.happened} {amount} {claim} : {each.verdict} {each.why}".rstrip())
    click.echo(f"{file.name} ({found.kind}) : {len(found.lines)} lignes lues, {found.others} étrangères")
    sys.exit(any(each.verdict == "unexplained" for each in found.lines))
