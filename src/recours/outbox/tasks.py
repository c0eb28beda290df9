"""Jobs that send."""

from __future__ import annotations

from recours import jobs
from recours.outbox.sending import RUN, send_due


@jobs.task("outbox.send", queueing_lock="outbox.send", at_once=2)
def send() -> None:
    """Send what waits; another job takes what is more than one run.

    Two at once, so that a worker that dies while it sends keeps no mail; no more, so that a mail server that is slow
    holds up nothing else.
    """
    if send_due() == RUN:
        jobs.defer("outbox.send")


@jobs.periodic("outbox.pick_up", cron="* * * * *")
def pick_up() -> None:
    """Ask for a run each minute: for what is tried again, what was delayed, and what a dead worker left."""
    jobs.defer("outbox.send")
