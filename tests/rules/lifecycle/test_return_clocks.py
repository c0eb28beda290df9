"""The four clocks of a return: policy and law, and what proof of shipment does."""

import datetime as dt

import pytest
from msgspec.structs import replace
from tests.rules.lifecycle.people import BUYER, NOW, POLICY, RULES, SELLER, Story, refund

from recours.rules.lifecycle import Rulebook
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.return_clocks import ClockKind, return_clocks, return_risk
from recours.rules.lifecycle.vocabulary import Ground, State
from recours.rules.refusals import Refusal

pytestmark = pytest.mark.rules

SENT_ON = dt.date(2026, 11, 20)


def returning(rules: Rulebook = RULES, now: dt.datetime = NOW, ground: Ground = Ground.DAMAGED) -> Story:
    story = Story(rules, now).dispute(ground, refund(goods_return=True))
    return story.do(c.Accept(by=SELLER)).later(days=1)


def ship(story: Story) -> Story:
    return story.do(
        c.ShipReturn(by=BUYER, shipped_on=story.now.date(), carrier="Colissimo", tracking="6A12345678901")
    )


def clocks(story: Story) -> dict[ClockKind, object]:
    return {one.kind: one for one in return_clocks(story.now_claim, story.rules)}


def test_before_shipping_only_the_first_clock_runs():
    found = clocks(returning())

    back = found[ClockKind.SHIP_BACK]
    assert back.policy.last_on == dt.date(2026, 11, 29)
    assert back.law.last_on == back.counted.last_on == dt.date(2026, 12, 3)
    assert [kind for kind, one in found.items() if one.counted] == [ClockKind.SHIP_BACK]
    assert found[ClockKind.TRANSIT].window == POLICY.returns.transit


def test_proof_of_shipment_starts_the_laws_term():
    found = clocks(ship(returning()))

    money = found[ClockKind.REFUND]
    assert found[ClockKind.SHIP_BACK].done_on == SENT_ON
    assert found[ClockKind.TRANSIT].counted.last_on == SENT_ON + dt.timedelta(days=30)
    assert (money.right.key, money.law.last_on) == ("refund_withdrawal", dt.date(2026, 12, 3))
    assert money.counted.due_at == money.law.due_at
    assert money.counted.trace


def test_goods_sent_on_the_last_day_keep_the_laws_date():
    story = returning()
    story.now = NOW + dt.timedelta(days=14, hours=4)
    story = ship(story)

    assert clocks(story)[ClockKind.REFUND].law.last_on == dt.date(2026, 12, 3)


def test_arrival_stops_one_clock_and_starts_the_next():
    story = ship(returning()).do(c.RecordReturnArrival(by=SELLER, arrived_on=SENT_ON))

    found = clocks(story)
    assert found[ClockKind.TRANSIT].done_on == SENT_ON
    assert found[ClockKind.INSPECTION].counted.last_on == SENT_ON + dt.timedelta(days=5)


def test_inspection_falls_due_at_the_end_of_its_last_day_and_not_before():
    story = ship(returning()).do(c.RecordReturnArrival(by=SELLER, arrived_on=SENT_ON))
    due_at = clocks(story)[ClockKind.INSPECTION].counted.due_at

    assert due_at == story.now_claim.deadlines[0].due_at == dt.datetime(2026, 11, 25, 23, 0, tzinfo=dt.UTC)


def test_inspection_may_contest_until_the_last_second_and_not_at_its_end():
    story = ship(returning()).do(c.RecordReturnArrival(by=SELLER, arrived_on=SENT_ON))
    story.now = clocks(story)[ClockKind.INSPECTION].counted.due_at
    contest = c.ContestReturn(by=SELLER, reasons="La coque est rayée.")

    # Silence comes first: at the end the return is accepted, and there is nothing left to contest.
    with pytest.raises(Refusal):
        story.do(contest)

    story.now -= dt.timedelta(seconds=1)
    assert story.do(contest).now_claim.state is State.WITH_PLATFORM


def test_no_goods_to_send_back_have_no_clocks():
    assert return_clocks(Story().dispute().do(c.Accept(by=SELLER)).now_claim, RULES) == ()


def test_loss_does_not_stop_the_refund_where_an_article_says_so():
    right = return_risk(ship(returning()).now_claim, RULES).right

    assert (right.article, right.verified) == ("L221-24", True)


def test_loss_of_faulty_goods_later_on_rests_on_an_article_to_be_checked():
    later = NOW + dt.timedelta(days=60)

    right = return_risk(ship(returning(now=later)).now_claim, RULES).right

    assert (right.article, right.verified) == ("L217-17", False)


def test_loss_without_a_law_of_ours_is_for_the_platform():
    abroad = replace(RULES, law=None)

    assert return_risk(ship(returning(abroad)).now_claim, abroad).right is None
