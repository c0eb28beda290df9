"""Sharing a sum among things, and among payments: nothing lost, nothing invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recours.rules.money import Money
from recours.rules.refunds import fill, spread


def euros(*minor: int) -> tuple[Money, ...]:
    return tuple(Money(each, "EUR") for each in minor)


@pytest.mark.parametrize(
    ("amount", "weights", "most", "parts"),
    [
        (100, (300, 100), (300, 100), (75, 25)),
        (100, (300, 100), (50, 100), (50, 50)),
        (100, (300, 0), (60, 60), (60, 40)),
        (500, (300, 100), (300, 100), (300, 100)),
        (100, (1, 1, 1), (100, 100, 100), (34, 33, 33)),
        (100, (0, 0), (10, 200), (5, 95)),
        (0, (1, 2), (10, 10), (0, 0)),
        (10, (1, 2), (0, 0), (0, 0)),
        (10, (), (), ()),
    ],
)
def test_spread_by_table(
    amount: int, weights: tuple[int, ...], most: tuple[int, ...], parts: tuple[int, ...]
) -> None:
    assert spread(Money(amount, "EUR"), euros(*weights), euros(*most)) == euros(*parts)


minors = st.integers(0, 10_000)


@given(minors, st.lists(st.tuples(minors, minors), max_size=6))
def test_spread_adds_up_and_exceeds_nothing(amount: int, things: list[tuple[int, int]]) -> None:
    weights, most = [weight for weight, _ in things], [cap for _, cap in things]

    parts = spread(Money(amount, "EUR"), euros(*weights), euros(*most))

    assert sum(part.minor for part in parts) == min(amount, sum(most))
    assert all(0 <= part.minor <= cap for part, cap in zip(parts, most, strict=True))


@pytest.mark.parametrize(
    ("parts", "payments", "filled"),
    [
        ((60, 40), (100,), ((60, 40),)),
        ((60, 40), (80, 20), ((60, 20), (0, 20))),
        ((60, 40), (30, 500), ((0, 0), (60, 40))),
        ((60, 40), (50, 30), ((50, 0), (10, 20))),
        ((60,), (), ()),
    ],
)
def test_fill_by_table(
    parts: tuple[int, ...], payments: tuple[int, ...], filled: tuple[tuple[int, ...], ...]
) -> None:
    assert fill(euros(*parts), euros(*payments)) == tuple(euros(*share) for share in filled)


@given(st.lists(minors, max_size=5), st.lists(minors, max_size=4))
def test_fill_pays_each_part_at_most_once_and_each_payment_at_most_its_room(
    parts: list[int], payments: list[int]
) -> None:
    filled = fill(euros(*parts), euros(*payments))

    paid = [sum(share[index].minor for share in filled) for index in range(len(parts))]
    assert sum(paid) == min(sum(parts), sum(payments))
    assert all(got <= part for got, part in zip(paid, parts, strict=True))
    for share, room in zip(filled, payments, strict=True):
        assert sum(amount.minor for amount in share) <= room
