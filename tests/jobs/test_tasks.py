"""What the queue does for itself, and what the operator is told of it."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from recours import jobs
from recours.jobs.queries import queue_health
from recours.jobs.worker import run_worker


def execute(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.django_db(transaction=True)
def test_job_of_a_worker_that_died_is_run_by_another() -> None:
    ran = []

    @jobs.task("tests.survivor")
    def survivor(claim_id: str) -> None:
        ran.append(claim_id)

    try:
        jobs.defer("tests.survivor", claim_id="1")
        execute(
            "WITH lost AS (INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '31 seconds') RETURNING id)"
            " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM lost)"
            " WHERE task_name = 'tests.survivor'"
        )
        app.configure_task("jobs.retry_stalled").defer(timestamp=0)

        run_worker(concurrency=1, until_empty=True)
    finally:
        del app.tasks["tests.survivor"]

    assert ran == ["1"]


@pytest.mark.django_db(transaction=True)
def test_job_of_a_worker_that_died_gives_way_to_one_that_waits() -> None:
    """Both cannot wait under one queueing lock, and neither could begin: it kept every job behind them for ever."""
    ran = []

    @jobs.task("tests.sweep", queueing_lock="tests.sweep", lock="tests.sweep")
    def sweep() -> None:
        ran.append("swept")

    @jobs.task("tests.survivor")
    def survivor() -> None:
        ran.append("survived")

    try:
        jobs.defer("tests.sweep")
        jobs.defer("tests.survivor")
        execute(
            "WITH lost AS (INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '31 seconds') RETURNING id)"
            " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM lost)"
            " WHERE task_name LIKE 'tests.%'"
        )
        jobs.defer("tests.sweep")
        app.configure_task("jobs.retry_stalled").defer(timestamp=0)

        run_worker(concurrency=1, until_empty=True)
    finally:
        del app.tasks["tests.sweep"], app.tasks["tests.survivor"]

    assert sorted(ran) == ["survived", "swept"]
    assert execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'") == [(0,)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("heartbeats", "ran"),
    [((1,), ["sent"]), ((1, 2), []), ((1, 31), ["sent"])],
    ids=["one", "two", "one-died"],
)
def test_job_leaves_its_work_to_those_that_run(heartbeats: tuple[int, ...], ran: list[str]) -> None:
    """Two at once may; one whose worker died is not counted, and keeps nobody from the work."""
    did: list[str] = []

    @jobs.task("tests.send", at_once=2)
    def send() -> None:
        did.append("sent")

    try:
        for seconds in heartbeats:
            jobs.defer("tests.send")
            execute(
                "WITH other AS (INSERT INTO procrastinate_workers (last_heartbeat)"
                f" VALUES (now() - interval '{seconds} seconds') RETURNING id)"
                " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM other)"
                " WHERE status = 'todo'"
            )
        jobs.defer("tests.send")

        run_worker(concurrency=1, until_empty=True)
    finally:
        del app.tasks["tests.send"]

    assert did == ran
    assert execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'") == [(0,)]


@pytest.mark.django_db(transaction=True)
def test_jobs_of_a_worker_that_died_are_looked_for_before_what_waits() -> None:
    """Behind a long queue they waited for all of it: in a run of 3,000 claims, for more than two minutes."""
    jobs.defer("claims.sweep")
    app.tasks["jobs.retry_stalled"].configure().defer(timestamp=0)

    run_worker(concurrency=1, until_empty=True)

    began = execute(
        "SELECT task_name FROM procrastinate_jobs JOIN procrastinate_events ON job_id = procrastinate_jobs.id"
        " WHERE type = 'started' ORDER BY procrastinate_events.id"
    )
    assert began[:1] == [("jobs.retry_stalled",)]


@pytest.mark.django_db(transaction=True)
def test_periodic_job_is_declared_with_its_schedule() -> None:
    ran = []

    @jobs.periodic("tests.sweep", cron="30 4 * * *")
    def sweep() -> None:
        ran.append("swept")

    try:
        app.configure_task("tests.sweep").defer(timestamp=0)
        run_worker(concurrency=1, until_empty=True)
        crons = [
            task.cron
            for task in app.periodic_registry.periodic_tasks.values()
            if task.task.name == "tests.sweep"
        ]
    finally:
        del app.tasks["tests.sweep"]

    assert (ran, crons) == (["swept"], ["30 4 * * *"])


@pytest.mark.django_db
def test_stalled_jobs_are_looked_for_four_times_a_minute(schedule: dict[Any, Any]) -> None:
    crons = {task.task.name: task.cron for task in schedule.values()}

    assert crons["jobs.retry_stalled"] == "* * * * * */15"


@pytest.mark.django_db
def test_health_of_a_queue_nobody_works_on() -> None:
    execute("DELETE FROM procrastinate_workers")
    app.configure_task("jobs.retry_stalled").defer(timestamp=0)

    health = queue_health()

    assert (health.last_heartbeat, health.waiting, health.failed_today) == (None, 1, 0)
    assert health.oldest_waiting == timedelta()


@pytest.mark.django_db(transaction=True)
def test_worker_process_gives_signs_of_life_and_stops_when_asked() -> None:
    execute("DELETE FROM procrastinate_workers")
    name = connection.settings_dict["NAME"]
    uri = os.environ["DATABASE_URL"].replace("/recours?", f"/{name}?")
    arguments = [sys.executable, "-m", "recours.cli", "worker"]
    with subprocess.Popen(arguments, env=os.environ | {"DATABASE_URL": uri}) as worker:
        deadline = time.monotonic() + 30
        while queue_health().last_heartbeat is None:
            assert time.monotonic() < deadline
            assert worker.poll() is None
            time.sleep(0.05)

        worker.send_signal(signal.SIGTERM)

        assert worker.wait(timeout=30) == 0
    assert queue_health().last_heartbeat is None
