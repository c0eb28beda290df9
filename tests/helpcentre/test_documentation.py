"""docs/helpcentre.md names what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from recours.helpcentre.actions import ACTIONS, GOODS_GROUNDS, PAYMENT_GROUNDS, TOPICS, Kind
from recours.helpcentre.references import POLICY_LINES, SENTENCES
from recours.helpcentre.sections import SECTIONS

pytestmark = pytest.mark.rules

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "helpcentre.md").read_text("utf-8")
NAMED = set(re.findall(r"`([^`\n]+)`", TEXT))


def test_every_reference_is_in_the_list() -> None:
    listed = {name for name in NAMED if re.fullmatch(r"(policy|says|marketplace)\.[a-z_.]+", name)}

    assert listed == {
        *(f"policy.{line}" for line in POLICY_LINES),
        *(f"says.{key}" for key in SENTENCES),
        "marketplace.name",
        "marketplace.mail",
    }


def test_every_section_and_action_is_named() -> None:
    assert {key for sections in SECTIONS.values() for key in sections} <= NAMED
    assert {str(category.value) for category in SECTIONS} <= NAMED
    assert {kind.value for kind in Kind} - {"payment", "message"} <= NAMED
    assert {word.value for word in (*GOODS_GROUNDS, *PAYMENT_GROUNDS)} <= NAMED
    assert {topic.value for topic in TOPICS} <= NAMED
    assert len(ACTIONS) == len({str(action) for action in ACTIONS.values()})
