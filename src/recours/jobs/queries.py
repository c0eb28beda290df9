"""What the operator asks about the queue."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection


@dataclass(frozen=True)
class QueueHealth:
    """Seconds are of the database's own clock, which is also the workers'."""

    last_heartbeat: timedelta | None
    """How long ago a worker last gave a sign of life; None when none is known."""
    waiting: int
    oldest_waiting: timedelta | None
    failed_today: int


def queue_health() -> QueueHealth:
    """Return how the workers and their queue fare now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() - max(last_heartbeat) FROM procrastinate_workers")
        (heartbeat,) = cursor.fetchone()
        cursor.execute(
            "SELECT count(*), now() - min(coalesce(j.scheduled_at, e.at)) FROM procrastinate_jobs j"
            " LEFT JOIN procrastinate_events e ON e.job_id = j.id"
            " AND e.type IN ('deferred', 'deferred_for_retry')"
            " WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now()"
        )
        waiting, oldest = cursor.fetchone()
        cursor.execute(
            "SELECT count(DISTINCT job_id) FROM procrastinate_events"
            " WHERE type = 'failed' AND at > now() - interval '1 day'"
        )
        (failed,) = cursor.fetchone()
    return QueueHealth(last_heartbeat=heartbeat, waiting=waiting, oldest_waiting=oldest, failed_today=failed)
