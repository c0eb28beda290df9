"""What the worker does about files by itself."""

from recours import clock
from recours.files import scanning, sweep
from recours.jobs import defer, periodic, task


@periodic("files.sweep", cron="40 3 * * *")
def sweep_orphans() -> None:
    """Remove, once a night, the files that an interrupted upload left behind."""
    sweep.sweep(now=clock.now())


@task("files.scan", queueing_lock="files.scan", lock="files.scan")
def scan_held() -> None:
    """Have the virus scanner look at what waits; another job takes what is more than one run."""
    if scanning.scan_held(now=clock.now()) == scanning.RUN:
        defer("files.scan")


@periodic("files.scan_again", cron="* * * * *")
def scan_again() -> None:
    """Ask each minute: for what came while the scanner was down."""
    defer("files.scan", queueing_lock="files.scan")
