"""One run: a marketplace is made, people live their claims in the storm, and when all is quiet the checker speaks."""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import psycopg

from recours_faults.checker import Finding, check, outstanding
from recours_faults.installation import Site
from recours_faults.lives import Life, Matter, Refused, story_of
from recours_faults.people import Journal, SiteDown
from recours_faults.storm import Storm, raging
from recours_faults.world import a_world

AT_ONCE = 8
QUIET_SECONDS = 300
"""After so long without one refund that ends, or one mail that leaves, what is left is stuck."""
SAY_SECONDS = 30

OWED = "SELECT count(*) FROM claims_claim WHERE state = 'refund_due'"


@dataclass
class Outcome:
    """What a run has to say. `findings` should be empty."""

    seed: int
    lifecycles: int
    stories: dict[str, int]
    ended_early: int
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    recoveries: dict[str, float] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    seconds: int = 0

    @property
    def is_clean(self) -> bool:
        return not self.findings and not self.missed

    def plain(self) -> dict[str, object]:
        return asdict(self)

    def text(self) -> str:
        kinds = Counter(finding.kind for finding in self.findings)
        lines = [
            f"{self.lifecycles} vies menées en {self.seconds} s, dont {self.ended_early} finies avant leur terme."
            f" Pour les rejouer : --seed {self.seed}",
            ", ".join(f"{name} {number}" for name, number in sorted(self.stories.items())),
            "perdu {lost}, doublé {doubled}, bloqué {stuck}, faux {untrue}".format_map(
                {kind: kinds[kind] for kind in ("lost", "doubled", "stuck", "untrue")}
            ),
            *(f"  {name} : {number}" for name, number in sorted(self.counts.items())),
            *(
                f"  rétabli après {what} : {seconds:.1f} s au plus"
                for what, seconds in self.recoveries.items()
            ),
            *(f"  ! {finding.kind} : {finding.text}" for finding in self.findings[:50]),
            *(f"  ! {missed}" for missed in self.missed),
        ]
        return "\n".join(lines)


