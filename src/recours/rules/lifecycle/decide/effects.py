"""The last step of every decision: check the move against the table, and attach what is due after it."""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from recours.rules.lifecycle.claim import Claim
from recours.rules.lifecycle.deadlines import Rulebook, deadlines
from recours.rules.lifecycle.events import Event
from recours.rules.lifecycle.evolve import evolve
from recours.rules.lifecycle.table import TRANSITIONS
from recours.rules.lifecycle.vocabulary import Act


class IllegalTransitionError(AssertionError):
    """A decision tried to move a claim where the table has no line; a defect of the code, never of the user."""


E = TypeVar("E", bound=Event)


def with_deadlines(claim: Claim, event: E, rules: Rulebook, act: Act) -> E:
    """Return `event` carrying what is due after it, when that differs. Raises IllegalTransitionError."""
    allowed = TRANSITIONS.get((claim.state, act, event.by.role), ())
    if event.to is not None and event.to not in allowed:
        raise IllegalTransitionError(f"{claim.state} --{act} by {event.by.role}--> {event.to}")
    after = evolve(claim, event)
    due = deadlines(after, rules)
    return event if due == after.deadlines else replace(event, deadlines=due)
