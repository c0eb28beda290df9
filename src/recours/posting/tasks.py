"""Jobs about letters."""

from __future__ import annotations

from uuid import UUID

from recours import jobs
from recours.posting.commands import sending


@jobs.task("posting.submit")
def submit(letter_id: str) -> None:
    """Send one letter; nothing when somebody has just done so."""
    sending.submit(UUID(letter_id))


@jobs.periodic("posting.submit_due", cron="* * * * *")
def submit_due() -> None:
    """Have letters sent that a lost job left, and tried again with their key where no answer came."""
    sending.queue_due()
