"""What becomes of a letter once it is written, and which terms its days start. Pure.

A letter is handed in, presented (the postman rang), and then received, refused, or left unclaimed at the post office
and returned. These are different things with different days: a formal notice that was refused counts, and counts from
the day it was presented.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from recours.rules.law import Law
from recours.rules.letters.model import Kind
from recours.rules.letters.texts import texts
from recours.rules.refusals import Refusal
from recours.rules.tracking import checked
from recours.rules.windows import Calendar, Unit, Window, due_after

LONGEST_WAY_DAYS = 60
"""What is said to have taken longer between two steps is a slip of the pen: an unclaimed letter is back within a month.
Ours."""


CARRIER = "La Poste"


class Step(StrEnum):
    """What happened to a letter, each on its day."""

    HANDED_IN = "handed_in"
    PRESENTED = "presented"
    RECEIVED = "received"
    REFUSED = "refused"
    UNCLAIMED = "unclaimed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class Standing(StrEnum):
    """Where a letter is; all but the first are the last step that was told."""

    PREPARED = "prepared"
    HANDED_IN = "handed_in"
    PRESENTED = "presented"
    RECEIVED = "received"
    REFUSED = "refused"
    UNCLAIMED = "unclaimed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


AFTER: dict[Standing, tuple[Step, ...]] = {
    Standing.PREPARED: (Step.HANDED_IN, Step.CANCELLED),
    Standing.HANDED_IN: (Step.PRESENTED, Step.RECEIVED, Step.REFUSED, Step.UNCLAIMED, Step.RETURNED),
    Standing.PRESENTED: (Step.RECEIVED, Step.REFUSED, Step.UNCLAIMED, Step.RETURNED),
    Standing.RECEIVED: (),
    Standing.REFUSED: (Step.RETURNED,),
    Standing.UNCLAIMED: (Step.RETURNED,),
    Standing.RETURNED: (),
    Standing.CANCELLED: (),
}
"""What may follow what. What was handed in is not called back: the post has it."""

Days = Mapping[Step, dt.date]


class LetterStepNotOpen(Refusal):
    """A letter in this standing does not take this step."""


class LetterStepInFuture(Refusal, ValueError):
    """The day is not over: nobody knows what the post will have done."""


class LetterStepTooEarly(Refusal, ValueError):
    """The day is before that of the step before."""


class LetterStepTooLate(Refusal, ValueError):
    """The day is so long after the step before that it is a mistake."""


class RegisteredNumberWrong(Refusal, ValueError):
    """The number's check digit is wrong, or it has not the shape of a registered letter's."""


class ReceivedBeforePresented(Refusal, ValueError):
    """A letter is said to have been received before it was presented."""


def standing(days: Days) -> Standing:
    """Return where a letter is, from the steps that were told."""
    told = [step for step in Step if step in days]
    return Standing(told[-1].value) if told else Standing.PREPARED


def check(days: Days, step: Step, on: dt.date, *, written_on: dt.date, today: dt.date) -> None:
    """Say whether a step may be told. Raises LetterStepNotOpen, -InFuture, -TooEarly, -TooLate.

    `written_on` is the day that the letter bears: it is handed in on that day at the earliest.
    """
    now = standing(days)
    if step not in AFTER[now]:
        raise LetterStepNotOpen(step=step.value, standing=now.value)
    if on > today:
        raise LetterStepInFuture(on=on)
    before = max(days.values(), default=written_on)
    if on < before:
        raise LetterStepTooEarly(on=on, before=before)
    if step is not Step.CANCELLED and days and (on - before).days > LONGEST_WAY_DAYS:
        raise LetterStepTooLate(on=on, before=before, days=LONGEST_WAY_DAYS)


def registered_number(typed: str) -> str:
    """Return the number of a registered letter as it is kept. Raises RegisteredNumberWrong.

    Thirteen characters: of UPU S10, whose check digit must be right, or the post's own shape for letters within France,
    which has none that is published.
    """
    found = checked(CARRIER, typed)
    if found.verdict.is_wrong:
        raise RegisteredNumberWrong(number=found.number[:20])
    return found.number


def came(*, presented_on: dt.date | None, received_on: dt.date, today: dt.date) -> None:
    """Judge the days of a letter that came. Raises LetterStepInFuture, ReceivedBeforePresented, LetterStepTooLate."""
    if received_on > today:
        raise LetterStepInFuture(on=received_on)
    if presented_on is None:
        return
    if received_on < presented_on:
        raise ReceivedBeforePresented(presented_on=presented_on, received_on=received_on)
    if (received_on - presented_on).days > LONGEST_WAY_DAYS:
        raise LetterStepTooLate(on=received_on, before=presented_on, days=LONGEST_WAY_DAYS)


class Started(Struct, frozen=True, kw_only=True):
    """A term that a step of a letter started: `what` is a key under `posting.clock`; `last_on` its last day, None for
    what has no term. `article` is a reference of the law, empty for a term of the letter's own."""

    what: str
    from_step: Step
    starts_on: dt.date
    last_on: dt.date | None = None
    article: str = ""
    verified: bool = True


