"""`recours serve`: the web server of an installation."""

import os
import sys

import click

from recours.cli.live import raise_file_limit
from recours.cli.setup import close_connections, database, embedded_database, prepare_to_serve
from recours.cli.supervisor import Child, stopping_on_signals, supervise
from recours.cli.web import live_arguments, live_environment, web_arguments, web_environment


@click.command()
@click.option(
    "--host", envvar="RECOURS_HOST", default="127.0.0.1", show_default=True, help="Adresse d'écoute."
)
@click.option("--port", envvar="RECOURS_PORT", default=8000, show_default=True, help="Port d'écoute.")
def command(host: str, port: int) -> None:
    """Le serveur web de production ; lancez aussi `recours worker` et `recours live`.

    Les variables GRANIAN_* s'appliquent.
    """
    if os.environ.get("DATABASE_URL", "").strip():
        with database():
            prepare_to_serve()
            close_connections()
        # In place of this process: the signals of systemd or Docker reach the server itself.
        sys.stdout.flush()
        os.execve(sys.executable, web_arguments(), {**os.environ, **web_environment(host=host, port=port)})  # noqa: S606
    with embedded_database(), stopping_on_signals() as asked_to_stop:
        with database():
            prepare_to_serve()
        live_port = int(os.environ.get("RECOURS_LIVE_PORT") or port + 1)
        os.environ["RECOURS_LIVE_PORT"] = str(live_port)
        raise_file_limit()
        children = [
            Child("web", web_arguments(), web_environment(host=host, port=port)),
            Child("live", live_arguments(), live_environment(host=host, port=live_port)),
        ]
        click.echo(f"http://{host}:{port}/")
        supervise(children, asked_to_stop=asked_to_stop, say=click.echo)
