"""Jobs of the guide."""

from __future__ import annotations

from recours import clock, jobs
from recours.guide.commands import forget_old_files


@jobs.periodic("guide.forget_files", cron="29 3 * * *")
def forget_files() -> None:
    """Delete the kept files whose time is over; each night."""
    forget_old_files(clock.now())
