"""Who must act is reminded three days before and one: once, at the instant, and never of what has gone."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.conftest import PRESENT
from tests.factories import a_buyer, a_claim, a_marketplace, a_seller, a_shop, an_agent, an_order, the_buyer

from recours.claims.commands import act
from recours.claims.models import Claim, ReminderMark
from recours.claims.reminders import remind
from recours.claims.sweep import sweep
from recours.notices.models import Notice
from recours.outbox.models import Mail
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor, Terms
from recours.rules.lifecycle.vocabulary import Ground, Remedy, Role
from recours.rules.policy import preset

pytestmark = pytest.mark.django_db

DUE = dt.datetime(2026, 11, 25, 23, tzinfo=dt.UTC)
"""When the seller's five days of a dispute opened at PRESENT are over."""
DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def marks() -> None:
    """The worker has run before."""
    remind(PRESENT - dt.timedelta(minutes=5))


def reminded(**of: Any) -> list[tuple[str, str, int]]:
    """Each reminder's reader, deadline and days, in the order in which they were told."""
    found = Mail.objects.filter(kind="deadline", payload__has_key="days", **of).order_by("created_at", "role")
    return [(mail.role, mail.payload["deadline"], mail.payload["days"]) for mail in found]


def a_staffed_claim(**asked: Any) -> Claim:
    order = an_order()
    a_seller(order.shop)
    return a_claim(order, **asked)


def seller() -> Actor:
    return Actor(Role.SELLER)


@pytest.mark.parametrize("days", [3, 1])
@pytest.mark.parametrize(("moment", "told"), [(-SECOND, False), (0 * SECOND, True), (SECOND, True)])
def test_reminder_comes_at_its_instant(days: int, moment: dt.timedelta, told: bool) -> None:
    claim = a_staffed_claim()
    remind(DUE - days * DAY - 2 * SECOND)
    before = reminded()

    remind(DUE - days * DAY + moment)

    assert reminded()[len(before) :] == [("seller", "seller_response", days)] * told
    assert claim.due_at == DUE


def test_both_reminders_are_told_once_each() -> None:
    claim = a_staffed_claim()

    for minutes in range(0, 6 * 24 * 60, 240):
        remind(PRESENT + dt.timedelta(minutes=minutes))

    assert reminded() == [("seller", "seller_response", 3), ("seller", "seller_response", 1)]
    line = Notice.objects.get(kind="deadline")
    assert (line.topic, line.detail, line.count) == (f"claim:{claim.pk}", "due_seller_response", 2)
    assert set(Mail.objects.filter(kind="deadline").values_list("protects", flat=True)) == {True}


def test_same_instant_again_and_an_earlier_one_tell_nothing() -> None:
    a_staffed_claim()
    remind(DUE - 3 * DAY)
    mark = ReminderMark.objects.get(pk=3).up_to

    remind(DUE - 3 * DAY)
    remind(DUE - 4 * DAY)

    assert len(reminded()) == 1
    assert ReminderMark.objects.get(pk=3).up_to == mark


def test_first_run_only_sets_the_marks() -> None:
    a_staffed_claim()
    ReminderMark.objects.all().delete()

    remind(DUE - 3 * DAY)

    assert reminded() == []
    assert dict(ReminderMark.objects.values_list("ahead_days", "up_to")) == {
        3: DUE - 3 * DAY,
        1: DUE - 3 * DAY,
    }


def test_after_a_stop_of_the_worker_nothing_is_left_out() -> None:
    a_staffed_claim()

    remind(DUE - 3 * DAY + dt.timedelta(hours=20))

    assert reminded() == [("seller", "seller_response", 3)]


def test_after_a_long_stop_only_the_nearer_reminder_is_told() -> None:
    a_staffed_claim()

    remind(DUE - dt.timedelta(hours=2))

    assert reminded() == [("seller", "seller_response", 1)]


def test_what_fell_due_while_the_worker_stood_still_is_not_reminded_of() -> None:
    a_staffed_claim()

    remind(DUE)

    assert reminded() == []


def test_window_no_longer_than_the_reminder_gets_none() -> None:
    # The seller has 48 hours to answer a first message: three days before is before it was written.
    claim = a_staffed_claim(contact_first=True)
    assert claim.due_at == PRESENT + 2 * DAY

    for hours in range(50):
        remind(PRESENT + dt.timedelta(hours=hours))

    assert reminded() == [("seller", "contact_answer", 1)]


@pytest.mark.parametrize("stopped", [dt.timedelta(minutes=5), dt.timedelta(days=2)])
def test_short_window_opened_while_the_worker_stood_still_gets_no_early_reminder(
    stopped: dt.timedelta,
) -> None:
    ReminderMark.objects.update(up_to=PRESENT - stopped)
    a_staffed_claim(contact_first=True)

    remind(PRESENT + SECOND)

    assert reminded() == []


def test_deadline_that_was_met_is_not_reminded_of() -> None:
    claim = a_staffed_claim()
    act(claim.pk, c.Accept(by=seller()))

    remind(DUE - 3 * DAY)

    assert reminded() == []


def test_deadline_of_the_other_party_is_theirs() -> None:
    claim = a_staffed_claim()
    row = act(claim.pk, c.Refuse(by=seller(), reasons="La photo montre un autre article."))
    assert row.due_at is not None

    remind(row.due_at - 3 * DAY)

    assert reminded() == [("buyer", "buyer_response", 3)]