def run(site: Site, *, lifecycles: int, seed: int, say: Callable[[str], None]) -> Outcome:
    """Live so many lives through the storm, wait until it is quiet, and check."""
    say(f"Graine {seed} : {lifecycles} vies…")
    journal = Journal.at(site.journals / "people.jsonl")
    matters = a_world(site, lifecycles, journal, seed)
    stories: Counter[str] = Counter()
    begun = time.monotonic()
    with raging(site, seed) as storm:
        lives, given_up = _live_all(matters, journal, seed, stories, say)
        say(f"Tous ont dit ce qu'ils voulaient après {time.monotonic() - begun:.0f} s…")
        # The storm goes on while the money is on its way: that is what it is there for.
        given_up += _look_on(lives, lambda: _owed(site), until_left=max(3, lifecycles // 20))
    say(f"Le calme revient après {time.monotonic() - begun:.0f} s…")
    storm.settle()
    given_up += _wait_until_calm(site, lives, say)
    say(f"Tout est fini après {time.monotonic() - begun:.0f} s…")
    outcome = Outcome(
        seed=seed,
        lifecycles=lifecycles,
        stories=dict(stories),
        ended_early=sum(not life.is_over for life in lives),
    )
    outcome.counts = _counts(site, storm, journal)
    outcome.recoveries = {what: max(each) for what, each in storm.recoveries.items()}
    found = check(
        site.server.uri,
        people=site.journals / "people.jsonl",
        provider=site.provider_journal,
        recoveries=outcome.recoveries,
    )
    outcome.findings = [*given_up, *found]
    outcome.missed = _missed(outcome)
    return outcome


def _live_all(
    matters: list[Matter], journal: Journal, seed: int, stories: Counter[str], say: Callable[[str], None]
) -> tuple[list[Life], list[Finding]]:
    waiting: queue.SimpleQueue[Matter] = queue.SimpleQueue()
    for matter in matters:
        waiting.put(matter)
    lives: list[Life] = []
    failures: list[str] = []
    lock = threading.Lock()

    def live() -> None:
        while True:
            try:
                matter = waiting.get_nowait()
            except queue.Empty:
                return
            story, life = story_of(matter.number, seed), Life(matter, journal)
            with lock:
                stories[story.__name__] += 1
                lives.append(life)
                if len(lives) % 100 == 0:
                    say(f"  {len(lives)} vies commencées")
            try:
                story(life)
                life.is_over = True
            except Refused as refused:
                journal.write(ended_early=str(refused))
            except (SiteDown, RuntimeError) as error:
                with lock:
                    failures.append(f"{story.__name__} {matter.number}: {error}")
                journal.write(failed=str(error))

    threads = [threading.Thread(target=live, daemon=True) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return lives, [Finding("stuck", failure) for failure in failures]


def _look_on(lives: list[Life], left: Callable[[], int], *, until_left: int) -> list[Finding]:
    """Look at one claim after the other, as buyers do, until no more is left; given up when nothing has moved."""
    least, until, turn = left(), time.monotonic() + QUIET_SECONDS, 0
    while (number := left()) > until_left and time.monotonic() < until:
        if number < least:
            least, until = number, time.monotonic() + QUIET_SECONDS
        for _ in range(5):
            life = lives[turn % len(lives)]
            turn += 1
            if life.reference:
                try:
                    life.looks()
                except SiteDown as down:
                    return [Finding("stuck", str(down))]
        time.sleep(0.5)
    return []


def _wait_until_calm(site: Site, lives: list[Life], say: Callable[[str], None]) -> list[Finding]:
    """Wait for all that the checker would call stuck, and say now and then what it is."""
    said = time.monotonic()

    def left() -> int:
        nonlocal said
        found = outstanding(site.server.uri)
        if found and time.monotonic() - said > SAY_SECONDS:
            said = time.monotonic()
            say("  encore : " + ", ".join(f"{what} ({len(each)})" for what, each in found.items()))
        return sum(len(each) for each in found.values())

    return _look_on(lives, left, until_left=0)


def _owed(site: Site) -> int:
    """How many claims wait for their money; too many while the database is down."""
    try:
        with psycopg.connect(site.server.uri, connect_timeout=5) as connection:
            row = connection.execute(OWED).fetchone()
            return int(row[0]) if row else 0
    except psycopg.OperationalError:
        return 1 << 30


def _counts(site: Site, storm: Storm, journal: Journal) -> dict[str, int]:
    from recours.simulators.steering import Steering

    told = {
        name: value for name, value in Steering(site.provider).ask("counts").items() if isinstance(value, int)
    }
    return {
        **storm.counts,
        **site.cutter.counts,
        **{f"ended_{name}": number for name, number in site.ended.items()},
        "http_answer_lost": journal.lost_answers,
        **{f"provider.{name}": value for name, value in told.items()},
    }


HIDDEN = ("held", "reset", "cut", "error_after", "garbage")
ONE_IN = {
    "provider_succeeded_and_nobody_was_told": 30,
    "commit_answer_lost": 100,
    "commit_lost": 100,
    "http_answer_lost": 100,
    "killed_web": 100,
    "killed_worker": 100,
    "killed_worker_at_work": 150,
    "killed_database": 300,
}
"""What must have happened once in so many lives, or the run has not shown what it is there to show."""
EARLY_AT_MOST = 100
"""One life in so many may end early, because somebody was truly refused."""


def _missed(outcome: Outcome) -> list[str]:
    """Return the rare branches that were not reached often enough for the run to mean anything."""
    hidden = sum(outcome.counts.get(f"provider.{name}", 0) for name in HIDDEN)
    outcome.counts["provider_succeeded_and_nobody_was_told"] = hidden
    least = {name: max(1, outcome.lifecycles // number) for name, number in ONE_IN.items()}
    missed = [
        f"{name} : {outcome.counts.get(name, 0)} fois, il en fallait {number}"
        for name, number in least.items()
        if outcome.counts.get(name, 0) < number
    ]
    most = outcome.lifecycles // EARLY_AT_MOST
    if outcome.ended_early > most:
        missed.append(f"{outcome.ended_early} vies ont fini avant leur terme, il en fallait {most} au plus")
    return missed
