"""`recours migrate`: bring the tables up to this version of the code."""

import click

from recours.cli.setup import database


@click.command()
@click.option("--check", is_flag=True, help="Ne fait rien ; sort en erreur s'il reste des migrations.")
def command(check: bool) -> None:
    """Met la base de données à jour (à lancer avant `serve` et `worker` à chaque nouvelle version)."""
    with database():
        from django.core.management import call_command  # slow import

        call_command("migrate", check_unapplied=check, interactive=False)
