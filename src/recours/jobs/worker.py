"""Running the jobs, until told to stop."""

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector


def run_worker(*, concurrency: int, until_empty: bool = False) -> None:
    """Run jobs, `concurrency` at once, each in its own thread and connection, until SIGINT or SIGTERM.

    On a signal it takes no new job and lets the running ones end; one that outlasts the grace of the settings
    is given to another worker. With `until_empty` it returns once nothing is left to do now.
    """
    connector = DjangoConnector(alias="default").get_worker_connector()
    with app.replace_connector(connector):
        app.run_worker(
            concurrency=concurrency,
            wait=not until_empty,
            listen_notify=not until_empty,
            install_signal_handlers=not until_empty,
        )
