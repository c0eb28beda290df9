"""The promise with an "if" before it: what would be paid and when, before anything is due."""

import datetime as dt

import pytest
from msgspec.structs import replace
from tests.rules.lifecycle.people import (
    AGENT,
    BUYER,
    POLICY,
    REPLACEMENT,
    RULES,
    SELLER,
    Story,
    refund,
    with_policy,
)

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.outlook import Outlook, refund_outlook
from recours.rules.lifecycle.vocabulary import State

pytestmark = pytest.mark.rules


def outlook(story: Story) -> Outlook | None:
    return refund_outlook(story.now_claim, story.rules, story.now)


def ruled(minor: int | None) -> Story:
    story = Story().dispute().do(c.Escalate(by=SELLER))
    terms = refund(minor) if minor else None
    return story.do(c.Rule(by=AGENT, rule="art. L217-3", reasons="Voilà.", terms=terms))


def test_silence_of_the_seller_would_have_it_paid() -> None:
    found = outlook(Story().dispute())

    assert found is not None
    assert found.amount == refund().amount
    # Within the term of withdrawal the law counts from the claim, whenever it is granted.
    assert found.term.law_latest is not None
    assert found.term.latest.due_at == found.term.law_latest.due_at
    assert found.term.policy_earliest is not None
    assert found.term.policy_latest.last_on == Story().dispute().now.date() + dt.timedelta(days=50)


def test_outlook_is_what_comes_true() -> None:
    story = Story().dispute()
    foreseen = outlook(story)

    story.silence()

    assert story.now_claim.state is State.REFUND_DUE
    assert foreseen is not None
    assert foreseen.term.latest.due_at == story.now_claim.deadlines[0].due_at


def test_where_silence_goes_to_the_platform_nothing_is_foreseen() -> None:
    strict = with_policy(seller=replace(POLICY.seller, silence="platform"))

    assert outlook(Story(rules=strict).dispute()) is None


@pytest.mark.parametrize("wanted", [REPLACEMENT, refund(goods_return=True)])
def test_goods_come_first(wanted: object) -> None:
    assert outlook(Story().dispute(wanted=wanted)) is None  # type: ignore[arg-type]


def test_people_still_judge() -> None:
    assert outlook(Story().dispute().do(c.Refuse(by=SELLER, reasons="Non."))) is None
    assert outlook(Story().dispute().do(c.Escalate(by=SELLER))) is None


def test_a_ruling_is_due_once_nobody_can_appeal() -> None:
    story = ruled(4500)
    found = outlook(story)

    assert found is not None
    assert found.amount == refund(4500).amount
    story.silence()
    assert found.term.latest.due_at == story.now_claim.deadlines[0].due_at
    assert outlook(ruled(None)) is None


def test_a_return_sent_today_moves_with_the_day_until_it_is_sent() -> None:
    story = Story().dispute(wanted=refund(goods_return=True)).do(c.Accept(by=SELLER)).later(days=9)
    story.now = min(story.now, story.now_claim.deadlines[-1].due_at - dt.timedelta(hours=1))
    awaited = outlook(story)
    shipped = c.ShipReturn(
        by=BUYER,
        shipped_on=RULES.calendar.local_date(story.now),
        carrier="Colissimo",
        tracking="6A12345678901",
    )

    story.do(shipped)

    assert awaited is not None
    assert awaited == outlook(story)
    assert story.now_claim.state is State.RETURN_IN_TRANSIT
    story.later(days=1)
    on_its_way = outlook(story)
    assert on_its_way is not None
    assert on_its_way.term.latest == awaited.term.latest