def test_closed_claim_is_left_alone() -> None:
    claim = a_staffed_claim()
    act(claim.pk, c.Withdraw(by=the_buyer(claim.buyer_id)))

    remind(DUE - 3 * DAY)

    assert reminded() == []


def test_moved_deadline_is_reminded_of_anew() -> None:
    claim = a_staffed_claim()
    remind(DUE - 3 * DAY)
    wanted = Terms(remedy=Remedy.REPLACEMENT)
    later = DUE - 2 * DAY
    row = act(claim.pk, c.Counter(by=the_buyer(claim.buyer_id), terms=wanted), now=later)
    assert row.due_at is not None
    assert row.due_at > DUE

    remind(row.due_at - 3 * DAY)

    assert reminded() == [("seller", "seller_response", 3)] * 2


def test_platform_and_payer_are_not_reminded() -> None:
    place = a_marketplace()
    an_agent(place)
    claim = a_claim(an_order(a_buyer(place), a_shop(place)))
    row = act(claim.pk, c.Escalate(by=seller()))
    assert (row.due_party, row.due_at is not None) == ("agent", True)

    for days in range(1, 9):
        remind(PRESENT + days * DAY)

    assert reminded() == []


def test_evidence_asked_late_in_a_claim_has_its_own_window() -> None:
    claim = a_staffed_claim()
    act(claim.pk, c.Escalate(by=seller()))
    asked = PRESENT + 5 * DAY
    row = act(claim.pk, c.AskEvidence(by=Actor(Role.AGENT), of=Role.BUYER, text="Une photo ?"), now=asked)
    assert row.due_at is not None

    remind(row.due_at - DAY)

    assert reminded() == [("buyer", "evidence", 1)]


def test_both_parties_are_reminded_while_a_ruling_can_be_appealed() -> None:
    claim = a_staffed_claim()
    act(claim.pk, c.Escalate(by=seller()))
    ruling = c.Rule(
        by=Actor(Role.AGENT), rule="law:FR:conso:L217-3", reasons="La photo le montre.", terms=None
    )
    row = act(claim.pk, ruling)
    assert row.due_at is not None

    remind(row.due_at - 3 * DAY)

    assert reminded() == [("buyer", "appeal", 3), ("seller", "appeal", 3)]


def test_seller_who_is_no_party_is_not_reminded_of_an_appeal() -> None:
    claim = a_claim(an_order(), ground=Ground.PAYMENT_ERROR)
    ruling = c.Rule(by=Actor(Role.AGENT), rule="refund.not_after", reasons="Débité une fois.", terms=None)
    row = act(claim.pk, ruling)
    assert row.due_at is not None

    remind(row.due_at - 3 * DAY)

    assert reminded() == [("buyer", "appeal", 3)]


def test_goods_to_send_back_are_reminded_of_by_their_own_events_once_a_day() -> None:
    claim = a_staffed_claim(goods_return=True)
    row = act(claim.pk, c.Accept(by=seller()))
    real = row.snapshot.next_deadline
    assert real is not None

    for hours in range(0, 24 * 40, 6):
        moment = PRESENT + dt.timedelta(hours=hours)
        if moment < real.due_at:
            sweep(moment)
            remind(moment)

    assert reminded() == []
    told = Mail.objects.filter(kind="deadline").order_by("created_at")
    assert [mail.role for mail in told] == ["buyer", "buyer"]
    days = [(real.due_at - mail.created_at) for mail in told]
    assert [2 * DAY < days[0] <= 3 * DAY, dt.timedelta() < days[1] <= DAY] == [True, True]


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        # Spring: the seller's five days end on Sunday 28 March 2027, which has 23 hours.
        (dt.datetime(2027, 3, 23, 9, tzinfo=dt.UTC), dt.datetime(2027, 3, 28, 22, tzinfo=dt.UTC)),
        # Autumn: on Sunday 31 October 2027, which has 25.
        (dt.datetime(2027, 10, 26, 9, tzinfo=dt.UTC), dt.datetime(2027, 10, 31, 23, tzinfo=dt.UTC)),
    ],
)
def test_days_ahead_are_24_hours_when_the_clocks_change(opened: dt.datetime, due: dt.datetime) -> None:
    day = opened.date()
    order = an_order(promised_on=day - 3 * DAY, delivered_on=day - 2 * DAY)
    a_seller(order.shop)
    remind(opened - DAY)
    claim = a_claim(order, now=opened)
    assert claim.due_at == due

    remind(due - 3 * DAY - SECOND)
    assert reminded() == []
    remind(due - 3 * DAY)
    remind(due - DAY - SECOND)
    remind(due - DAY)

    assert reminded() == [("seller", "seller_response", 3), ("seller", "seller_response", 1)]


def test_run_takes_as_many_queries_however_many_claims() -> None:
    place = a_marketplace(policy=preset("default"))
    buyer, shop = a_buyer(place), a_shop(place)
    a_seller(shop)
    counts = []
    for number in (3, 30):
        opened = PRESENT + number * DAY
        for _ in range(number):
            a_claim(an_order(buyer, shop, delivered_on=opened.date() - DAY), now=opened)
        with CaptureQueriesContext(connection) as queries:
            remind(DUE + (number - 3) * DAY)
        counts.append((len(queries), len(reminded())))

    assert counts == [(10, 3), (10, 33)]
