"""Work for later. Only this package knows Procrastinate: the rest defers by name and imports no task."""

from recours.jobs.queue import defer, periodic, task, wake

__all__ = ["defer", "periodic", "task", "wake"]
