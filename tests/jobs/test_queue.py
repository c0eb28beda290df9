"""Jobs live and die with the transaction that asked for them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from recours import clock, jobs
from recours.jobs.queue import UnknownJob
from recours.jobs.worker import run_worker

RAN: list[str] = []


@pytest.fixture(autouse=True)
def _declared() -> Iterator[None]:
    @jobs.task("tests.note")
    def note(claim_id: str) -> None:
        RAN.append(claim_id)

    @jobs.task("tests.defer_then_fail")
    def defer_then_fail() -> None:
        with transaction.atomic():
            jobs.defer("tests.note", claim_id="from a task that failed")
            raise RuntimeError

    RAN.clear()
    yield
    for name in ("tests.note", "tests.defer_then_fail"):
        del app.tasks[name]


def waiting() -> list[tuple[str, dict[str, object]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [(name, json.loads(args)) for name, args in cursor.fetchall()]


@pytest.mark.django_db
def test_defer_writes_ids_as_text() -> None:
    jobs.defer("tests.note", claim_id=UUID(int=7))

    assert waiting() == [("tests.note", {"claim_id": "00000000-0000-0000-0000-000000000007"})]


@pytest.mark.django_db
def test_defer_rolls_back_with_its_transaction() -> None:
    with transaction.atomic():
        jobs.defer("tests.note", claim_id="1")
        transaction.set_rollback(True)

    assert waiting() == []


@pytest.mark.django_db
def test_defer_with_a_lock_already_waiting_adds_nothing_and_spoils_nothing() -> None:
    with transaction.atomic():
        first = jobs.defer("tests.note", queueing_lock="one", claim_id="1")
        second = jobs.defer("tests.note", queueing_lock="one", claim_id="1")
        jobs.defer("tests.note", claim_id="2")

    assert (first is None, second) == (False, None)
    assert [arguments["claim_id"] for _, arguments in waiting()] == ["1", "2"]


@pytest.mark.django_db
def test_defer_of_a_name_nobody_declares() -> None:
    with pytest.raises(UnknownJob):
        jobs.defer("tests.nobody")


@pytest.mark.django_db
def test_schedule_at_is_read_on_the_machines_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_offset", timedelta(days=5))

    jobs.defer("tests.note", schedule_at=clock.now() + timedelta(hours=1), claim_id="1")

    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduled_at FROM procrastinate_jobs")
        assert cursor.fetchone() == (datetime.now(UTC) + timedelta(hours=1),)


@pytest.mark.django_db(transaction=True)
def test_worker_runs_what_waits() -> None:
    jobs.defer("tests.note", claim_id="1")

    run_worker(concurrency=1, until_empty=True)

    assert (RAN, waiting()) == (["1"], [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_defer_inside_a_task_rolls_back_with_the_task() -> None:
    jobs.defer("tests.defer_then_fail")

    run_worker(concurrency=1, until_empty=True)

    assert (RAN, waiting()) == ([], [])
