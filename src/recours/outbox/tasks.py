"""Jobs that send."""

from __future__ import annotations

from recours import jobs
from recours.outbox.sending import send_due


@jobs.task("outbox.send", queueing_lock="outbox.send", lock="outbox.send")
def send() -> None:
    """Send what waits."""
    send_due()
