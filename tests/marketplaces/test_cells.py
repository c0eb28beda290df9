"""The quick way of reading an amount is the careful one's, wherever it is taken."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recours.marketplaces.importer.cells import NULL, Amounts, Wrong, memories
from recours.rules.money import Money
from recours.rules.refusals import Refusal
from recours.rules.withdrawing import Exclusion
from recours.rules.wording import say

pytestmark = pytest.mark.rules

PARIS, NOW = ZoneInfo("Europe/Paris"), datetime(2026, 11, 20, 9, tzinfo=UTC)


@given(
    st.from_regex(r"[0-9]{1,7}([.,][0-9]{0,4})?[ \u00a0]?(€|EUR|USD|JPY|\$)?", fullmatch=True),
    st.sampled_from(["EUR", "USD", "JPY", "TND"]),
)
def test_an_amount_is_read_as_money_reads_it(text: str, currency: str) -> None:
    found = Amounts(required=True)[text, currency]

    try:
        expected = str(Money.parse(text, currency).minor)
    except Refusal:
        assert isinstance(found, Wrong)
    else:
        assert found == expected


@given(st.text(max_size=40))
def test_no_text_breaks_a_column(text: str) -> None:
    for memory in memories(zone=PARIS, now=NOW).values():
        found = memory[text, "EUR"] if isinstance(memory, Amounts) else memory[text]
        assert not set(found) & set("\t\n\r\0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-02T09:30:00Z", "2026-11-02T09:30:00+00:00"),
        ("2026-11-02 09:30", "2026-11-02T08:30:00+00:00"),
        ("02/11/2026 9:30", "2026-11-02T08:30:00+00:00"),
        ("2026-11-02T09:30:00.123+0200", "2026-11-02T07:30:00+00:00"),
        ("2026-11-02", "2026-11-01T23:00:00+00:00"),
        # The hour that daylight saving skips: read with the offset of before, 01:30 UTC.
        ("2026-03-29 02:30", "2026-03-29T01:30:00+00:00"),
    ],
)
def test_an_instant_is_read_in_the_marketplaces_zone(text: str, expected: str) -> None:
    assert memories(zone=PARIS, now=NOW)["ordered_at"][text] == expected  # type: ignore[index]


def test_a_day_given_as_an_instant_is_the_local_day() -> None:
    memory = memories(zone=PARIS, now=NOW)["delivered_on"]

    assert memory["2026-11-02T23:30:00Z"] == "2026-11-03"  # type: ignore[index]
    assert memory[""] == NULL  # type: ignore[index]


@pytest.mark.parametrize(
    "text", ["hygiène", "personalised, hygiene", "no", "hygiene;", "=HYPERLINK(1)", "x" * 10_000]
)
def test_an_exclusion_of_no_article_is_refused_with_the_words_that_are_known(text: str) -> None:
    found = memories(zone=PARIS, now=NOW)["exclusion"][text]  # type: ignore[index]

    assert isinstance(found, Wrong)
    said = say("en", found.key, **found.params)
    assert all(one in said for one in Exclusion)
    assert len(said) < 400


@pytest.mark.parametrize(("text", "expected"), [("hygiene", "hygiene"), ("HYGIENE", "hygiene"), ("", NULL)])
def test_an_exclusion_is_read_in_any_case_and_may_be_left_empty(text: str, expected: str) -> None:
    assert memories(zone=PARIS, now=NOW)["exclusion"][text] == expected  # type: ignore[index]


@pytest.mark.parametrize("text", ["peut-être", "2", "-1", "told", "yes no"])
def test_whether_the_buyer_was_told_is_yes_or_no_and_nothing_between(text: str) -> None:
    assert isinstance(memories(zone=PARIS, now=NOW)["withdrawal_told"][text], Wrong)  # type: ignore[index]


@pytest.mark.parametrize(("text", "expected"), [("yes", "t"), ("No", "f"), ("non", "f"), ("", NULL)])
def test_who_was_told_is_read_in_both_languages(text: str, expected: str) -> None:
    assert memories(zone=PARIS, now=NOW)["withdrawal_told"][text] == expected  # type: ignore[index]
