"""The dates that the law's words lead to, worked by hand: what a reader may check on a calendar."""

from datetime import date, timedelta

import pytest

from recours.rules.guidance import bank_terms
from recours.rules.law import Law, law_of
from recours.rules.money import Money
from recours.rules.surcharge import surcharge
from recours.rules.windows import Calendar, Dated, due_after

PARIS = Calendar("Europe/Paris", "FR")


def france() -> Law:
    law = law_of("FR")
    assert law is not None
    return law


def counted(key: str, start: date) -> Dated:
    right = france().entry(key, start)
    assert right.window is not None
    return due_after(
        start, right.window, PARIS, rule=f"law.{key}", source=right.ref, event=right.starts or key
    )


@pytest.mark.parametrize(
    ("key", "start", "last_on"),
    [
        # Received on Saturday 7 November 2026: the 21st is a Saturday, so Monday the 23rd.
        ("withdrawal", date(2026, 11, 7), date(2026, 11, 23)),
        # Received on Sunday 18 October 2026: the 1st of November is a holiday and a Sunday, so Monday the 2nd.
        ("withdrawal", date(2026, 10, 18), date(2026, 11, 2)),
        # Received on 18 October 2024: the 1st of November is a holiday and a Friday, so Monday the 4th.
        ("withdrawal", date(2024, 10, 18), date(2024, 11, 4)),
        # Received on 28 October 2026: the 11th of November is a holiday in the week, so Thursday the 12th.
        ("withdrawal", date(2026, 10, 28), date(2026, 11, 12)),
        # Across 29 February 2028; 2027 has none.
        ("withdrawal", date(2028, 2, 16), date(2028, 3, 1)),
        ("withdrawal", date(2027, 2, 16), date(2027, 3, 2)),
        # Two years and thirteen months from a day that the last year does not have.
        ("conformity", date(2028, 2, 29), date(2030, 2, 28)),
        ("unauthorised_payment", date(2027, 1, 29), date(2028, 2, 29)),
        # Neither rolls: 1 November 2026 is a Sunday and a holiday, and stays the last day.
        ("unauthorised_payment", date(2025, 10, 1), date(2026, 11, 1)),
        ("unauthorised_payment_outside_eea", date(2026, 8, 23), date(2026, 11, 1)),
        ("chargeback", date(2026, 7, 4), date(2026, 11, 1)),
        ("mediator", date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_a_window_ends_on_the_day_that_a_calendar_shows(key: str, start: date, last_on: date) -> None:
    assert counted(key, start).last_on == last_on


def test_the_bank_is_told_within_thirteen_months_seventy_days_or_a_hundred_and_twenty() -> None:
    terms = {term.right.key: term for term in bank_terms(date(2026, 11, 2), france(), PARIS)}

    assert {key: (term.until.last_on, term.right.is_law) for key, term in terms.items()} == {
        "unauthorised_payment": (date(2027, 12, 2), True),
        "unauthorised_payment_outside_eea": (date(2027, 1, 11), True),
        "chargeback": (date(2027, 3, 2), False),
    }
    assert all(term.right.source.startswith("https://") for term in terms.values())


@pytest.mark.parametrize(
    ("days", "cents"),
    [
        (1, 2),
        (10, 18),
        (11, 500),
        (20, 500),
        (21, 1000),
        (30, 1000),
        (31, 2000),
        (60, 2000),
        (61, 5000),
        (90, 5000),
    ],
)
def test_a_hundred_euros_late_after_a_withdrawal(days: int, cents: int) -> None:
    # Due on 30 June 2025: 100.00 x 6.65 % x 10 / 365 = 0.1822.
    due_on = date(2025, 6, 30)

    found = surcharge(
        Money(10_000, "EUR"), due_on, due_on + timedelta(days=days), france(), "late_refund_withdrawal"
    )

    assert (found.surcharge.minor, found.rate_known) == (cents, True)


def test_four_hundred_days_late_costs_the_price_and_interest() -> None:
    # Due on 31 December 2024: the tenth new month begins on 1 January 2026, the 366th day late; interest
    # from the next to 4 February 2026, thirty-four days: 100.00 x 6.67 % x 34 / 365 = 0.6213.
    due_on = date(2024, 12, 31)

    found = surcharge(
        Money(10_000, "EUR"), due_on, due_on + timedelta(days=400), france(), "late_refund_withdrawal"
    )

    assert (found.surcharge.minor, found.interest.minor, found.rate_known) == (10_062, 62, True)
