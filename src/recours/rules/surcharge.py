"""The late-refund meter: what the law adds to a refund, day by day.

How the bounds are read (C. conso L242-4, L241-4): the day after the term is the first day late; "au plus tard
dix jours après" includes the tenth; "entre dix et vingt jours" is the 11th to the 20th, and so on; each new
month begun after the ninetieth day adds five points, up to the price; from then on, interest at the legal rate.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from msgspec import Struct

from recours.rules.law import Law, SurchargeTable
from recours.rules.money import Money
from recours.rules.refusals import Refusal

_DAY = timedelta(days=1)
#: The whole price, in hundredths of a percent: no table adds more, interest apart.
WHOLE = 10_000
#: Interest runs on years of 365 days, the lesser reading in no year but leap ones.
YEAR_DAYS = 365


class NoSurcharge(Refusal):
    """The law has no surcharge for this refund at this date."""


class Meter(Struct, frozen=True, kw_only=True):
    """What a refund of `amount`, due by the end of `due_on`, costs when it is paid on `on`.

    `days_late` counts from 1 the day after `due_on`; 0 is in time. `basis_points` is the share of the amount
    added, in hundredths of a percent, None while only interest runs. `interest` is the part of `surcharge`
    that comes from the legal rate. `rate_known` is false when some of its days have no published rate here:
    the surcharge then leaves them out and is at least what is shown. `capped` is true once the share has
    reached the price. `next_on` is the next day on which the share changes, and `next_surcharge` what is
    added then; both None when no step is left.
    """

    amount: Money
    due_on: date
    on: date
    days_late: int
    first_day: int
    last_day: int | None
    basis_points: int | None
    surcharge: Money
    interest: Money
    rate_known: bool
    capped: bool
    next_on: date | None
    next_basis_points: int | None
    next_surcharge: Money | None
    article: str
    ref: str
    source: str
    verified: bool

    @property
    def total(self) -> Money:
        """The refund and what is added to it."""
        return self.amount + self.surcharge


def surcharge(amount: Money, due_on: date, on: date, law: Law, table: str) -> Meter:
    """Return what the law adds to a refund of `amount` due by the end of `due_on` and paid on `on`.

    `table` is the key of a surcharge table ("late_refund_withdrawal", "late_refund_termination"), looked up
    at the first day late. Legal interest, where a band says so and after the cap, is simple, by days over 365,
    at each half-year's rate; days whose rate is not in the data count for nothing and clear `rate_known`.
    Rounded half up to the minor unit, once. Raises NoSurcharge, and ValueError for an amount below zero.
    Sources: C. conso L242-4, L241-4, L241-6.
    """
    if amount.minor < 0:
        raise ValueError("a refund is not negative")
    found = law.table(table, due_on + _DAY)
    if found is None:
        raise NoSurcharge(country=law.country, due_on=due_on)
    days_late = max(0, (on - due_on).days)
    step = _step(found, due_on, days_late)
    following = _next_change(found, due_on, step)
    next_surcharge = None
    if following is not None:
        next_on = due_on + timedelta(days=following.first_day)
        next_surcharge = _added(amount, following, due_on, next_on, law)[0]
    added, interest, rate_known = _added(amount, step, due_on, on, law)
    return Meter(
        amount=amount,
        due_on=due_on,
        on=on,
        days_late=days_late,
        first_day=step.first_day,
        last_day=step.last_day,
        basis_points=step.basis_points,
        surcharge=added,
        interest=interest,
        rate_known=rate_known,
        capped=step.basis_points == WHOLE,
        next_on=None if following is None else due_on + timedelta(days=following.first_day),
        next_basis_points=None if following is None else following.basis_points,
        next_surcharge=next_surcharge,
        article=found.article,
        ref=found.ref,
        source=found.source,
        verified=found.verified,
    )


class Lateness(Struct, frozen=True, kw_only=True):
    """What a refund that was due by the end of `due_on` has come to: one meter for every day on which a part of it was
    paid late, oldest first, and the one of what is still owed; `running` is None once all of it is paid.
    """

    due_on: date
    paid: tuple[Meter, ...]
    running: Meter | None

    @property
    def surcharge(self) -> Money:
        """All that the law has added so far; what a part came to when it was paid no longer grows."""
        first, *others = (meter.surcharge for meter in self._meters)
        return sum(others, start=first)

    @property
    def certain(self) -> Money:
        """What is owed for good for the parts that were paid. What only interest at a rate that nobody has published
        yet would add is not certain, and is owed once it is published.
        """
        sums = (meter.surcharge for meter in self.paid if meter.rate_known or meter.basis_points is not None)
        return sum(sums, start=Money.zero(self._meters[0].amount.currency))

    @property
    def rate_known(self) -> bool:
        return all(meter.rate_known for meter in self._meters)

    @property
    def _meters(self) -> tuple[Meter, ...]:
        return self.paid if self.running is None else (*self.paid, self.running)


def lateness(
    parts: Iterable[tuple[Money, date]], owed: Money, due_on: date, on: date, law: Law, table: str
) -> Lateness | None:
    """Return what the law adds to a refund of which `parts` were paid, each on its day, and `owed` is not by `on`.

    None while nothing of it is late: parts paid in time add nothing, however late the others are. Parts paid on one
    day count together, so that how a sum is cut never changes what is rounded. Raises NoSurcharge, and ValueError for
    an amount below zero. Sources: C. conso L242-4, L241-4: "les sommes dues" are majored, each for its own delay.
    """
    by_day: dict[date, Money] = {}
    for amount, paid_on in parts:
        if paid_on > due_on:
            by_day[paid_on] = by_day[paid_on] + amount if paid_on in by_day else amount
    paid = tuple(surcharge(by_day[day], due_on, day, law, table) for day in sorted(by_day))
    running = surcharge(owed, due_on, on, law, table) if owed.is_positive and on > due_on else None
    if running is None and not paid:
        return None
    return Lateness(due_on=due_on, paid=paid, running=running)


class _Step(Struct, frozen=True):
    """Days late that cost the same share; day 0 is the time before the term's end, at no cost."""

    first_day: int
    last_day: int | None
    basis_points: int | None


