"""What the queue does for itself."""

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from recours.jobs.queue import STALLED_AFTER_SECONDS

log = logging.getLogger(__name__)

BEFORE_ALL_ELSE = 100
"""A priority: behind a long queue, what a dead worker held would wait for all of it."""
KEPT_HOURS = 24 * 14
"""How long finished jobs stay, for whoever asks what happened."""


@app.periodic(cron="* * * * * */15")  # the last one is of seconds
@app.task(
    name="jobs.retry_stalled",
    queueing_lock="jobs.retry_stalled",
    priority=BEFORE_ALL_ELSE,
    pass_context=True,
)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Give back to the queue the jobs whose worker died: after a SIGKILL they would stay "doing" for ever.

    One of which another waits already, under the same queueing lock, is ended instead: the other does its work, and
    could not begin while this one holds their lock.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            log.warning(
                "Job %s (%s) lost its worker; the one that waits does its work.", job.id, job.task_name
            )
            await manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            log.warning("Job %s (%s) lost its worker; it is tried again.", job.id, job.task_name)


@app.periodic(cron="17 3 * * *")
@app.task(name="jobs.forget_finished", queueing_lock="jobs.forget_finished", pass_context=True)
async def forget_finished(context: JobContext, timestamp: int) -> None:
    """Delete jobs finished more than KEPT_HOURS ago, so that the queue stays as fast as on its first day."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
