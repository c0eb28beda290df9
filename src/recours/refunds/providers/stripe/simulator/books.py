"""What the simulator knows: everything follows from its journal, so that a kill at any instant changes nothing."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from recours import clock
from recours.refunds.providers.stripe.simulator import errors, things
from recours.refunds.providers.stripe.simulator.things import Thing
from recours.simulators.journal import Journal, Line

KEYS_LAST_SECONDS = 24 * 3600
"""Source: docs.stripe.com/api/idempotent_requests, "at least 24 hours old"."""
GONE = ("failed", "canceled")
"""A refund of which the money came back."""


class Books:
    """Payments, refunds, disputes, events and remembered keys. Every method is called with `lock` held."""

    def __init__(self, folder: Path, *, settle_seconds: float = 2.0) -> None:
        self.lock = threading.RLock()
        self.settle_seconds = settle_seconds
        self.keys_last_seconds: float = KEYS_LAST_SECONDS
        self.ahead = 0.0
        self.payments: dict[str, Thing] = {}
        self.versions: dict[str, list[tuple[float, Thing]]] = {}
        self.disputes: dict[str, Thing] = {}
        self.events: dict[str, Thing] = {}
        self.announced: dict[str, int] = {}
        self.answers: dict[str, Line] = {}
        self.plans: dict[str, tuple[float, str, str]] = {}
        self.counts: Counter[str] = Counter()
        self.recent: list[Line] = []
        self._of_payment: dict[str, list[str]] = {}
        self.journal = Journal(folder)
        for line in self.journal.read():
            self._learn(line)

    # -- time and the journal ------------------------------------------------------------------------------

    def now(self) -> float:
        """Its own clock: this installation's, moved by whoever asked."""
        return time.time() + clock.offset().total_seconds() + self.ahead

    def did(self, act: str, /, *, durable: bool = True, **facts: Any) -> Line:
        """Write an act down, on the disk, and know it."""
        line = self.journal.write({"at": round(self.now(), 3), "did": act, **facts}, durable=durable)
        self._learn(line)
        return line

    def _learn(self, line: Line) -> None:
        match line["did"]:
            case "payment.created":
                self.payments[line["payment"]["id"]] = line["payment"]
            case "refund.created":
                made = line["refund"]
                self.versions[made["id"]] = [(line["at"], made)]
                self._of_payment.setdefault(made["payment_intent"], []).append(made["id"])
                if plan := line.get("plan"):
                    self.plans[made["id"]] = (plan["at"], plan["status"], plan["reason"])
            case "refund.changed":
                self.versions[line["refund"]["id"]].append((line["at"], line["refund"]))
                self.plans.pop(line["refund"]["id"], None)
            case "dispute.created" | "dispute.closed":
                self.disputes[line["dispute"]["id"]] = line["dispute"]
            case "clock.moved":
                self.ahead = line["ahead"]
            case "misdid":
                self.counts[line["what"]] += 1
                if line.get("made"):
                    self.counts["made_and_not_told"] += 1
            case "delivered" if 200 <= line["status"] < 300:
                self.announced[line["event"]] = self.announced.get(line["event"], 0) + 1
        for told in line.get("events", ()):
            self.events[told["id"]] = told
        if answer := line.get("answer"):
            self.answers[answer["key"]] = answer
        self.counts[line["did"]] += 1
        self.recent = [*self.recent[-199:], line]

    # -- keys ----------------------------------------------------------------------------------------------

    def kept_answer(self, key: str, asked: str) -> Line | None:
        """Return what this key was answered before, while it is remembered. Raises Refused on other parameters."""
        answer = self.answers.get(key)
        if answer is None or self.now() - answer["at"] >= self.keys_last_seconds:
            return None
        if answer["asked"] != asked:
            raise errors.key_reused(key)
        return answer

    def answer(self, key: str, asked: str, status: int, body: Thing) -> Line | None:
        """What is to be kept under a key; None without one."""
        if not key:
            return None
        return {"key": key, "asked": asked, "status": status, "body": body, "at": round(self.now(), 3)}

    # -- refunds -------------------------------------------------------------------------------------------

    def refund(self, name: str) -> Thing | None:
        versions = self.versions.get(name)
        return versions[-1][1] if versions else None

    def refunds_as_of(self, at: float) -> Iterable[Thing]:
        """Return what a list that lags behind shows: each refund as it was then, the newest first."""
        for versions in reversed(self.versions.values()):
            known = [found for since, found in versions if since <= at]
            if known:
                yield known[-1]

    def refunded(self, intent: str) -> int:
        """Return what has left of a payment and not come back."""
        mine = (self.refund(name) for name in self._of_payment.get(intent, ()))
        return sum(made["amount"] for made in mine if made and made["status"] not in GONE)

    def dispute_of(self, intent: str) -> Thing | None:
        """Return the dispute that keeps a payment from being refunded: one that is open, or that was lost."""
        found = (each for each in self.disputes.values() if each["payment_intent"] == intent)
        return next((each for each in found if each["status"] != "won"), None)

    def charge(self, intent: Thing) -> Thing:
        return things.charge(
            intent,
            refunded=self.refunded(intent["id"]),
            is_disputed=self.dispute_of(intent["id"]) is not None,
        )

    def payment_of(self, *, intent: str = "", charge: str = "") -> Thing:
        """Find a payment by either of its names. Raises Refused."""
        if intent:
            if found := self.payments.get(intent):
                return found
            raise errors.missing("payment_intent", "payment_intent", intent)
        for found in self.payments.values():
            if charge and found["latest_charge"] == charge:
                return found
        raise errors.missing("charge", "charge", charge)

    def change_refund(self, name: str, status: str, reason: str = "") -> Thing:
        """Settle a refund that was pending, or take one back that had succeeded."""
        before = self.refund(name)
        if before is None:
            raise errors.missing("refund", "refund", name)
        after = {**before, "status": status}
        if status == "failed":
            after |= {
                "failure_reason": reason or "unknown",
                "failure_balance_transaction": things.new_id("txn"),
            }
        at = int(self.now())
        kinds = ["refund.updated", "charge.refund.updated"] + (
            ["refund.failed"] if status == "failed" else []
        )
        was = {"status": before["status"]}
        events = [things.event(kind, after, at=at, before=was) for kind in kinds]
        self.did("refund.changed", refund=after, events=events)
        return after

    def settle(self, *, at_once: bool = False) -> int:
        """Let the refunds whose time has come succeed or fail; return how many did."""
        present = self.now()
        due = [name for name, (at, _, _) in self.plans.items() if at_once or at <= present]
        for name in due:
            _, status, reason = self.plans[name]
            self.change_refund(name, status, reason)
        return len(due)
