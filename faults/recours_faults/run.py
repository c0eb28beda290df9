"""One run: a marketplace is made, people live their claims in the storm, and when all is quiet the checker speaks."""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import psycopg

from recours_faults.checker import Finding, check
from recours_faults.installation import Site
from recours_faults.lives import Life, Matter, Refused, story_of
from recours_faults.people import Journal, SiteDown
from recours_faults.storm import Storm, raging
from recours_faults.world import a_world

AT_ONCE = 8
QUIET_SECONDS = 300
"""How long after the storm the last refund may take."""
RARE = 30
"""One refund in so many must have been made by the provider without our being told."""

OWED = "SELECT count(*) FROM claims_claim WHERE state = 'refund_due'"
OUTSTANDING = """
SELECT (SELECT count(*) FROM claims_claim WHERE state = 'refund_due')
  + (SELECT count(*) FROM refunds_refund WHERE status NOT IN ('succeeded', 'cancelled'))
  + (SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing')
"""


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
            f"{self.lifecycles} vies menées en {self.seconds} s. Pour les rejouer : --seed {self.seed}",
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
        _look_on(site, lives, OWED, until_left=max(3, lifecycles // 20))
    say(f"Le calme revient après {time.monotonic() - begun:.0f} s…")
    storm.settle()
    _look_on(site, lives, OUTSTANDING, until_left=0)
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

    threads = [threading.Thread(target=live) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return lives, [Finding("stuck", failure) for failure in failures]


def _look_on(site: Site, lives: list[Life], statement: str, *, until_left: int) -> None:
    """Look at one claim after the other, as buyers do, until the statement counts no more than `until_left`."""
    until, turn = time.monotonic() + QUIET_SECONDS, 0
    while time.monotonic() < until and _count(site, statement) > until_left:
        for _ in range(5):
            life = lives[turn % len(lives)]
            if life.reference:
                life.looks()
            turn += 1
        time.sleep(0.5)


def _count(site: Site, statement: str) -> int:
    try:
        with psycopg.connect(site.server.uri, connect_timeout=5) as connection:
            row = connection.execute(statement).fetchone()
            return int(row[0]) if row else 0
    except psycopg.OperationalError:
        return 1 << 30


def _counts(site: Site, storm: Storm, journal: Journal) -> dict[str, int]:
    from recours.refunds.providers.stripe.simulator.steering import Steering

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


def _missed(outcome: Outcome) -> list[str]:
    """Return the rare branches that were not reached often enough for the run to mean anything."""
    hidden = sum(outcome.counts.get(f"provider.{name}", 0) for name in HIDDEN)
    outcome.counts["provider_succeeded_and_nobody_was_told"] = hidden
    least = {
        "provider_succeeded_and_nobody_was_told": outcome.lifecycles // RARE,
        "commit_answer_lost": 1,
        "commit_lost": 1,
        "http_answer_lost": 1,
        "killed_web": 1,
        "killed_worker": 1,
        "killed_database": 1,
    }
    return [
        f"{name} : {outcome.counts.get(name, 0)} fois, il en fallait {number}"
        for name, number in least.items()
        if outcome.counts.get(name, 0) < number
    ]
