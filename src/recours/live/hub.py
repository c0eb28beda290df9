"""Who listens to what, in one process: one connection to PostgreSQL hears for all of them.

A listener is a set of topics that changed and an event to wake it: however fast things change, and however slowly a
browser reads, it holds each topic once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from typing import Any

import psycopg

from recours.live.announcing import CHANNEL

log = logging.getLogger(__name__)

REMEMBERED_SECONDS = 120.0
"""How long a change is remembered for a page that was drawn before it and connects after it."""
LONGEST_WAIT_SECONDS = 10.0
EVERYTHING = "*"
"""The topic of a listener whose page must ask again, whatever it watches: something may have been missed."""


class Listener:
    """One open page."""

    def __init__(self) -> None:
        self._changed: set[str] = set()
        self._woken = asyncio.Event()

    def tell(self, topic: str) -> None:
        self._changed.add(topic)
        self._woken.set()

    async def changed(self, *, within: float) -> set[str]:
        """Return what changed since last asked, as soon as anything has; nothing after `within` seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), within)
        self._woken.clear()
        changed, self._changed = self._changed, set()
        return changed


class Hub:
    """The listeners of this process, by topic."""

    def __init__(self) -> None:
        self.is_listening = False
        self._listeners: dict[str, set[Listener]] = {}
        self._recent: dict[str, float] = {}

    @property
    def count(self) -> int:
        """How many pages are open."""
        return len({listener for group in self._listeners.values() for listener in group})

    @contextlib.contextmanager
    def listening(self, topics: Iterable[str], *, since: float) -> Iterator[Listener]:
        """Add a page that watches `topics` and was drawn at `since` (Unix time), until the block ends."""
        listener, watched = Listener(), list(topics)
        for topic in watched:
            self._listeners.setdefault(topic, set()).add(listener)
            if self._recent.get(topic, 0.0) >= since:
                listener.tell(topic)
        try:
            yield listener
        finally:
            for topic in watched:
                group = self._listeners.get(topic, set())
                group.discard(listener)
                if not group:
                    self._listeners.pop(topic, None)

    def heard(self, topic: str) -> None:
        """Wake who watches a topic."""
        now = time.time()
        self._recent.pop(topic, None)
        self._recent[topic] = now
        while self._recent:  # oldest first, since each is put last when it changes
            oldest = next(iter(self._recent))
            if self._recent[oldest] >= now - REMEMBERED_SECONDS:
                break
            del self._recent[oldest]
        for listener in self._listeners.get(topic, ()):
            listener.tell(topic)

    def missed(self) -> None:
        """Wake everybody: the database was away, and what it said meanwhile is lost."""
        for listener in {one for group in self._listeners.values() for one in group}:
            listener.tell(EVERYTHING)

    async def hear(self, connect: Callable[[], Coroutine[Any, Any, psycopg.AsyncConnection[Any]]]) -> None:
        """Listen for ever; when the connection breaks, take another, and have every page ask again."""
        wait = 0.5
        had_one = False
        while True:
            try:
                async with await connect() as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    if had_one:
                        self.missed()
                    self.is_listening = had_one = True
                    wait = 0.5
                    async for notice in _notices(connection):
                        self.heard(notice)
            except psycopg.Error as error:
                log.warning("The connection that listens to the database broke: %s", error)
            self.is_listening = False
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)


async def _notices(connection: psycopg.AsyncConnection[Any]) -> AsyncIterator[str]:
    async for notice in connection.notifies():
        yield notice.payload
