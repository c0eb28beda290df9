"""Telling the other side what happened, as Stripe does: signed, at least once, in no order, again after a failure."""

from __future__ import annotations

import hashlib
import heapq
import hmac
import http.client
import json
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from recours.refunds.providers.stripe.simulator.books import Books
from recours.refunds.providers.stripe.simulator.mischief import Mischief
from recours.refunds.providers.stripe.simulator.things import Thing

GIVES_UP_AFTER_SECONDS = 3 * 86_400
"""Source: docs.stripe.com/webhooks, retries for up to three days in live mode."""
LONGEST_WAIT_SECONDS = 3600
TIMEOUT_SECONDS = 20


def signature(body: bytes, secrets: list[str], at: int) -> str:
    """Return the header Stripe-Signature: one v1 for each secret, as while a secret is being replaced."""
    signed = str(at).encode() + b"." + body
    marks = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={at}", *(f"v1={mark}" for mark in marks)])


class Hooks:
    """Sends each event to one address. What was not acknowledged before a kill is sent after the restart."""

    def __init__(self, books: Books, mischief: Mischief, url: str, secrets: list[str]) -> None:
        self.books, self.mischief = books, mischief
        self.url, self.secrets = url, secrets
        self._heap: list[tuple[float, int, str, int]] = []
        self._queued = 0
        self._known: set[str] = set()
        self._wake = threading.Condition()
        self._ended = False
        self._pool = ThreadPoolExecutor(4, "hooks")

    def run(self) -> None:
        """Send what is due, for ever."""
        while not self._ended:
            self._notice()
            with self._wake:
                wait = min(self._heap[0][0] - time.monotonic(), 0.25) if self._heap else 0.25
                if wait > 0:
                    self._wake.wait(wait)
                    continue
                _, _, name, attempt = heapq.heappop(self._heap)
            self._pool.submit(self._send, name, attempt)

    def stop(self) -> None:
        self._ended = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def again(self, name: str) -> None:
        """Send an event once more, as its dashboard's button does."""
        self._push(name, 0.0, 1)

    def _notice(self) -> None:
        with self.books.lock:
            fresh = [name for name in self.books.events if name not in self._known]
            self._known.update(fresh)
            fresh = [name for name in fresh if name not in self.books.announced]
        for name in fresh:
            self._plan(name)

    def _plan(self, name: str) -> None:
        trouble = self.mischief.meets_hook(name)
        if trouble:
            with self.books.lock:
                self.books.did("misdid", durable=False, what=trouble, event=name)
        late = self.mischief.late_seconds
        chance = random.Random(f"{self.mischief.seed} {name} wait").random()  # noqa: S311
        match trouble:
            case "hook_never":
                return
            case "hook_twice":
                self._push(name, 0.0, 1)
                self._push(name, late * chance, 1)
            case "hook_late":
                self._push(name, late, 1)
            case "hook_reordered":
                self._push(name, min(late, 1.0) * chance, 1)
            case _:
                self._push(name, 0.0, 1)

    def _push(self, name: str, wait: float, attempt: int) -> None:
        with self._wake:
            self._queued += 1
            heapq.heappush(self._heap, (time.monotonic() + wait, self._queued, name, attempt))
            self._wake.notify()

    def _send(self, name: str, attempt: int) -> None:
        told = self.books.events[name]
        status = self._post(told)
        with self.books.lock:
            self.books.did("delivered", durable=False, event=name, status=status, attempt=attempt)
            is_too_old = self.books.now() - told["created"] > GIVES_UP_AFTER_SECONDS
        if not 200 <= status < 300 and not is_too_old and not self._ended:
            self._push(name, min(0.5 * 2 ** (attempt - 1), LONGEST_WAIT_SECONDS), attempt + 1)

    def _post(self, told: Thing) -> int:
        body = json.dumps(told, indent=2).encode()
        parts = urlsplit(self.url)
        makes = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        line = makes(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(body, self.secrets, int(self.books.now())),
            "User-Agent": "Stripe/1.0 (simulated)",
        }
        try:
            line.request("POST", parts.path or "/", body, headers)
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            line.close()
        return answer.status
