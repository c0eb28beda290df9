"""What an address says of a view, and what it says wrong."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import pytest

from recours.rules.casework.filters import Filters, Holder, Language, Queue, address_of, read
from recours.rules.lifecycle.vocabulary import Ground
from recours.rules.money import Money

KEY = UUID(int=7)
ALL = Filters(
    queue=Queue.APPEALS,
    ground=Ground.LOST,
    language=Language.EN,
    shop=KEY,
    agent=KEY,
    least=Money(5000, "EUR"),
    most=Money(123450, "EUR"),
    within_hours=24,
)


@pytest.mark.parametrize("filters", [Filters(), ALL, Filters(queue=Queue.MINE, held_by=Holder.NOBODY)])
def test_an_address_says_what_it_was_made_of(filters: Filters) -> None:
    assert read(address_of(filters), "EUR") == filters
    assert msgspec.json.decode(msgspec.json.encode(filters), type=Filters) == filters


def test_amounts_are_read_as_people_type_them() -> None:
    assert read({"least": "1 234,50 €"}, "EUR").least == Money(123450, "EUR")


@pytest.mark.parametrize(
    "address",
    [
        {"queue": "__"}, {"ground": "' OR 1=1"}, {"shop": "\x00"}, {"held_by": "you"}, {"least": "-5"},
        {"most": "1e9"}, {"least": "5 USD"}, {"within_hours": "-1"}, {"within_hours": "٣"}, {"within_hours": "0"},
        {"within_hours": "9" * 400}, {"language": "xx"}, {"least": "9" * 60},
    ],
)  # fmt: skip
def test_what_is_wrong_is_taken_as_not_said(address: dict[str, Any]) -> None:
    assert read(address, "EUR") == Filters()


def test_a_view_of_a_whole_queue_does_not_narrow() -> None:
    assert not Filters(queue=Queue.LATE).narrows
    assert ALL.narrows
