"""What providers' own lists say, read on a schedule and on demand; and one safe question about one refund."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django.fixtures import Settings
from tests.conftest import PRESENT
from tests.desk.stage import signed_in
from tests.factories import a_refund_due, an_agent, an_order
from tests.refunds.test_hearing import of

from recours.refunds import tasks
from recours.refunds.commands import check, prepare, reconcile
from recours.refunds.models import ProviderEvent, Reconciliation, Refund
from recours.refunds.providers import NoAnswer, Notice, Order, Outcome
from recours.refunds.providers.simulated import Simulated
from recours.refunds.refusals import ProviderKnowsNothing, ProviderSilent, RefundNotUnderWay

pytestmark = pytest.mark.django_db

Status = Refund.Status
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def sent(settings: Settings) -> Refund:
    settings.DEMO = True
    a_refund_due(an_order())
    prepare()
    Refund.objects.update(status=Status.SUBMITTED, submitted_at=PRESENT, asked_at=PRESENT)
    return Refund.objects.get()


class Listing:
    """A provider's list, and how far back it was asked for; it breaks off where it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *notices: Notice, breaks_off: bool = False) -> None:
        self.since: list[dt.datetime] = []

        def changes(provider: Simulated, since: dt.datetime) -> Iterator[Notice]:
            self.since.append(since)
            yield from notices
            if breaks_off:
                raise NoAnswer("cut off")

        monkeypatch.setattr(Simulated, "changes", changes)


def test_webhook_that_never_came_is_made_up_for(sent: Refund, monkeypatch: pytest.MonkeyPatch) -> None:
    listing = Listing(monkeypatch, of(sent, Outcome.PAID))

    first, again = reconcile(now=PRESENT), reconcile(now=PRESENT + HOUR)

    assert [(each.told, each.changed, each.unexplained) for each in (*first, *again)] == [
        (1, 1, 0),
        (1, 0, 0),
    ]
    assert listing.since == [PRESENT - dt.timedelta(days=30, hours=6), PRESENT - 6 * HOUR]
    sent.refresh_from_db()
    assert sent.status == Status.SUCCEEDED


def test_list_that_broke_off_is_read_again(sent: Refund, monkeypatch: pytest.MonkeyPatch) -> None:
    Listing(monkeypatch, of(sent, Outcome.PENDING), breaks_off=True)

    assert [each.answered for each in reconcile(now=PRESENT)] == [False]

    assert not Reconciliation.objects.exists()
    assert ProviderEvent.objects.count() == 1


def test_jobs_reconcile(sent: Refund) -> None:
    tasks.reconcile()
    tasks.hear_what_was_left()

    assert Reconciliation.objects.get().read_until == PRESENT


def test_one_is_asked_about_and_never_paid(sent: Refund, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = Simulated(sent_home())
    with pytest.raises(ProviderKnowsNothing):
        check(sent.pk)
    assert provider.paid_in_all() == []

    provider.pay(Order(key=sent.key, amount=sent.amount))
    assert check(sent.pk).status == Status.SUCCEEDED
    with pytest.raises(RefundNotUnderWay):
        check(sent.pk)
    assert len(provider.paid_in_all()) == 1


def test_silence_is_said(sent: Refund, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(provider: Simulated, order: Order) -> None:
        raise NoAnswer("gone")

    monkeypatch.setattr(Simulated, "look_up", silent)

    with pytest.raises(ProviderSilent):
        check(sent.pk)


def sent_home() -> Path:
    home: Path = settings.HOME
    return home / "simulated-provider"


def test_desk_lists_what_is_stuck_and_asks(sent: Refund) -> None:
    desk = signed_in(an_agent(sent.claim.marketplace))
    assert [row["refund"] for row in desk.get("/desk/refunds/?list=stuck").context["rows"]] == []

    Refund.objects.update(submitted_at=PRESENT - HOUR)
    page = desk.get("/desk/refunds/?list=stuck")
    assert [row["refund"] for row in page.context["rows"]] == [sent]
    assert "Vérifier auprès du prestataire" in page.content.decode()

    Simulated(sent_home()).pay(Order(key=sent.key, amount=sent.amount))
    answer = desk.post(f"/desk/refunds/{sent.pk}/check/", follow=True)
    assert "Le prestataire a versé ce remboursement." in answer.content.decode()


def test_pending_has_five_days(sent: Refund) -> None:
    desk = signed_in(an_agent(sent.claim.marketplace))
    for days, listed in ((4, []), (5, [sent])):
        since = PRESENT - dt.timedelta(days=days)
        Refund.objects.update(status=Status.PENDING, submitted_at=since)
        assert [row["refund"] for row in desk.get("/desk/refunds/?list=stuck").context["rows"]] == listed
