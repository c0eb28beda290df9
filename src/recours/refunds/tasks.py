"""Jobs about refunds."""

from __future__ import annotations

from uuid import UUID

from recours import jobs
from recours.claims.invariants import broken, report
from recours.refunds import commands
from recours.refunds.invariants import MUST_NOT_BE


@jobs.task("refunds.prepare", attempts=5, wait_seconds=10, queueing_lock="refunds.prepare")
def prepare() -> None:
    """Write the refunds of the claims that owe money; queued by whatever made one owe it.

    Without a lock: two at once skip each other's claims, and one whose worker died would hold the next for a minute.
    """
    commands.prepare()


@jobs.periodic("refunds.prepare_missed", cron="* * * * *")
def prepare_missed() -> None:
    """Do the same for claims that a job missed, because they were being acted on or the job was lost."""
    commands.prepare()


@jobs.periodic("refunds.submit_due", cron="* * * * * */20")  # the last one is of seconds
def submit_due() -> None:
    """Have refunds sent to their providers from the first instant they may be paid, and asked about again.

    Three times a minute: one that nobody answered for is asked about a minute later, and not up to two.
    """
    commands.queue_due()


@jobs.task("refunds.submit")
def submit(refund_id: str) -> None:
    """Send one refund, or ask what became of it; nothing when it is too early, or somebody has just done so."""
    commands.submit(UUID(refund_id))


@jobs.periodic("refunds.post_surcharges", cron="29 2 * * *")
def post_surcharges() -> None:
    """Write what the law adds to refunds that were late, where it could not be written as they were paid."""
    commands.post_surcharges()


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


@jobs.periodic("refunds.alert_stuck", cron="*/5 * * * *")
def alert_stuck() -> None:
    """Tell the desk of refunds that are stuck, each once."""
    commands.alert_stuck()


@jobs.periodic("refunds.ask_accounts", cron="* * * * *")
def ask_accounts() -> None:
    """Ask buyers for the account that their transfers wait for, and remind them once."""
    commands.ask_accounts()


@jobs.periodic("refunds.remind_of_credits", cron="11 7 * * *")
def remind_of_credits() -> None:
    """Remind buyers of store credit that ends soon, once."""
    commands.remind_of_credits()
