"""Action plans: a few steps that follow one another on a claim, each so many days after the one before.

A plan is flat: it sends an answer of the desk, or says to the agent what to do now. It has no branches, because what
branches is a person's to decide: whatever a party does ends it.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from msgspec import Struct

from recours.rules.lifecycle.vocabulary import Act
from recours.rules.refusals import Refusal

MOST_STEPS = 4
LONGEST_DAYS = 30
SUGGESTED = (Act.PROPOSE, Act.RULE, Act.ASK_EVIDENCE)
"""What a plan may say to the agent who reads its end."""


class PlanEmpty(Refusal):
    """A plan has a name and at least one step."""


class PlanGoesOn(Refusal):
    """What is suggested to an agent is the end of a plan: a person decides what follows."""


class StepTooLong(Refusal):
    """Nobody remembers what a plan was for so long afterwards."""


class Step(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """So many days after the step before, send an answer of the desk (by its number), or suggest an act."""

    after_days: int = 0
    answer: int | None = None
    suggest: Act | None = None


class Plan(Struct, frozen=True, kw_only=True):
    """The steps of a plan, in their order."""

    steps: tuple[Step, ...]

    def checked(self) -> Plan:
        """Return the plan. Raises PlanEmpty, PlanGoesOn, StepTooLong."""
        if not self.steps:
            raise PlanEmpty
        if any(step.suggest is not None for step in self.steps[:-1]):
            raise PlanGoesOn
        if any(not 0 <= step.after_days <= LONGEST_DAYS for step in self.steps):
            raise StepTooLong(days=LONGEST_DAYS)
        return self

    def due_at(self, number: int, since: dt.datetime) -> dt.datetime | None:
        """Return when step `number` is to be done, where the one before was done at `since`; None past the end.

        Days of a plan are spans of 24 hours: they are the desk's own, and promise nothing to anybody.
        """
        if number >= len(self.steps):
            return None
        return since + dt.timedelta(days=self.steps[number].after_days)


class Ending(StrEnum):
    """Why a plan does no more on a claim."""

    DONE = "done"
    SUGGESTED = "suggested"
    ANSWERED = "answered"
    STOPPED = "stopped"
    CLOSED = "closed"
    STUCK = "stuck"
    """Its answer is gone, or names what this claim does not have; its agent is told."""
