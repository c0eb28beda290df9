"""Jobs about claims."""

from __future__ import annotations

from recours import jobs
from recours.claims.sweep import sweep


@jobs.periodic("claims.sweep", cron="* * * * *")
def sweep_deadlines() -> None:
    """Let silence act on what fell due; every minute, and never twice at once."""
    sweep()