def _steps(table: SurchargeTable, due_on: date) -> Iterator[_Step]:
    """Yield every step of a table in turn, the monthly ones dated by the calendar's months."""
    yield _Step(0, 0, 0)
    last = _Step(0, 0, 0)
    for band in table.bands:
        last = _Step(band.first_day, band.last_day, band.basis_points)
        yield last
    if last.last_day is None:
        return
    base_on = due_on + timedelta(days=last.last_day)
    share, month = last.basis_points or 0, 1
    while share < WHOLE:
        share = min(WHOLE, share + table.monthly_basis_points)
        first_day = (_months_after(base_on, month - 1) - due_on).days + 1
        until = None if share == WHOLE else (_months_after(base_on, month) - due_on).days
        yield _Step(first_day, until, share)
        month += 1


def _step(table: SurchargeTable, due_on: date, days_late: int) -> _Step:
    for step in _steps(table, due_on):
        if step.last_day is None or days_late <= step.last_day:
            return step
    raise AssertionError("the bands of a table have no gap")


def _next_change(table: SurchargeTable, due_on: date, step: _Step) -> _Step | None:
    return next((later for later in _steps(table, due_on) if later.first_day > step.first_day), None)


def _added(amount: Money, step: _Step, due_on: date, on: date, law: Law) -> tuple[Money, Money, bool]:
    """Return what is added, the interest in it, and whether every rate it needs was known."""
    zero = Money.zero(amount.currency)
    if step.basis_points is None:
        interest, known = _interest(amount, due_on + _DAY, on, law)
        return interest, interest, known
    share = amount.percent(step.basis_points)
    if step.basis_points < WHOLE:
        return share, zero, True
    # The cap's own first day is a day of surcharge; interest runs from the next.
    interest, known = _interest(amount, due_on + timedelta(days=step.first_day + 1), on, law)
    return share + interest, interest, known


def _interest(amount: Money, first_on: date, last_on: date, law: Law) -> tuple[Money, bool]:
    days = [first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1)]
    total, known = Decimal(0), True
    for rate, group in groupby(days, key=law.legal_rate):
        count = sum(1 for _ in group)
        if rate is None:
            known = False
        else:
            total += amount.to_decimal() * rate.basis_points * count / (WHOLE * YEAR_DAYS)
    return Money.from_decimal(total, amount.currency), known


def _months_after(on: date, count: int) -> date:
    year, month = divmod(on.year * 12 + on.month - 1 + count, 12)
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))
