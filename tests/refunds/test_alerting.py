"""The desk is told of a refund that is stuck: by the bell and by mail, once."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.at_once import at_once
from tests.conftest import PRESENT
from tests.factories import a_marketplace, a_refund_due, an_agent, an_order

from recours.notices.models import Notice
from recours.outbox.models import Mail
from recours.people.commands import appoint_to_desk, appoint_to_shop
from recours.people.models import DeskRole, DeskStaff, User
from recours.refunds.commands import alert_stuck, prepare
from recours.refunds.mails import render
from recours.refunds.models import Refund

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
MOMENT = dt.timedelta(microseconds=1)
Status = Refund.Status


@pytest.fixture
def stuck() -> Refund:
    """A refund that its provider was asked for an hour ago."""
    claim = a_refund_due(an_order())
    prepare()
    Refund.objects.update(
        provider="stripe", status=Status.SUBMITTED, submitted_at=PRESENT - HOUR, asked_at=PRESENT
    )
    an_agent(claim.marketplace)
    Mail.objects.all().delete()
    Notice.objects.all().delete()
    return Refund.objects.get()


def told() -> list[tuple[str, str]]:
    """Who was mailed, and by whom it is worded."""
    found = Mail.objects.order_by("address").values_list("address", "renderer")
    return [(address.partition("@")[0].rstrip("0123456789"), renderer) for address, renderer in found]


def test_everybody_of_the_desk_is_told_once(stuck: Refund) -> None:
    boss = User.objects.create_user("boss@example.org")
    appoint_to_desk(user=boss, marketplace_id=stuck.claim.marketplace_id, role=DeskRole.ADMINISTRATOR)

    alert_stuck()
    alert_stuck(PRESENT + HOUR)

    assert told() == [("boss", "refunds"), ("charlie", "refunds")]
    assert (
        list(Notice.objects.values_list("detail", "path", "count"))
        == [("refund_stuck_desk", "/desk/refunds/?list=stuck", 1)] * 2
    )


@pytest.mark.parametrize(
    ("status", "within"), [(Status.SUBMITTED, HOUR), (Status.PENDING, dt.timedelta(days=5))]
)
def test_not_before_its_time(stuck: Refund, status: Status, within: dt.timedelta) -> None:
    Refund.objects.update(status=status, submitted_at=PRESENT - within + MOMENT)
    alert_stuck()
    assert told() == []

    alert_stuck(PRESENT + MOMENT)
    assert len(told()) == 1


def test_other_desks_and_who_is_a_party_are_not_told(stuck: Refund) -> None:
    seller = User.objects.create_user("seller@example.org")
    appoint_to_desk(user=seller, marketplace_id=stuck.claim.marketplace_id, role=DeskRole.AGENT)
    assert stuck.claim.shop_id is not None
    appoint_to_shop(user=seller, shop_id=stuck.claim.shop_id)
    other = User.objects.create_user("other@example.org")
    appoint_to_desk(user=other, marketplace_id=a_marketplace(slug="autre").pk, role=DeskRole.AGENT)

    alert_stuck()

    assert told() == [("charlie", "refunds")]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_once(stuck: Refund) -> None:
    at_once(alert_stuck, alert_stuck)

    assert len(told()) == 1


@pytest.mark.parametrize(("lang", "amount"), [("fr", "89,90\xa0€"), ("en", "€89.90")])
def test_mail_says_what_to_do(stuck: Refund, lang: str, amount: str) -> None:
    alert_stuck()
    mail = Mail.objects.get()
    mail.language = lang

    content = render(mail)

    assert content is not None
    assert amount in content.subject
    assert stuck.claim.reference in content.subject
    assert content.button_path == "/desk/refunds/?list=stuck"


def test_mail_is_dropped_when_it_was_paid_meanwhile_or_its_reader_left(stuck: Refund) -> None:
    alert_stuck()
    mail = Mail.objects.get()

    DeskStaff.objects.all().delete()
    assert render(mail) is None

    Refund.objects.update(status=Status.SUCCEEDED)
    assert render(mail) is None
