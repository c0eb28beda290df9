"""The quick way of reading an amount is the careful one's, wherever it is taken."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recours.marketplaces.importer.cells import NULL, Amounts, Wrong, memories
from recours.rules.money import Money
from recours.rules.refusals import Refusal

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
