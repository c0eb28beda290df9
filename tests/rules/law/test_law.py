"""The law's data: in shape, dated, sourced; and what contradicts itself is refused."""

from datetime import date

import pytest

from recours.rules import wording
from recours.rules.law import COUNTRIES, Law, LawError, law_of, parse_law
from recours.rules.windows import Unit, Window

TODAY = date(2026, 11, 22)
HEAD = '[meta]\ncountry = "FR"\nchecked_on = 2026-11-22\n'
RIGHT = """
[[right]]
key = "withdrawal"
code = "conso"
article = "L221-18"
window = "14 days rolling"
starts = "goods_received"
source = ""
verified = true
"""
TABLE = """
[[surcharge]]
key = "late"
code = "conso"
article = "L242-4"
valid_from = 2016-07-01
source = ""
verified = true
"""
RATE = "[[legal_rate]]\nvalid_from = 2026-01-01\nvalid_until = 2026-07-01\nbasis_points = 667\n"
RATE += 'source = ""\nverified = true\n'
BANDS = "bands = [{ first_day = 1, basis_points = 1000 }]\n"


def france() -> Law:
    law = law_of("FR")
    assert law is not None
    return law


def test_france_has_the_windows_of_the_articles() -> None:
    windows = {
        key: (right.article, right.window, right.verified)
        for key in france().rights
        if (right := france().entry(key, TODAY)).window is not None
    }

    assert windows == {
        "withdrawal": ("L221-18", Window(14, Unit.DAYS, rolls=True), True),
        "withdrawal_not_informed": ("L221-20", Window(12, Unit.MONTHS, rolls=True), True),
        "withdrawal_informed_late": ("L221-20", Window(14, Unit.DAYS, rolls=True), True),
        "send_back": ("L221-23", Window(14, Unit.DAYS, rolls=True), True),
        "refund_withdrawal": ("L221-24", Window(14, Unit.DAYS, rolls=True), True),
        "delivery_default": ("L216-1", Window(30, Unit.DAYS, rolls=True), True),
        "refund_termination": ("L216-7", Window(14, Unit.DAYS), False),
        "conformity": ("L217-3", Window(2, Unit.YEARS), True),
        "conformity_repair": ("L217-10", Window(30, Unit.DAYS), True),
        "refund_conformity": ("L217-17", Window(14, Unit.DAYS), False),
        "hidden_defects": ("1648", Window(2, Unit.YEARS), False),
        "unauthorised_payment": ("L133-24", Window(13, Unit.MONTHS), True),
        "unauthorised_payment_outside_eea": ("L133-24", Window(70, Unit.DAYS), True),
        "bank_refunds": ("L133-18", Window(1, Unit.WORKING_DAYS), True),
        "chargeback": ("Visa 13.1, Mastercard 4853", Window(120, Unit.DAYS), True),
        "chargeback_cap": ("Visa 13.1", Window(540, Unit.DAYS), True),
        "mediator": ("L612-2", Window(1, Unit.YEARS), True),
        "mediator_outcome": ("R612-5", Window(90, Unit.DAYS), True),
    }


def test_what_is_verified_has_a_source() -> None:
    for country in COUNTRIES:
        law = law_of(country)
        assert law is not None
        for lines in (*law.rights.values(), *law.tables.values(), law.rates):
            for line in lines:
                assert line.source.startswith("https://") or not line.verified, line


def test_every_code_has_its_name_in_words() -> None:
    for lines in (*france().rights.values(), *france().tables.values()):
        for line in lines:
            assert wording.has("fr", f"source.{line.code}")


def test_every_right_and_event_has_its_words() -> None:
    for key, lines in france().rights.items():
        assert wording.has("fr", f"rule.law.{key}"), key
        for line in lines:
            assert line.starts is None or wording.has("fr", f"event.{line.starts}"), line.starts


def test_rights_are_looked_up_by_date() -> None:
    assert france().find("withdrawal_function", date(2026, 6, 18)) is None
    assert france().entry("withdrawal_function", date(2026, 6, 19)).article == "L221-21"
    with pytest.raises(KeyError, match="not in force"):
        france().entry("withdrawal_function", date(2026, 6, 18))
    with pytest.raises(KeyError):
        france().find("nothing", TODAY)


@pytest.mark.parametrize(
    ("on", "basis_points"),
    [
        (date(2024, 6, 30), None),
        (date(2024, 7, 1), 816),
        (date(2024, 12, 31), 816),
        (date(2025, 1, 1), 721),
        (date(2025, 7, 1), 665),
        (date(2026, 6, 30), 667),
        (date(2026, 7, 1), None),
    ],
)
def test_the_legal_rate_is_that_of_the_half_year_or_unknown(on: date, basis_points: int | None) -> None:
    rate = france().legal_rate(on)

    assert (rate and rate.basis_points) == basis_points


def test_other_countries_have_no_law_here() -> None:
    assert law_of("DE") is None
    assert law_of("../fr") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (RIGHT + "valid_from = 2016-07-01\n" + RIGHT + "valid_from = 2020-01-01\n", "two lines are in force"),
        (RIGHT + "valid_from = 2016-07-01\nvalid_until = 2016-07-01\n", "before it begins"),
        (RIGHT.replace("14 days", "14 moons") + "valid_from = 2016-07-01\n", "not a window"),
        (RIGHT + "valid_from = 2016-07-01\ntypo = 1\n", "typo"),
        (TABLE + "bands = []\n", "leave days"),
        (TABLE + "bands = [{ first_day = 2, basis_points = 1 }]\n", "should begin on day 1"),
        (TABLE + "bands = [{ first_day = 1, last_day = 14, basis_points = 1 }]\n", "leave days"),
        (TABLE + "monthly_basis_points = 5\n" + BANDS, "two answers"),
        (
            TABLE + "bands = [{ first_day = 1, last_day = 14 }, { first_day = 16, basis_points = 1 }]\n",
            "should begin on day 15",
        ),
        (TABLE + BANDS + TABLE + BANDS, "two lines are in force"),
        (RATE + RATE, "two lines are in force"),
        ("= =", "Invalid"),
    ],
)
def test_a_law_that_contradicts_itself_is_refused(text: str, message: str) -> None:
    filled = HEAD
    filled += "" if "[[right]]" in text else RIGHT + "valid_from = 2016-07-01\n"
    filled += "" if "[[surcharge]]" in text else TABLE + BANDS
    filled += "" if "[[legal_rate]]" in text else RATE

    with pytest.raises(LawError, match=message):
        parse_law(filled + text)