def told_on(days: Days) -> tuple[Step, dt.date] | None:
    """Return from when the addressee counts as told: the first presentation, whatever they then did with the letter.

    Where nobody knows when it was presented, the day it was received or refused; None while it is on its way, or came
    back without a word. Source: Cass. 1re civ., 20 January 2021, n° 19-20.680 (a formal notice that was not fetched is
    valid); C. proc. civ., art. 669. To be checked: neither was read at its source.
    """
    for step in (Step.PRESENTED, Step.RECEIVED, Step.REFUSED, Step.UNCLAIMED):
        if step in days:
            return step, days[step]
    return None


def clocks(
    kind: Kind, days: Days, law: Law, calendar: Calendar, *, term_days: int | None = None
) -> tuple[Started, ...]:
    """Return the terms that a letter's days started, in their order.

    A withdrawal counts from the day it was sent, and so is out of danger then; the refund's term from the day the
    trader was told (L221-18, L221-24). A complaint opens the year of the mediator on the day it was sent (L612-2).
    What gives a term of its own (`term_days`, else the kind's) gives it from the day the addressee was told.
    """
    found: list[Started] = []
    sent_on = days.get(Step.HANDED_IN)
    if sent_on is not None and kind is Kind.WITHDRAWAL:
        found.append(_started("withdrawal_sent", Step.HANDED_IN, sent_on, law, "withdrawal"))
    if sent_on is not None and kind in (Kind.COMPLAINT, Kind.CONFORMITY, Kind.DELIVER, Kind.REFUND_OVERDUE):
        found.append(_counted("mediator", Step.HANDED_IN, sent_on, law, "mediator", calendar))
    told = told_on(days)
    if told is None:
        return tuple(found)
    step, on = told
    if kind is Kind.WITHDRAWAL:
        found.append(_counted("refund", step, on, law, "refund_withdrawal", calendar))
    term = term_days or int(str(texts()[kind.value].get("term_days", 0)))
    if term:
        window = Window(count=term, unit=Unit.DAYS)
        last = due_after(on, window, calendar, rule="letter.term", source="", event=step.value).last_on
        found.append(Started(what="term", from_step=step, starts_on=on, last_on=last))
    if kind is Kind.BANK:
        found.append(_started("bank", step, on, law, "bank_refunds"))
    return tuple(found)


def _started(what: str, step: Step, on: dt.date, law: Law, key: str) -> Started:
    right = law.find(key, on)
    return Started(
        what=what,
        from_step=step,
        starts_on=on,
        article=right.ref if right else "",
        verified=right.verified if right else False,
    )


def _counted(what: str, step: Step, on: dt.date, law: Law, key: str, calendar: Calendar) -> Started:
    right = law.find(key, on)
    if right is None or right.window is None:
        return Started(what=what, from_step=step, starts_on=on, verified=False)
    last = due_after(
        on, right.window, calendar, rule=f"law.{key}", source=right.ref, event=right.starts or ""
    ).last_on
    return Started(
        what=what,
        from_step=step,
        starts_on=on,
        last_on=last,
        article=right.ref,
        verified=right.verified,
    )
