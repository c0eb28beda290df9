"""Jobs of the desk's own."""

from __future__ import annotations

from uuid import UUID

from recours import clock, jobs
from recours.casework.commands.holding import let_go, let_go_due
from recours.casework.commands.plans import follow_plans
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


@jobs.task("casework.let_go")
def let_message_go(held: str) -> None:
    """Let a message leave that could be taken back until now."""
    let_go(held_id=UUID(held), now=clock.now())


@jobs.periodic("casework.let_go_due", cron="* * * * *")
def let_messages_go() -> None:
    """Let messages leave whose own job was lost, or left behind by a clock that moved."""
    let_go_due(now=clock.now())


@jobs.periodic("casework.follow_plans", cron="* * * * *")
def follow_action_plans() -> None:
    """Do what is due of action plans; every minute, and each step once."""
    follow_plans(now=clock.now())
