"""Which agent a claim goes to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from recours.rules.casework.assigning import Assignment, Facts, choose
from recours.rules.casework.filters import Language
from recours.rules.lifecycle.vocabulary import Ground
from recours.rules.money import Money

ANN, BEN, CID = UUID(int=1), UUID(int=2), UUID(int=3)
SHOP = UUID(int=9)
CLAIM = Facts(ground=Ground.DAMAGED, language=Language.FR, amount=Money(8990, "EUR"), shop_id=SHOP)
LOADS = {ANN: 2, BEN: 1, CID: 1}


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ({}, True),
        ({"ground": Ground.DAMAGED}, True),
        ({"ground": Ground.LOST}, False),
        ({"language": Language.EN}, False),
        ({"shop_id": SHOP}, True),
        ({"shop_id": UUID(int=8)}, False),
        ({"least": Money(8990, "EUR")}, True),
        ({"least": Money(8991, "EUR")}, False),
        ({"most": Money(8990, "EUR")}, True),
        ({"most": Money(8989, "EUR")}, False),
        ({"least": Money(1, "USD")}, False),
        ({"ground": Ground.DAMAGED, "language": Language.EN}, False),
    ],
)
def test_a_rule_fits_when_all_that_it_asks_is_true(rule: dict[str, Any], fits: bool) -> None:
    assert Assignment(agents=(ANN,), **rule).fits(CLAIM) is fits


def test_who_has_the_fewest_gets_it_and_the_first_named_of_equals() -> None:
    assert choose([Assignment(agents=(ANN, CID, BEN))], CLAIM, LOADS, ()) == CID


def test_the_first_rule_that_fits_decides() -> None:
    rules = [
        Assignment(agents=(BEN,), ground=Ground.LOST),
        Assignment(agents=(ANN,)),
        Assignment(agents=(CID,)),
    ]

    assert choose(rules, CLAIM, LOADS, ()) == ANN


def test_a_rule_whose_agents_may_not_is_passed_over() -> None:
    rules = [Assignment(agents=(BEN, UUID(int=77))), Assignment(agents=(CID,))]

    assert choose(rules, CLAIM, LOADS, {BEN}) == CID
    assert choose(rules[:1], CLAIM, LOADS, {BEN}) is None
    assert choose([], CLAIM, LOADS, ()) is None
