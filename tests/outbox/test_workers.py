"""Sending by real workers: several at once, and the job from its queue to the mail server."""

import pytest
from django.db import connection
from tests import factories
from tests.at_once import at_once
from tests.outbox.mails import RENDERERS, a_mail
from tests.outbox.smtp import Server

from recours import clock, jobs
from recours.jobs.worker import run_worker
from recours.notices.commands import News, Reader, tell
from recours.notices.kinds import Kind
from recours.outbox import tasks
from recours.outbox.models import Mail
from recours.outbox.sending import send_due
from recours.outbox.tasks import pick_up
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_queue(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from procrastinate.contrib.django import app

    settings.MAIL_RENDERERS = RENDERERS  # type: ignore[attr-defined]
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def test_workers_at_once_send_each_mail_once(smtp: Server) -> None:
    mails = [a_mail() for _ in range(20)]

    taken = at_once(*[send_due] * 3)

    assert sum(count for count in taken if isinstance(count, int)) == 20
    assert sorted(one.message["Message-ID"] for one in smtp.deliveries) == sorted(
        mail.message_id for mail in mails
    )


def test_what_one_run_leaves_the_next_one_sends(smtp: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "RUN_SECONDS", 0.0)
    for _ in range(3):
        a_mail()

    jobs.defer("outbox.send")
    run_worker(concurrency=1, until_empty=True)

    assert len(smtp.deliveries) == 3


def test_news_leaves_by_the_worker(smtp: Server) -> None:
    user = factories.a_user()
    told = News(
        reader=Reader(role=Role.BUYER, address=user.email, user_id=user.pk, name="Alice"),
        kind=Kind.OFFER,
        key="offer:1",
        topic="claim:1",
        marketplace_id=factories.a_marketplace().pk,
        title="Casque",
        path="/claims/1/",
        renderer="test",
        payload={"subject": "Une proposition"},
    )

    tell([told, told], now=clock.now())
    run_worker(concurrency=1, until_empty=True)

    assert smtp.subjects() == ["Une proposition"]


def test_what_a_dead_worker_left_is_picked_up_each_minute(smtp: Server) -> None:
    mail = a_mail()  # nobody deferred a job for it

    pick_up()
    pick_up()
    run_worker(concurrency=1, until_empty=True)

    assert Mail.objects.get(pk=mail.pk).state == Mail.State.SENT
    assert len(smtp.deliveries) == 1
