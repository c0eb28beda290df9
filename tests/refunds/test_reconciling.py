"""What providers' own lists say, read on a schedule and on demand; and one safe question about one refund."""

import datetime as dt

import pytest
from tests.conftest import PRESENT
from tests.desk.stage import signed_in
from tests.factories import a_refund_due, an_agent, an_order
from tests.refunds.fake import FakeProvider, in_place_of_all
from tests.refunds.test_hearing import of

from recours.refunds import tasks
from recours.refunds.commands import check, prepare, reconcile
from recours.refunds.models import ProviderEvent, Reconciliation, Refund
from recours.refunds.providers import Order, Outcome
from recours.refunds.refusals import ProviderKnowsNothing, ProviderSilent, RefundNotUnderWay

pytestmark = pytest.mark.django_db

Status = Refund.Status
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    return in_place_of_all(monkeypatch)


@pytest.fixture
def sent() -> Refund:
    a_refund_due(an_order())
    prepare()
    Refund.objects.update(provider="stripe", status=Status.SUBMITTED, submitted_at=PRESENT, asked_at=PRESENT)
    return Refund.objects.get()


def test_webhook_that_never_came_is_made_up_for(sent: Refund, fake: FakeProvider) -> None:
    fake.listed = [of(sent, Outcome.PAID)]

    first, again = reconcile(now=PRESENT), reconcile(now=PRESENT + HOUR)

    assert [(each.told, each.changed, each.unexplained) for each in (*first, *again)] == [
        (1, 1, 0),
        (1, 0, 0),
    ]
    assert fake.asked_since == [PRESENT - dt.timedelta(days=30, hours=6), PRESENT - 6 * HOUR]
    sent.refresh_from_db()
    assert sent.status == Status.SUCCEEDED


def test_list_that_broke_off_is_read_again(sent: Refund, fake: FakeProvider) -> None:
    fake.listed, fake.silent = [of(sent, Outcome.PENDING)], True

    assert [each.answered for each in reconcile(now=PRESENT)] == [False]

    assert not Reconciliation.objects.exists()
    assert ProviderEvent.objects.count() == 1


def test_jobs_reconcile(sent: Refund, fake: FakeProvider) -> None:
    tasks.reconcile()
    tasks.hear_what_was_left()

    assert Reconciliation.objects.get().read_until == PRESENT


def test_provider_that_is_not_set_up_is_left_alone(sent: Refund) -> None:
    assert reconcile(("stripe",), now=PRESENT) == []


def test_one_is_asked_about_and_never_paid(sent: Refund, fake: FakeProvider) -> None:
    with pytest.raises(ProviderKnowsNothing):
        check(sent.pk)
    assert fake.paid == {}

    fake.pay(Order(key=sent.key, amount=sent.amount))
    assert check(sent.pk).status == Status.SUCCEEDED
    with pytest.raises(RefundNotUnderWay):
        check(sent.pk)
    assert list(fake.paid) == [sent.key]


def test_silence_is_said(sent: Refund, fake: FakeProvider) -> None:
    fake.silent = True

    with pytest.raises(ProviderSilent):
        check(sent.pk)


def test_desk_lists_what_is_stuck_and_asks(sent: Refund, fake: FakeProvider) -> None:
    desk = signed_in(an_agent(sent.claim.marketplace))
    assert [row["refund"] for row in desk.get("/desk/refunds/?list=stuck").context["rows"]] == []

    Refund.objects.update(submitted_at=PRESENT - HOUR)
    page = desk.get("/desk/refunds/?list=stuck")
    assert [row["refund"] for row in page.context["rows"]] == [sent]
    assert "Vérifier auprès du prestataire" in page.content.decode()

    fake.pay(Order(key=sent.key, amount=sent.amount))
    answer = desk.post(f"/desk/refunds/{sent.pk}/check/", follow=True)
    assert "Le prestataire a versé ce remboursement." in answer.content.decode()


def test_pending_has_five_days(sent: Refund) -> None:
    desk = signed_in(an_agent(sent.claim.marketplace))
    for days, listed in ((4, []), (5, [sent])):
        since = PRESENT - dt.timedelta(days=days)
        Refund.objects.update(status=Status.PENDING, submitted_at=since)
        assert [row["refund"] for row in desk.get("/desk/refunds/?list=stuck").context["rows"]] == listed
