"""The port: reads requests, lets them meet their troubles, answers; and under `/_/` the doors that steer it."""

from __future__ import annotations

import base64
import json
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from recours.refunds.providers.stripe.simulator import errors, mischief, things
from recours.refunds.providers.stripe.simulator.api import Api, Asked, Said
from recours.refunds.providers.stripe.simulator.books import Books
from recours.refunds.providers.stripe.simulator.errors import Refused
from recours.refunds.providers.stripe.simulator.hooks import Hooks
from recours.refunds.providers.stripe.simulator.mischief import Mischief, UnknownMischief
from recours.refunds.providers.stripe.simulator.parameters import read
from recours.simulators.port import Connection, Gone, Port

TICK_SECONDS = 0.1


class Simulator(Port):
    """The program: its books, its troubles, its webhooks."""

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.books = Books(folder)
        self.api = Api(self.books)
        self.mischief = Mischief()
        self.hooks: Hooks | None = None
        super().__init__((host, port), Handler)

    def announce_to(self, url: str, secrets: list[str]) -> None:
        """Send webhooks to this address from now on, signed with these secrets."""
        self.hooks = Hooks(self.books, self.mischief, url, secrets)
        threading.Thread(target=self.hooks.run, daemon=True, name="hooks").start()

    def behave(self, wanted: dict[str, Any]) -> None:
        """Take chances and measures. Raises UnknownMischief."""
        self.mischief.set(wanted)
        self.api.stale_seconds = self.mischief.stale_seconds
        self.books.settle_seconds = self.mischief.settle_seconds
        self.books.keys_last_seconds = self.mischief.keys_last_seconds

    def run(self) -> None:
        """Serve until stopped."""
        threading.Thread(target=self._tick, daemon=True, name="tick").start()
        self.serve_forever(poll_interval=TICK_SECONDS)

    def _tick(self) -> None:
        while True:
            with self.books.lock:
                self.books.settle()
            time.sleep(TICK_SECONDS)


class Handler(Connection):
    """One connection."""

    server: Simulator

    def attend(self) -> None:
        body = self.read_body()
        if body is None:
            self._send(413, {"error": {"type": "invalid_request_error", "message": "Too large."}})
            return
        url = urlsplit(self.path)
        try:
            if url.path.startswith("/_/"):
                self._send(200, steer(self.server, self.command, url.path[3:], url.query, body))
                return
            given = read(body.decode() if self.command == "POST" else url.query)
            asked = Asked(self.command, url.path, given, self.headers.get("Idempotency-Key", ""))
            self._require_key()
            self._answer(asked)
        except Refused as refused:
            self._send(refused.status, refused.body, retry_after=refused.status == 429)
        except Gone:
            self.close_connection = True
        except (UnknownMischief, KeyError, TypeError, ValueError) as error:
            self._send(400, {"error": {"type": "invalid_request_error", "message": repr(error)}})

    def _answer(self, asked: Asked) -> None:
        """Let the request meet its trouble before, do it, let it meet its trouble after."""
        trouble = self.server.mischief.meets(asked.method, asked.path, asked.key)
        with self.server.api.holding(asked.key if asked.method == "POST" else ""):
            if trouble in mischief.BEFORE or trouble == "slow":
                self._note(trouble, asked)
            match trouble:
                case "slow":
                    time.sleep(self.server.mischief.slow_seconds)
                case "lost":
                    self.reset()
                case "rate_limited":
                    raise errors.too_many()
                case "error_before":
                    raise errors.out_of_order()
                case "error_kept" if asked.key:
                    with self.server.books.lock:
                        if self.server.books.kept_answer(asked.key, asked.fingerprint) is None:
                            self.server.api.keep(asked, errors.out_of_order())
            said = self.server.api.answer(asked)
        if trouble in mischief.AFTER:
            self._note(trouble, asked, said.made)
            said = self._hide(trouble, said)
        self._send(said.status, said.body, replayed=said.replayed)

    def _hide(self, trouble: str, said: Said) -> Said:
        """Do to an answer what networks do. Raises Gone, Refused."""
        match trouble:
            case "held":
                time.sleep(self.server.mischief.hold_seconds)
                self.reset()
            case "reset":
                self.reset()
            case "cut":
                self._send(said.status, said.body, cut=True)
                self.reset()
            case "error_after":
                raise errors.out_of_order()
            case "garbage":
                self.send(200, b"<html><body>502 Bad Gateway</body></html>", "text/html")
                raise Gone
            case "misquoted" if "amount" in said.body:
                return said._replace(body={**said.body, "amount": said.body["amount"] + 1})
        return said

    def _note(self, trouble: str, asked: Asked, made: str = "") -> None:
        with self.server.books.lock:
            self.server.books.did(
                "misdid", what=trouble, method=asked.method, path=asked.path, key=asked.key, made=made
            )

    def _require_key(self) -> None:
        """Any secret key of the test mode opens, in either of the ways that Stripe takes one. Raises Refused."""
        scheme, _, given = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            given = base64.b64decode(given).decode().removesuffix(":")
        if not given:
            raise Refused(401, message="You did not provide an API key.")
        if not given.startswith(("sk_test_", "rk_test_")):
            raise Refused(401, message=f"Invalid API Key provided: {given[:7]}***")

    def _send(
        self,
        status: int,
        body: things.Thing,
        *,
        replayed: bool = False,
        retry_after: bool = False,
        cut: bool = False,
    ) -> None:
        more = {"Request-Id": things.new_id("req"), "Stripe-Version": things.VERSION}
        if replayed:
            more["Idempotent-Replayed"] = "true"
        if retry_after:
            more["Retry-After"] = str(self.server.mischief.retry_after)
        self.send(status, json.dumps(body, indent=2).encode(), "application/json", more, cut=cut)


