"""What similar claims got."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recours.rules.casework.precedents import Outcome, band, precedents
from recours.rules.lifecycle.vocabulary import Resolution


@given(st.dictionaries(st.sampled_from(Resolution), st.integers(0, 10_000)))
def test_shares_add_up_to_a_hundred(ended: dict[Resolution, int]) -> None:
    found = precedents(ended)

    assert sum(share.percent for share in found.shares) == (100 if found.cases else 0)
    assert all(0 <= share.percent <= 100 for share in found.shares)


def test_the_sketch() -> None:
    ended = {
        Resolution.REFUNDED: 60,
        Resolution.GRANTED_BY_SILENCE: 12,
        Resolution.PARTLY_REFUNDED: 35,
        Resolution.REJECTED: 11,
        Resolution.WITHDRAWN: 500,
        Resolution.LAPSED: 7,
    }

    found = precedents(ended)

    assert found.cases == 118
    assert [(share.outcome, share.percent) for share in found.shares] == [
        (Outcome.WHOLE, 61),
        (Outcome.PART, 30),
        (Outcome.REJECTED, 9),
    ]


@pytest.mark.parametrize("ended", [{}, {Resolution.WITHDRAWN: 3}, {Resolution.REFUNDED: 0}])
def test_without_a_case_nothing_is_said(ended: dict[Resolution, int]) -> None:
    assert precedents(ended).cases == 0


@pytest.mark.parametrize(("minor", "size"), [(0, 0), (1_999, 0), (2_000, 1), (8_990, 2), (1_000_000, 5)])
def test_sizes(minor: int, size: int) -> None:
    assert band(minor) == size
