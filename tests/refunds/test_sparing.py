"""A provider that keeps failing is left alone, tried by one call at a time, and paid from at once when it is back."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.at_once import at_once
from tests.conftest import PRESENT
from tests.factories import a_refund_due, an_order
from tests.refunds.fake import FakeProvider, in_place_of_all

from recours.refunds import commands
from recours.refunds.commands import prepare, sparing
from recours.refunds.models import ProviderFailing, Refund
from recours.rules.patience import Asking

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
Status = Refund.Status


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    return in_place_of_all(monkeypatch)


def owed(number: int) -> list[Refund]:
    for _ in range(number):
        a_refund_due(an_order())
    prepare()
    Refund.objects.update(provider="stripe", pay_from=PRESENT)
    return list(Refund.objects.order_by("pay_until", "id"))


def fails(times: int = 5, minutes: int = 1) -> dt.datetime:
    """Have the provider fail for so long; return when."""
    for number in range(times):
        sparing.note_silence("stripe", PRESENT + minutes * MINUTE * number / (times - 1))
    return PRESENT + minutes * MINUTE


def test_provider_that_keeps_failing_is_not_asked(fake: FakeProvider) -> None:
    (refund,) = owed(1)
    now = fails()

    assert commands.submit(refund.pk, now=now) is False
    assert commands.queue_due(now) == 0

    refund.refresh_from_db()
    assert (refund.status, fake.paid) == (Status.APPROVED, {})


def test_one_refund_tries_whether_it_is_back_and_the_others_follow(fake: FakeProvider) -> None:
    first, *others = owed(3)
    later = fails() + MINUTE

    assert commands.queue_due(later) == 1
    assert commands.submit(first.pk, now=later) is True

    assert not ProviderFailing.objects.exists()
    assert [commands.submit(refund.pk, now=later) for refund in others] == [True, True]


def test_try_is_of_another_refund_than_the_last(fake: FakeProvider) -> None:
    """What keeps failing may be one refund, which must not keep all others for ever."""
    first, second = owed(2)
    Refund.objects.filter(pk=first.pk).update(status=Status.SUBMITTED, submitted_at=PRESENT, asked_at=PRESENT)
    later = fails() + MINUTE

    commands.queue_due(later)

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args ->> 'refund_id' FROM procrastinate_jobs WHERE task_name = 'refunds.submit'"
        )
        assert cursor.fetchall() == [(str(second.pk),)]


@pytest.mark.django_db(transaction=True)
def test_of_many_who_would_try_one_does() -> None:
    later = fails() + MINUTE

    tried = at_once(*[lambda: sparing.may_ask("stripe", later)] * 5)

    assert sorted(map(str, tried)) == ["False"] * 4 + ["True"]


@pytest.mark.django_db(transaction=True)
def test_failures_at_once_are_all_counted() -> None:
    at_once(*[lambda: sparing.note_silence("stripe", PRESENT)] * 5)

    assert ProviderFailing.objects.get().failures == 5


def test_silence_and_answers_are_noted(fake: FakeProvider) -> None:
    (refund,) = owed(1)
    Refund.objects.update(status=Status.SUBMITTED, submitted_at=PRESENT, asked_at=PRESENT - MINUTE)
    fake.silent = True

    commands.submit(refund.pk)
    assert ProviderFailing.objects.get().failures == 1

    fake.silent = False
    commands.submit(refund.pk, now=PRESENT + MINUTE)
    assert not ProviderFailing.objects.exists()


def test_person_may_ask_a_provider_that_is_left_alone(fake: FakeProvider) -> None:
    (refund,) = owed(1)
    Refund.objects.update(status=Status.SUBMITTED, submitted_at=PRESENT, asked_at=PRESENT)
    fake.pay(commands.paying.Order(key=refund.key, amount=refund.amount))
    now = fails()

    commands.check(refund.pk, now=now)

    refund.refresh_from_db()
    assert refund.status == Status.SUCCEEDED
    assert sparing.asking("stripe", now) is Asking.AS_USUAL
