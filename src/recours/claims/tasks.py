"""Jobs about claims."""

from __future__ import annotations

from recours import clock, jobs
from recours.claims.commands.left_files import remove_left_files
from recours.claims.commands.phone_links import forget_old_links
from recours.claims.commands.withdrawing import forget_old_keys
from recours.claims.invariants import broken, report
from recours.claims.reminders import remind
from recours.claims.sweep import sweep


@jobs.periodic("claims.sweep", cron="* * * * *")
def sweep_deadlines() -> None:
    """Let silence act on what fell due; every minute, and never twice at once."""
    sweep()


@jobs.periodic("claims.remind", cron="*/5 * * * *")
def remind_of_deadlines() -> None:
    """Remind who must act three days before, and one; every five minutes, and never twice."""
    remind()


@jobs.periodic("claims.forget_withdrawal_keys", cron="17 3 * * *")
def forget_withdrawal_keys() -> None:
    """Delete the mailed links that open nothing any more; each night."""
    forget_old_keys(clock.now())


@jobs.periodic("claims.forget_phone_links", cron="23 3 * * *")
def forget_phone_links() -> None:
    """Delete the links of telephones that ended; each night."""
    forget_old_links(clock.now())


@jobs.periodic("claims.remove_left_files", cron="31 3 * * *")
def remove_files_that_are_left() -> None:
    """Remove the files that belong to nothing any more; each night, before the sweep of the store."""
    remove_left_files(now=clock.now())


@jobs.periodic("claims.check_invariants", cron="41 3 * * *")
def check_invariants() -> None:
    """Say what must never be, while there are few of it."""
    report(broken())
