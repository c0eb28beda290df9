"""What an agent sent and can still take back, as the desk's pages show it."""

from __future__ import annotations

import datetime as dt
from math import ceil
from typing import Any
from uuid import UUID

from msgspec import Struct


class Held(Struct, frozen=True, kw_only=True):
    """A message that waits, as it is stored."""

    id: UUID
    text: str
    own_text: str
    leaves_at: dt.datetime
    trouble: str
    author_id: UUID
    who: str
    files: list[str] = []
    """The names of the files that go along."""


class Waiting(Struct, frozen=True, kw_only=True):
    """The same for who looks at it: whether it is theirs to take back, and how many seconds are left."""

    id: UUID
    text: str
    own_text: str
    trouble: str
    who: str
    files: str
    is_mine: bool
    seconds: int
    url: str
    """Of the page where it was sent."""


def waiting_of(held: Held, me: UUID | None, url: str, now: dt.datetime) -> Waiting:
    """Say of a message how long it still waits, rounded up: it never leaves before the page says so."""
    return Waiting(
        id=held.id,
        text=held.text,
        own_text=held.own_text,
        trouble=held.trouble,
        who=held.who,
        files=", ".join(held.files),
        is_mine=held.author_id == me,
        seconds=max(0, ceil((held.leaves_at - now).total_seconds())),
        url=url,
    )


def held_of(row: Any) -> Held:
    """Return a row of `casework.queries.held_messages` as it is stored."""
    return Held(
        id=row.pk,
        text=row.text,
        own_text=row.own_text,
        leaves_at=row.leaves_at,
        trouble=row.trouble,
        author_id=row.author_id,
        who=str(row.author),
        files=row.file_names,
    )
