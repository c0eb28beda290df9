"""`./run test`: the tests, on two cores."""

import os
import sys

import click

from recours.cli.checkout import checkout


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Lance pytest, dont tous les arguments s'appliquent : `./run test tests/rules -k money`."""
    os.chdir(checkout())
    spread = (
        []
        if any(argument.startswith(("-n", "--numprocesses", "--pdb")) for argument in arguments)
        else ["-n", "2"]
    )
    # In place of this process: pytest's own status and last line are the command's.
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *spread, *arguments])  # noqa: S606
