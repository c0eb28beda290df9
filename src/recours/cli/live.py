"""`recours live`: the process that open pages listen to."""

import os
import resource
import sys

import click

from recours.cli.setup import database
from recours.cli.web import live_arguments, live_environment

PORT = 8001


@click.command()
@click.option(
    "--host", envvar="RECOURS_HOST", default="127.0.0.1", show_default=True, help="Adresse d'écoute."
)
@click.option("--port", envvar="RECOURS_LIVE_PORT", default=PORT, show_default=True, help="Port d'écoute.")
def command(host: str, port: int) -> None:
    """Le processus auquel les pages ouvertes restent reliées, pour montrer les nouveaux messages sans rechargement."""
    if not os.environ.get("DATABASE_URL", "").strip():
        raise click.ClickException(
            "DATABASE_URL n'est pas défini : avec la base embarquée, `recours serve` et `recours demo`"
            " lancent ce processus eux-mêmes."
        )
    with database():
        raise_file_limit()
    sys.stdout.flush()
    os.execve(sys.executable, live_arguments(), {**os.environ, **live_environment(host=host, port=port)})  # noqa: S606


def raise_file_limit() -> None:
    """Let this process hold as many connections as the machine lets it: each open page is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
