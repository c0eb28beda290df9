"""What befalls the site: kills drawn from the seed, each with the time that it took to be well again."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import LiteralString

import psycopg

from recours_faults.installation import RESTART_SECONDS, Site

PAUSE = (1.0, 4.0)
"""Seconds between two kills, once all is well again after the first."""
TARGETS = (("web", 5), ("worker", 5), ("database", 1))
COMMITS_CUT = 0.01
"""The share of all commits whose answer, or whose request, is lost."""
RATES = {
    "reset": 0.06, "held": 0.002, "cut": 0.03, "error_after": 0.03, "garbage": 0.03, "error_before": 0.04, "lost": 0.04,
    "rate_limited": 0.04, "slow": 0.01, "hook_twice": 0.2, "hook_late": 0.1, "hook_reordered": 0.2, "hook_never": 0.05,
}  # fmt: skip
"""How often the provider misbehaves. A fifth of the refunds are made, and nobody is told."""
MEASURES = {"hold_seconds": 30.0, "slow_seconds": 1.0, "late_seconds": 5.0, "settle_seconds": 3.0}

DOING = "SELECT id::text || '.' || attempts FROM procrastinate_jobs AS job WHERE status = 'doing'"
"""With the number of the try: a job that was given back and is killed again is another kill's recovery."""
HELD = f"""{DOING} AND NOT EXISTS (
  SELECT FROM procrastinate_workers AS worker WHERE worker.id = job.worker_id AND last_heartbeat > %s
)"""
"""By a worker that was not heard of since: the other one may well be at something that takes minutes."""
REGISTERED = "SELECT max(id)::text FROM procrastinate_workers"


@dataclass
class Storm:
    """Kills until told to stop; `recoveries` are in seconds, by what was killed."""

    site: Site
    seed: int
    counts: Counter[str] = field(default_factory=Counter)
    recoveries: dict[str, list[float]] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)
    _watchers: list[threading.Thread] = field(default_factory=list)

    def rage(self) -> None:
        chance = random.Random(f"{self.seed}:storm")
        targets = _targets(chance)
        while not self._over.wait(chance.uniform(*PAUSE)):
            target = next(targets)
            which = chance.randrange(2)
            self.counts[f"killed_{target}"] += 1
            match target:
                case "web":
                    self._kill_web(which)
                case "worker":
                    self._kill_worker(which)
                case "database":
                    self._kill_database()

    def end(self) -> None:
        self._over.set()

    def settle(self) -> None:
        """Wait for those who time recoveries."""
        for watcher in self._watchers:
            watcher.join(300)

    def _kill_web(self, which: int) -> None:
        process = self.site.webs[which]
        process.kill()
        at = time.monotonic()
        time.sleep(RESTART_SECONDS)
        process.start()
        self._wait("web", at, lambda: self.site.is_healthy(self.site.ports[which]))

    def _kill_worker(self, which: int) -> None:
        process = self.site.workers[which]
        doing, last = self._seen(DOING), self._seen(REGISTERED)
        process.kill()
        at, since = time.monotonic(), dt.datetime.now(dt.UTC)
        time.sleep(RESTART_SECONDS)
        process.start()
        if doing:
            self.counts["killed_worker_at_work"] += 1
            thread = threading.Thread(
                target=self._wait,
                args=("worker", at, lambda: not doing & self._seen(HELD, since, unknown=doing)),
                daemon=True,
            )
            thread.start()
            self._watchers.append(thread)
        # Killed again before it has begun, it would teach nothing: on a slow machine that takes a while.
        self._wait("worker_start", at, lambda: self._seen(REGISTERED, unknown=last) != last)

    def _kill_database(self) -> None:
        at = time.monotonic()
        self.site.kill_database()
        self._wait("database", at, lambda: all(self.site.is_healthy(port) for port in self.site.ports))

    def _seen(
        self, statement: LiteralString, *values: dt.datetime, unknown: frozenset[str] = frozenset()
    ) -> frozenset[str]:
        try:
            with psycopg.connect(self.site.server.uri, connect_timeout=5) as connection:
                return frozenset(row[0] for row in connection.execute(statement, values).fetchall())
        except psycopg.OperationalError:
            return unknown

    def _wait(self, what: str, at: float, is_well: Callable[[], bool]) -> None:
        """Wait until all is well again, and keep how long it took; given up after five minutes."""
        while not is_well() and time.monotonic() - at < 300:
            time.sleep(0.25)
        self.recoveries.setdefault(what, []).append(time.monotonic() - at)


def _targets(chance: random.Random) -> Iterator[str]:
    """Yield what is killed next: one of each, so that a short run meets all, then as often as TARGETS says."""
    names, weights = zip(*TARGETS, strict=True)
    yield from chance.sample(names, len(names))
    while True:
        yield chance.choices(names, weights)[0]


@contextlib.contextmanager
def raging(site: Site, seed: int) -> Iterator[Storm]:
    """Let it all loose until the block ends; then all wires hold and nobody is killed any more."""
    from recours.simulators.steering import Steering

    provider = Steering(site.provider)
    provider.tell("behave", seed=seed, rates=RATES, **MEASURES)
    site.cutter.share = COMMITS_CUT
    storm = Storm(site, seed)
    thread = threading.Thread(target=storm.rage, daemon=True)
    thread.start()
    try:
        yield storm
    finally:
        storm.end()
        thread.join(120)
        site.cutter.share = 0.0
        provider.tell("behave", rates=dict.fromkeys(RATES, 0.0))
