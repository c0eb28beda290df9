"""Jobs that send."""

from __future__ import annotations

from recours import clock, jobs
from recours.outbox.queries import is_due
from recours.outbox.sending import send_due

RUN_SECONDS = 30.0
"""What is left after this is for another job: a worker that is told to stop, or dies, holds none for long."""


@jobs.task("outbox.send", queueing_lock="outbox.send", at_once=2)
def send() -> None:
    """Send what waits; another job takes what is more than one run.

    Two at once, so that a worker that dies while it sends keeps no mail; no more, so that a mail server that is slow
    holds up nothing else.
    """
    if send_due(seconds=RUN_SECONDS) and is_due(clock.now()):
        jobs.defer("outbox.send")


@jobs.periodic("outbox.pick_up", cron="* * * * *")
def pick_up() -> None:
    """Ask for a run each minute: for what is tried again, what was delayed, and what a dead worker left."""
    jobs.defer("outbox.send")