def steer(simulator: Simulator, method: str, door: str, query: str, body: bytes) -> dict[str, Any]:
    """What tests, the demo and the fault run ask of the simulator itself. Raises Refused, UnknownMischief, KeyError.

    | door                          | what it does                                                                  |
    |-------------------------------|-------------------------------------------------------------------------------|
    | `GET counts`                  | how often each thing happened, its misbehaviour with the rest                 |
    | `GET did?limit=N`             | the last acts, the newest first                                               |
    | `GET refunds`                 | every refund, as it is                                                        |
    | `POST payments`               | a payment was taken: `amount`, `currency`, `card`, and `id` if it has one     |
    | `POST disputes`               | a cardholder disputes: `payment_intent`, `reason`, `amount`                   |
    | `POST disputes/ID/close`      | the dispute ends: `status`, won or lost                                       |
    | `POST refunds/ID`             | a refund changes: `status`, `reason`                                          |
    | `POST behave`                 | chances and measures: `rates`, `hold_seconds`…                                |
    | `POST next`                   | the next refunds meet this: `what`, `times`                                   |
    | `POST clock`                  | its clock goes `forward` by so many seconds                                   |
    | `POST settle`                 | what is pending ends now                                                      |
    | `POST deliver`                | the webhook of an `event` is sent again                                       |
    """
    books, api = simulator.books, simulator.api
    given: dict[str, Any] = json.loads(body) if body else {}
    if method == "GET":
        with books.lock:
            match door:
                case "counts":
                    return {**books.counts, "armed": simulator.mischief.armed}
                case "behave":
                    return simulator.mischief.measures()
                case "did":
                    limit = int(read(query).get("limit", 50))
                    return {"data": [_told(line) for line in reversed(books.recent[-limit:])]}
                case "refunds":
                    return {"data": [versions[-1][1] for versions in books.versions.values()]}
    match door.split("/"):
        case ["behave"]:
            simulator.behave(given)
            return simulator.mischief.measures()
        case ["next"]:
            simulator.mischief.arm(given["what"], given.get("times", 1))
            return {"armed": simulator.mischief.armed}
    with books.lock:
        match door.split("/"):
            case ["payments"]:
                if known := books.payments.get(given.get("id", "")):
                    return known
                return api.take_payment(
                    amount=given["amount"],
                    currency=given["currency"],
                    card=given.get("card", "pm_card_visa"),
                    metadata=given.get("metadata", {}),
                    confirmed=True,
                    asked=Asked(method, door, {}),
                    name=given.get("id", ""),
                )
            case ["disputes"]:
                intent = books.payment_of(intent=given["payment_intent"])
                return api.open_dispute(
                    intent,
                    reason=given.get("reason", "fraudulent"),
                    amount=given["amount"] if "amount" in given else intent["amount_received"],
                )
            case ["disputes", name, "close"]:
                return api.close_dispute(name, given["status"])
            case ["refunds", name]:
                return books.change_refund(name, given["status"], given.get("reason", ""))
            case ["clock"]:
                books.did("clock.moved", ahead=books.ahead + float(given["forward"]))
                return {"now": books.now()}
            case ["settle"]:
                return {"settled": books.settle(at_once=True)}
            case ["deliver"] if simulator.hooks and given["event"] in books.events:
                simulator.hooks.again(given["event"])
                return {"event": given["event"]}
    raise Refused(404, message=f"There is no such door: {method} {door}")


def _told(line: dict[str, Any]) -> dict[str, Any]:
    """A line of the journal without the copies that it keeps for itself."""
    return {name: value for name, value in line.items() if name not in {"answer", "events", "plan"}}
