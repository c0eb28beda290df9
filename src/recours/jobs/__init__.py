"""Work for later. Only this package knows Procrastinate: the rest defers by name and imports no task."""

from recours.jobs.queue import defer, defer_each, periodic, task, wake

__all__ = ["defer", "defer_each", "periodic", "task", "wake"]
