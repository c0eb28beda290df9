"""Putting jobs on the queue and saying what a job does."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.db import connection, transaction
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from recours import clock

P = ParamSpec("P")
R = TypeVar("R")

STALLED_AFTER_SECONDS = 30
"""A worker that gave no sign of life for so long is dead: three of its heartbeats, one every ten seconds."""

Id = int | str | UUID
"""A job carries the ids of rows and nothing else: what it needs to know it reads when it runs."""


class UnknownJob(Exception):
    """No tasks.py declares a job of this name."""


def defer(
    name: str,
    *,
    queueing_lock: str | None = None,
    lock: str | None = None,
    schedule_at: datetime | None = None,
    **ids: Id,
) -> int | None:
    """Put the job `name` on the queue within the present transaction, and return its number.

    `queueing_lock`: when a job with this lock already waits, nothing is added and None is returned.
    `lock`: jobs with the same lock run one after the other.
    `schedule_at`: not before this instant (aware, of `clock.now()`). For short waits only: a deadline belongs
    in the table of deadlines, where the sweep finds it even after the clock has been moved.
    Raises UnknownJob.
    """
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    if name not in app.tasks:
        raise UnknownJob(name)
    declared = app.tasks[name]
    lock = lock or declared.lock
    queueing_lock = queueing_lock or declared.queueing_lock
    deferrer = configure_task(
        name=name,
        # Not `app.configure_task`: inside a worker the app writes on a connection of its own, and a job
        # deferred there would outlive the rollback of the transaction that asked for it.
        job_manager=JobManager(DjangoConnector(alias="default")),
        queue=declared.queue,
        lock=lock,
        queueing_lock=queueing_lock,
        schedule_at=clock.to_machine_time(schedule_at) if schedule_at else None,
    )
    arguments = {key: str(value) if isinstance(value, UUID) else value for key, value in ids.items()}
    if queueing_lock is None:
        return deferrer.defer(**arguments)
    try:
        # The lock is a unique index; a savepoint keeps its refusal from spoiling the caller's transaction.
        with transaction.atomic():
            return deferrer.defer(**arguments)
    except AlreadyEnqueued:
        return None


WAITING = "SELECT queueing_lock FROM procrastinate_jobs WHERE queueing_lock = ANY(%s) AND status = 'todo'"


def defer_each(name: str, key: str, rows: Sequence[Id]) -> int:
    """Put a job `name` on the queue for each of these rows, in their order, whose id it takes as its argument `key`.

    Within the present transaction, and in two statements, however many they are. Where one waits for a row already,
    nothing is added; returns how many were. Raises UnknownJob.
    """
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    if name not in app.tasks:
        raise UnknownJob(name)
    queueing = {f"{name}:{row}": row for row in rows}
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [list(queueing)])
        waiting = {lock for (lock,) in cursor.fetchall()}
    missing = {lock: str(row) for lock, row in queueing.items() if lock not in waiting}
    if not missing:
        return 0
    declared = app.tasks[name]
    try:
        with transaction.atomic():
            JobManager(DjangoConnector(alias="default")).batch_defer_jobs(
                [
                    Job(
                        id=None,
                        queue=declared.queue,
                        lock=declared.lock,
                        queueing_lock=lock,
                        task_name=name,
                        task_kwargs={key: row},
                        priority=declared.priority,
                    )
                    for lock, row in missing.items()
                ]
            )
    except AlreadyEnqueued:  # somebody asked for one of them since we looked
        return sum(_defer_one(name, lock, {key: row}) for lock, row in missing.items())
    return len(missing)


def _defer_one(name: str, queueing_lock: str, ids: dict[str, Any]) -> bool:
    return defer(name, queueing_lock=queueing_lock, **ids) is not None


WAITS = "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo')"


def wake(name: str) -> None:
    """Ask for the job `name`, which takes no ids, once the present transaction has committed; one that waits is enough.

    For a job that looks for its work in a table, and is run on a schedule besides: a word and not a promise. Unlike
    `defer` it takes no lock within the transaction, where others would queue up behind it, and it never fails it.
    """
    transaction.on_commit(partial(_wake, name), robust=True)


def _wake(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(WAITS, [name])
        waits = cursor.fetchone()[0]
    if not waits:
        defer(name, queueing_lock=name)


def task(
    name: str,
    *,
    attempts: int = 1,
    wait_seconds: int = 0,
    lock: str | None = None,
    queueing_lock: str | None = None,
    at_once: int | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare the job `name` in a tasks.py. It takes ids only, and is safe to run twice.

    After a failure it is tried again, `attempts` times in all, waiting ever longer from `wait_seconds`.
    `at_once`: where so many run already, it leaves the work to them. For a job that takes what it finds in a table
    until nothing is left, where a `lock` would keep the work from everybody for a minute after a worker died.
    """
    retry = RetryStrategy(max_attempts=attempts, exponential_wait=wait_seconds) if attempts > 1 else False

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        declared = partial(app.task, name=name, retry=retry, lock=lock, queueing_lock=queueing_lock)
        if at_once is None:
            declared()(function)
        else:
            declared(pass_context=True)(_unless_many_run(function, at_once))
        return function

    return declare


def _unless_many_run(
    function: Callable[P, R], at_once: int
) -> Callable[Concatenate[JobContext, P], R | None]:
    def run(context: JobContext, /, *args: P.args, **kwargs: P.kwargs) -> R | None:
        return None if _running_before(context.job) >= at_once else function(*args, **kwargs)

    return run


RUNNING_BEFORE = """
SELECT count(*) FROM procrastinate_jobs AS job JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
WHERE job.task_name = %s AND job.status = 'doing' AND job.id < %s
  AND worker.last_heartbeat > now() - make_interval(secs => %s)
"""


def _running_before(job: Job) -> int:
    """How many jobs like this one run that came before it; those of a dead worker do not.

    By their numbers: of several that begin at the same instant, the first never leaves its work to the others.
    """
    with connection.cursor() as cursor:
        cursor.execute(RUNNING_BEFORE, [job.task_name, job.id, STALLED_AFTER_SECONDS])
        (number,) = cursor.fetchone()
    return int(number)


def periodic(name: str, *, cron: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Declare the job `name`, run by the worker on the schedule `cron` (UTC), never twice at once."""

    def declare(function: Callable[[], Any]) -> Callable[[], Any]:
        def run(timestamp: int) -> None:
            function()

        declared = app.task(name=name, queueing_lock=name, lock=name)(run)
        app.periodic(cron=cron)(declared)
        return function

    return declare
