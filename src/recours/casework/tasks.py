"""Jobs of the desk's own."""

from __future__ import annotations

from recours import clock, jobs
from recours.casework.commands.precedents import count_precedents
from recours.casework.commands.presence import forget_presence
from recours.casework.commands.reminding import ring
from recours.casework.commands.sharing import share_out


@jobs.periodic("casework.share_out", cron="* * * * *")
def share_out_claims() -> None:
    """Give claims that nobody follows to the agents whom the rules name; every minute, and never twice at once."""
    share_out()


@jobs.periodic("casework.ring", cron="* * * * *")
def ring_reminders() -> None:
    """Tell whoever wanted to come back to a claim now; every minute, and once each."""
    ring()


@jobs.periodic("casework.count_precedents", cron="13 * * * *")
def count_what_claims_got() -> None:
    """Count how similar claims ended; each hour, in one statement."""
    count_precedents()


@jobs.periodic("casework.forget_presence", cron="29 3 * * *")
def forget_who_was_here() -> None:
    """Delete who looked at what; each night, since it is worth nothing after a minute."""
    forget_presence(now=clock.now())
