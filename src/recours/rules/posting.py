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

OUTCOMES = (Step.RECEIVED, Step.REFUSED, Step.UNCLAIMED)
"""What the addressee did: one of them, or nobody knows."""

QUIET_DAYS = 28
"""After how many days without news somebody looks: fifteen at the post office, and the way there and back. Ours."""

Days = Mapping[Step, dt.date]


class LetterStepNotOpen(Refusal):
    """A letter in this standing does not take this step."""


class LetterStepInFuture(Refusal, ValueError):
    """The day is not over: nobody knows what the post will have done."""


class LetterStepTooEarly(Refusal, ValueError):
    """The day is before that of the step before."""


class LetterStepAfterNext(Refusal, ValueError):
    """The day is after that of the step that followed."""


class LetterStepNotTold(Refusal):
    """A step that nobody told is not corrected."""


class LetterStepKept(Refusal):
    """That a letter was handed in is not taken back: it would be posted twice."""


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


def open_steps(days: Days) -> tuple[Step, ...]:
    """Return what may be told now: what follows, and what nobody told of the way that it has gone.

    Terms count from the presentation, whose notice may be found last; and a letter that came back was refused or left.
    """
    found = set(AFTER[standing(days)])
    if Step.HANDED_IN in days and Step.PRESENTED not in days:
        found.add(Step.PRESENTED)
    if Step.RETURNED in days and not any(step in days for step in OUTCOMES):
        found |= {Step.REFUSED, Step.UNCLAIMED}
    return tuple(step for step in Step if step in found)


def check(days: Days, step: Step, on: dt.date, *, written_on: dt.date, today: dt.date) -> None:
    """Say whether a step may be told. Raises LetterStepNotOpen, -InFuture, -TooEarly, -AfterNext, -TooLate.

    `written_on` is the day that the letter bears: it is handed in on that day at the earliest.
    """
    if step not in open_steps(days):
        raise LetterStepNotOpen(step=step.value, standing=standing(days).value)
    _check_place(days, step, on, written_on=written_on, today=today)


def check_correction(
    days: Days, step: Step, on: dt.date | None, *, written_on: dt.date, today: dt.date
) -> None:
    """Say whether a step may be said to have been on another day, or (None) not at all.

    Raises LetterStepNotTold, LetterStepKept, and the refusals of `check` about days.
    """
    if step not in days or step is Step.CANCELLED:
        raise LetterStepNotTold(step=step.value)
    if on is not None:
        others = {other: day for other, day in days.items() if other is not step}
        _check_place(others, step, on, written_on=written_on, today=today)
    elif step is Step.HANDED_IN:
        raise LetterStepKept


def _check_place(days: Days, step: Step, on: dt.date, *, written_on: dt.date, today: dt.date) -> None:
    """Hold a day to those of the steps before and after it."""
    way = tuple(Step)
    before = max(
        (day for other, day in days.items() if way.index(other) < way.index(step)), default=written_on
    )
    after = min((day for other, day in days.items() if way.index(other) > way.index(step)), default=None)
    if on > today:
        raise LetterStepInFuture(on=on)
    if on < before:
        raise LetterStepTooEarly(on=on, before=before)
    if after is not None and on > after:
        raise LetterStepAfterNext(on=on, after=after)
    first, last = (before, on) if step is not Step.HANDED_IN else (on, after or on)
    if step is not Step.CANCELLED and (last - first).days > LONGEST_WAY_DAYS:
        raise LetterStepTooLate(on=last, before=first, days=LONGEST_WAY_DAYS)


def quiet_since(days: Days, *, today: dt.date) -> dt.date | None:
    """Return the day of the last news of a letter that is on its way, once QUIET_DAYS have passed; else None."""
    if standing(days) not in (Standing.HANDED_IN, Standing.PRESENTED):
        return None
    last = max(days.values())
    return last if (today - last).days >= QUIET_DAYS else None


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
