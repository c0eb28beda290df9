"""The late-refund meter, day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recours.rules.law import Law, law_of
from recours.rules.money import Money
from recours.rules.surcharge import Lateness, Meter, NoSurcharge, lateness, surcharge

# 30 June 2025: the first days late fall in the second half of 2025, at 6.65 %.
DUE = date(2025, 6, 30)
PRICE = Money(12990, "EUR")


def france() -> Law:
    law = law_of("FR")
    assert law is not None
    return law


def meter(
    days: int, amount: Money = PRICE, due_on: date = DUE, table: str = "late_refund_withdrawal"
) -> Meter:
    return surcharge(amount, due_on, due_on + timedelta(days=days), france(), table)


@pytest.mark.parametrize(
    ("days", "basis_points", "minor", "next_day", "next_minor"),
    [
        (-5, 0, 0, 1, 2),
        (0, 0, 0, 1, 2),
        (1, None, 2, 11, 650),  # 129.90 x 6.65 % / 365 = 0.0237
        (10, None, 24, 11, 650),  # 0.2367
        (11, 500, 650, 21, 1299),  # 6.495 rounds up
        (20, 500, 650, 21, 1299),
        (21, 1000, 1299, 31, 2598),
        (30, 1000, 1299, 31, 2598),
        (31, 2000, 2598, 61, 6495),
        (60, 2000, 2598, 61, 6495),
        (61, 5000, 6495, 91, 7145),
        (90, 5000, 6495, 91, 7145),
        # The ninetieth day is 28 September; the first new month ends on 28 October, the 120th day.
        (91, 5500, 7145, 121, 7794),
        (120, 5500, 7145, 121, 7794),
        (121, 6000, 7794, 152, 8444),
        # The tenth new month begins on 29 June 2026, day 364: the whole price, and interest from the day after.
        (363, 9500, 12341, 364, 12990),
        (364, 10000, 12990, None, None),
        (365, 10000, 12992, None, None),  # one day at 6.67 %
    ],
)
def test_withdrawal_l242_4(
    days: int, basis_points: int | None, minor: int, next_day: int | None, next_minor: int | None
) -> None:
    found = meter(days)

    assert (found.days_late, found.basis_points) == (max(0, days), basis_points)
    assert found.surcharge == Money(minor, "EUR")
    assert found.next_on == (None if next_day is None else DUE + timedelta(days=next_day))
    assert found.next_surcharge == (None if next_minor is None else Money(next_minor, "EUR"))
    assert (found.article, found.verified, found.rate_known) == ("L242-4", True, True)


def test_after_the_cap_interest_runs_and_an_unpublished_rate_is_said() -> None:
    found = meter(400)

    # 30 June 2026 is the only day of interest whose rate is known; from July it is not.
    assert (found.capped, found.rate_known) == (True, False)
    assert found.surcharge == Money(12992, "EUR")
    assert found.interest == Money(2, "EUR")
    assert found.total == Money(12990 + 12992, "EUR")


@pytest.mark.parametrize(
    ("days", "basis_points"),
    [(0, 0), (1, 1000), (14, 1000), (15, 2000), (30, 2000), (31, 5000), (90, 5000), (400, 5000)],
)
def test_termination_l241_4(days: int, basis_points: int) -> None:
    found = meter(days, table="late_refund_termination")

    assert found.basis_points == basis_points
    assert found.surcharge == PRICE.percent(basis_points)
    assert (found.next_on is None) == (days >= 31)


def test_termination_before_2022_follows_the_older_text() -> None:
    assert meter(30, due_on=date(2021, 6, 1), table="late_refund_termination").basis_points == 1000
    assert meter(31, due_on=date(2021, 6, 1), table="late_refund_termination").basis_points == 2000


def test_an_unpublished_rate_shows_the_amount_without_it() -> None:
    found = meter(5, due_on=date(2026, 11, 19))

    assert (found.surcharge, found.rate_known) == (Money(0, "EUR"), False)
    assert found.next_on == date(2026, 11, 30)
    assert found.next_surcharge == Money(650, "EUR")


def test_interest_across_two_half_years_uses_both_rates() -> None:
    # Five days at 7.21 %, then five at 6.65 %, on 10,000 euros.
    found = meter(10, Money(1_000_000, "EUR"), date(2025, 6, 25))

    assert found.surcharge == Money(1899, "EUR")  # 9.8767 + 9.1096 = 18.9863


def test_currencies_without_cents_round_to_their_unit() -> None:
    assert meter(11, Money(1010, "JPY")).surcharge == Money(51, "JPY")


@given(st.integers(0, 10**9), st.integers(0, 359))
def test_waiting_never_costs_less(minor: int, days: int) -> None:
    amount = Money(minor, "EUR")

    assert meter(days, amount).surcharge <= meter(days + 1, amount).surcharge


@given(st.integers(0, 390), st.sampled_from(["late_refund_withdrawal", "late_refund_termination"]))
def test_the_next_step_is_what_that_day_shows(days: int, table: str) -> None:
    found = meter(days, table=table)

    if found.next_on is not None:
        then = surcharge(PRICE, DUE, found.next_on, france(), table)
        assert found.on < found.next_on or found.days_late == 0
        assert (then.surcharge, then.basis_points) == (found.next_surcharge, found.next_basis_points)
        before = surcharge(PRICE, DUE, found.next_on - timedelta(days=1), france(), table)
        assert before.basis_points == found.basis_points


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(NoSurcharge):
        meter(1, due_on=date(2010, 1, 1))
    with pytest.raises(ValueError, match="negative"):
        meter(1, Money(-1, "EUR"))
    with pytest.raises(KeyError):
        meter(1, table="nothing")


def late(*parts: tuple[int, int], owed: int = 0, days: int = 40, currency: str = "EUR") -> Lateness | None:
    """What a refund has come to of which `parts` were paid, each so many days after its term."""
    paid = [(Money(minor, currency), DUE + timedelta(days=after)) for minor, after in parts]
    return lateness(
        paid, Money(owed, currency), DUE, DUE + timedelta(days=days), france(), "late_refund_withdrawal"
    )


def test_nothing_is_late_while_all_was_paid_in_time() -> None:
    assert late((10_000, -3), (2_990, 0)) is None
    assert late(owed=12_990, days=0) is None
    assert late() is None


def test_each_part_is_late_for_itself() -> None:
    found = late((3_000, 0), (2_000, 11), owed=7_990, days=31)

    # 30.00 in time add nothing; 20.00 at 5 %, kept; 79.90 at 20 %, which goes on.
    assert found is not None
    assert [(meter.amount.minor, meter.days_late, meter.surcharge.minor) for meter in found.paid] == [
        (2_000, 11, 100)
    ]
    assert found.running is not None
    assert (found.running.surcharge.minor, found.surcharge.minor) == (1_598, 1_698)


def test_a_part_that_was_paid_late_no_longer_grows() -> None:
    for days in (31, 61, 400):
        found = late((2_000, 11), days=days)

        assert found is not None
        assert (found.running, found.surcharge.minor) == (None, 100)


def test_how_a_sum_is_cut_changes_no_cent() -> None:
    # 5 % of 0.33, three times, would be 0.06; of 0.99 it is 0.05.
    found = late((33, 11), (33, 11), (33, 11))

    assert found is not None
    assert found.surcharge == Money(5, "EUR")


@pytest.mark.parametrize("days", [1, 10, 11, 20, 21, 30, 31, 60, 61, 90, 400])
def test_what_is_owed_whole_is_the_meter_itself(days: int) -> None:
    for currency in ("EUR", "JPY", "TND"):
        found = late(owed=12_990, days=days, currency=currency)

        assert found is not None
        assert found.running == meter(days, Money(12_990, currency))
        assert (found.surcharge, found.rate_known) == (found.running.surcharge, found.running.rate_known)


def test_currencies_without_decimals_are_rounded_to_their_unit() -> None:
    found = late((1_111, 11), owed=1_111, days=31, currency="JPY")

    # 5 % of 1,111 yen is 55.55; 20 % is 222.2.
    assert found is not None
    assert found.surcharge == Money(56 + 222, "JPY")


@given(
    parts=st.lists(st.tuples(st.integers(1, 10_000), st.integers(-5, 40)), max_size=5),
    owed=st.integers(0, 10_000),
)
def test_paying_a_part_never_costs_more_than_owing_it(parts: list[tuple[int, int]], owed: int) -> None:
    paid, unpaid = late(*parts, owed=owed), late(owed=owed + sum(minor for minor, _ in parts))

    # Half a unit for each day on which something was paid, at most: each is rounded once.
    slack = len({after for _, after in parts}) + 1
    assert (paid.surcharge.minor if paid else 0) <= (unpaid.surcharge.minor if unpaid else 0) + slack
