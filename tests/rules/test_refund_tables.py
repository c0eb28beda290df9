"""The worked tables of docs/refunds.md, line by line; and what holds for every sequence of partial refunds."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recours.rules.money import Money
from recours.rules.refunds import fill, of_pieces, spread

pytestmark = pytest.mark.rules

PAGE = (Path(__file__).parents[2] / "docs" / "refunds.md").read_text(encoding="utf-8")


def table(name: str) -> list[list[str]]:
    """The rows of one table of the page, without its heading."""
    after = PAGE.split(f"<!-- table: {name} -->\n", 1)[1]
    lines = after.split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def amounts(text: str, currency: str) -> tuple[Money, ...]:
    return tuple(Money(int(each), currency) for each in re.findall(r"\d+", text))


@pytest.mark.parametrize("row", table("of_pieces"), ids=" ".join)
def test_pieces_are_worth_what_the_page_says(row: list[str]) -> None:
    currency, captured, quantity, refunded, pieces, worth = row

    found = of_pieces(
        Money(int(captured), currency), int(quantity), int(pieces), Money(int(refunded), currency)
    )

    assert found == Money(int(worth), currency)


@pytest.mark.parametrize("row", table("spread"), ids=" ".join)
def test_sums_are_shared_as_the_page_says(row: list[str]) -> None:
    currency, owed, *lists = row
    weights, most, parts = (amounts(each, currency) for each in lists)

    assert spread(Money(int(owed), currency), weights, most) == parts


@pytest.mark.parametrize("row", table("fill"), ids=" ".join)
def test_payments_are_filled_as_the_page_says(row: list[str]) -> None:
    currency, parts, rooms, filled = row

    found = fill(amounts(parts, currency), amounts(rooms, currency))

    assert found == tuple(amounts(each, currency) for each in filled.split("/"))


CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "TND"])


@given(st.integers(0, 100_000), st.integers(1, 12), CURRENCIES, st.data())
def test_pieces_in_any_sequence_add_up_to_the_line(
    captured: int, quantity: int, currency: str, data: st.DataObject
) -> None:
    paid, refunded, left = Money(captured, currency), Money.zero(currency), quantity
    exact = []
    while left:
        pieces = data.draw(st.integers(1, left))
        worth = of_pieces(paid, quantity, pieces, refunded)
        exact.append(abs(worth.minor * quantity - captured * pieces) < quantity)
        refunded, left = refunded + worth, left - pieces

    assert refunded == paid
    assert all(exact) or captured < quantity, "a piece is more than one unit away from its share"


@given(st.integers(0, 100_000), st.integers(1, 12), st.data())
def test_more_pieces_are_never_worth_less_and_never_more_than_is_left(
    captured: int, quantity: int, data: st.DataObject
) -> None:
    paid = Money(captured, "EUR")
    refunded = Money(data.draw(st.integers(0, captured)), "EUR")

    worths = [of_pieces(paid, quantity, pieces, refunded).minor for pieces in range(1, quantity + 1)]

    assert worths == sorted(worths)
    assert all(0 <= worth <= captured - refunded.minor for worth in worths)
    assert worths[-1] == captured - refunded.minor
