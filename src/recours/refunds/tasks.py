"""Jobs about refunds."""

from __future__ import annotations

from recours import jobs
from recours.claims.invariants import broken, report
from recours.refunds import commands
from recours.refunds.invariants import MUST_NOT_BE


@jobs.task(
    "refunds.prepare", attempts=5, wait_seconds=10, queueing_lock="refunds.prepare", lock="refunds.prepare"
)
def prepare() -> None:
    """Write the refunds of the claims that owe money; queued by whatever made one owe it."""
    commands.prepare()


@jobs.periodic("refunds.prepare_missed", cron="*/5 * * * *")
def prepare_missed() -> None:
    """Do the same for claims that a job missed, because they were being acted on or the job was lost."""
    commands.prepare()


@jobs.periodic("refunds.submit_due", cron="* * * * *")
def submit_due() -> None:
    """Send refunds to their providers from the first instant they may be paid."""
    commands.submit_due()


@jobs.periodic("refunds.check_invariants", cron="43 3 * * *")
def check_invariants() -> None:
    """Say what must never be of money, while there is little of it."""
    report(broken(MUST_NOT_BE))


@jobs.periodic("refunds.hear_what_was_left", cron="* * * * *")
def hear_what_was_left() -> None:
    """Act on what providers told a process that died before it acted."""
    commands.hear_what_was_left()


@jobs.periodic("refunds.reconcile", cron="17 * * * *")
def reconcile() -> None:
    """Read the providers' own lists, in case a webhook never came."""
    commands.reconcile()
