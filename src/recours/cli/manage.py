"""`recours manage …`: Django's own commands."""

import click

from recours.cli.setup import database


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Passe ses arguments à Django : `recours manage shell`, `recours manage makemigrations`…"""
    with database():
        from django.core.management import execute_from_command_line  # slow import

        execute_from_command_line(["recours manage", *arguments])
