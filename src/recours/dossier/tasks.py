"""Jobs about the files of claims."""

from __future__ import annotations

from uuid import UUID

from recours import clock, jobs
from recours.dossier.commands import forget_old_requests, make


@jobs.task("dossier.make")
def make_copy(request_id: str) -> None:
    """Make a long copy that somebody waits for."""
    make(UUID(request_id))


@jobs.periodic("dossier.forget_requests", cron="29 3 * * *")
def forget_requests() -> None:
    """Delete the copies that were kept long enough; each night."""
    forget_old_requests(clock.now())
