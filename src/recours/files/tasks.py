"""What the worker does about files by itself."""

from recours import clock
from recours.files import sweep
from recours.jobs import periodic


@periodic("files.sweep", cron="40 3 * * *")
def sweep_orphans() -> None:
    """Remove, once a night, the files that an interrupted upload left behind."""
    sweep.sweep(now=clock.now())
