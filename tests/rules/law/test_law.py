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
        if (right := france().find(key, TODAY)) is not None and right.window is not None
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
        "conformity_presumption": ("D211-2", Window(2, Unit.YEARS), True),
        "conformity_presumption_second_hand": ("L217-7", Window(12, Unit.MONTHS), False),
        "conformity_after_repair": ("D211-2", Window(6, Unit.MONTHS), True),
        "conformity_renewed": ("D211-2", Window(2, Unit.YEARS), False),
        "refund_conformity": ("L217-17", Window(14, Unit.DAYS), False),
        "hidden_defects": ("1648", Window(2, Unit.YEARS), False),
        "hidden_defects_cap": ("2232", Window(20, Unit.YEARS), False),
        "unauthorised_payment": ("L133-24", Window(13, Unit.MONTHS), True),
        "unauthorised_payment_outside_eea": ("L133-24", Window(70, Unit.DAYS), True),
        "unauthorised_payment_by_contract": ("L133-24", Window(120, Unit.DAYS), True),
        "bank_refunds": ("L133-18", Window(1, Unit.WORKING_DAYS), True),
        "chargeback": ("Visa 13.1, Mastercard 4853", Window(120, Unit.DAYS), True),
        "chargeback_cap": ("Visa 13.1", Window(540, Unit.DAYS), True),
        "mediator": ("L612-2", Window(1, Unit.YEARS), True),
        "mediator_outcome": ("R612-5", Window(90, Unit.DAYS), True),
        "mediator_inadmissible": ("L612-2", Window(21, Unit.DAYS), True),
        "mediator_after_silence": ("L612-1", Window(2, Unit.MONTHS), True),
        "platform_complaint": ("2022/2065, art. 20", Window(6, Unit.MONTHS), True),
        "platform_settlement": ("2022/2065, art. 21", Window(90, Unit.DAYS), True),
        "platform_settlement_complex": ("2022/2065, art. 21", Window(180, Unit.DAYS), True),
    }


def test_what_is_verified_has_a_source() -> None:
    for country in COUNTRIES:
        law = law_of(country)
        assert law is not None
        for lines in (*law.rights.values(), *law.tables.values(), law.rates):
            for line in lines:
                assert line.source.startswith("https://") or not line.verified, line


def everywhere() -> list[Law]:
    found = [law_of(country) for country in COUNTRIES]
    return [law for law in found if law is not None]


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_every_code_has_its_name_in_words(lang: wording.Lang) -> None:
    for law in everywhere():
        for lines in (*law.rights.values(), *law.tables.values()):
            for line in lines:
                assert wording.has(lang, f"source.{line.code}"), line.code
                assert wording.has(lang, f"helpcentre.article.{line.code}"), line.code


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_every_right_and_event_has_its_words(lang: wording.Lang) -> None:
    for law in everywhere():
        for key, lines in law.rights.items():
            assert wording.has(lang, f"rule.law.{key}"), key
            for line in lines:
                assert line.starts is None or wording.has(lang, f"event.{line.starts}"), line.starts


def test_what_is_no_law_is_told_apart() -> None:
    found = {key for key, lines in france().rights.items() if not all(line.is_law for line in lines)}

    assert found == {"chargeback", "chargeback_cap", "mediator_after_silence"}


def test_the_european_platform_is_closed() -> None:
    assert france().find("odr_platform", date(2025, 7, 19)) is not None
    assert france().find("odr_platform", date(2025, 7, 20)) is None


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
    assert law_of("AT") is None
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
