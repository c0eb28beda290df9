"""The one place that knows what time it is.

In production there is no file and `now()` is the machine's clock. The demo names a file in RECOURS_CLOCK_FILE
that holds an offset in seconds, so that every process of the demo lives at the same shifted moment.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

_FILE = os.environ.get("RECOURS_CLOCK_FILE", "")
_seen: tuple[int, int] = (0, 0)
_offset = timedelta()


def now() -> datetime:
    """Return the present instant, aware, in UTC. Read it once per command."""
    return datetime.now(UTC) + offset()


def offset() -> timedelta:
    """Return how far the clock is ahead of the machine's; zero without a file or with an unreadable one."""
    global _seen, _offset
    if not _FILE:
        return _offset
    try:
        status = os.stat(_FILE)  # noqa: PTH116 -- on the path of every request
        seen = (status.st_mtime_ns, status.st_ino)
        if seen != _seen:
            _offset = timedelta(seconds=float(Path(_FILE).read_text()))
            _seen = seen
    except (OSError, ValueError):
        return _offset
    return _offset


def set_offset(value: timedelta) -> None:
    """Put every process that shares the file at the machine's time plus `value`. Raises ClockIsReal."""
    if not _FILE:
        raise ClockIsReal
    path = Path(_FILE)
    # Replaced in one step: a reader sees the old offset or the new one, never an empty file.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(str(value.total_seconds()))
    draft.replace(path)


def to_machine_time(instant: datetime) -> datetime:
    """Return the machine's instant at which `now()` will read `instant` if the offset does not change."""
    return instant - offset()


class ClockIsReal(Exception):
    """The clock of this installation is the machine's and cannot be moved."""
