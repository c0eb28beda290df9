"""`recours worker`: the process that keeps the deadlines and does what was put off."""

import click

from recours.cli.setup import database

CONCURRENCY = 4


@click.command()
@click.option(
    "--concurrency",
    envvar="RECOURS_WORKER_CONCURRENCY",
    type=click.IntRange(1, 64),
    default=CONCURRENCY,
    show_default=True,
    help="Tâches menées de front, chacune avec sa connexion.",
)
@click.option("--until-empty", is_flag=True, help="S'arrête quand il n'y a plus rien à faire.")
def command(concurrency: int, until_empty: bool) -> None:
    """Le processus qui tient les délais et envoie le courrier. Plusieurs peuvent tourner ensemble."""
    with database():
        from recours.config.structs import read_struct_types  # slow import
        from recours.config.translations import compile_catalogues  # slow import
        from recours.jobs.worker import run_worker  # slow import

        try:
            compile_catalogues()
        except OSError as error:
            raise click.ClickException(f"{error.filename}: {error.strerror}") from error
        read_struct_types()
        run_worker(concurrency=concurrency, until_empty=until_empty)
