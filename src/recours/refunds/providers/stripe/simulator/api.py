"""The part of Stripe's REST that pays money back: what is asked, and the object or the refusal that answers it."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from recours.refunds.providers.stripe.simulator import errors, things
from recours.refunds.providers.stripe.simulator.books import Books
from recours.refunds.providers.stripe.simulator.errors import Refused
from recours.refunds.providers.stripe.simulator.parameters import Parameters, bounds, whole
from recours.refunds.providers.stripe.simulator.things import Thing

REASONS = frozenset({"duplicate", "fraudulent", "requested_by_customer"})


class Asked(NamedTuple):
    """One request, read."""

    method: str
    path: str
    parameters: Parameters
    key: str = ""

    @property
    def fingerprint(self) -> str:
        """Tells this request from another one with the same key."""
        whole_request = json.dumps([self.method, self.path, self.parameters], sort_keys=True)
        return hashlib.sha256(whole_request.encode()).hexdigest()


class Said(NamedTuple):
    """One answer. `made` is the refund that this very request made, `replayed` whether the key remembered it."""

    status: int
    body: Thing
    made: str = ""
    replayed: bool = False


class Api:
    """Answers requests from the books. `stale_seconds`: how far its list of refunds lags behind."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.stale_seconds = 0.0
        self._under_way: set[str] = set()

    @contextlib.contextmanager
    def holding(self, key: str) -> Iterator[None]:
        """Keep a key to one request at a time, as long as it is worked on. Raises Refused."""
        with self.books.lock:
            if key in self._under_way:
                raise errors.key_in_use(key)
            if key:
                self._under_way.add(key)
        try:
            yield
        finally:
            with self.books.lock:
                self._under_way.discard(key)

    def answer(self, asked: Asked) -> Said:
        """Do what is asked, once per key, and say what became of it. Raises Refused for what keeps no key."""
        with self.books.lock:
            if asked.method == "GET":
                return Said(200, self._get(asked))
            if asked.key and (kept := self.books.kept_answer(asked.key, asked.fingerprint)):
                self.books.counts["replayed"] += 1
                return Said(kept["status"], kept["body"], replayed=True)
            try:
                return self._post(asked)
            except Refused as refused:
                if refused.kept and asked.key:
                    self.keep(asked, refused)
                    return Said(refused.status, refused.body)
                raise

    def keep(self, asked: Asked, refused: Refused) -> None:
        """Remember a refusal under its key."""
        answer = self.books.answer(asked.key, asked.fingerprint, refused.status, refused.body)
        self.books.did("answered", answer=answer)

    # -- reading -------------------------------------------------------------------------------------------

    def _get(self, asked: Asked) -> Thing:
        books, given = self.books, asked.parameters
        match asked.path.strip("/").split("/"):
            case ["v1", "payment_intents"]:
                return self._page(asked, reversed(books.payments.values()))
            case ["v1", "payment_intents", name]:
                return _found(books.payments.get(name), "intent", "payment_intent", name)
            case ["v1", "charges", name]:
                return books.charge(books.payment_of(charge=name))
            case ["v1", "refunds"]:
                rows = books.refunds_as_of(books.now() - self.stale_seconds)
                return self._page(asked, rows, "payment_intent", "charge")
            case ["v1", "refunds", name]:
                return _found(books.refund(name), "refund", "refund", name)
            case ["v1", "disputes"]:
                return self._page(asked, reversed(books.disputes.values()), "payment_intent", "charge")
            case ["v1", "disputes", name]:
                return _found(books.disputes.get(name), "dispute", "dispute", name)
            case ["v1", "events"]:
                kinds = set(given.get("types", {}).values()) or {given.get("type")} - {None}
                rows = (
                    each for each in reversed(books.events.values()) if not kinds or each["type"] in kinds
                )
                return self._page(asked, rows)
            case ["v1", "events", name]:
                return _found(books.events.get(name), "id", "event", name)
            case ["v1", "balance"]:
                return {"object": "balance", "available": [], "pending": [], "livemode": False}
        raise _no_such_url(asked)

    def _page(self, asked: Asked, rows: Iterable[Thing], *filters: str) -> Thing:
        given = asked.parameters
        limit = whole(given, "limit", least=1, most=100, default=10)
        least, most = bounds(given, "created")
        kept = [
            row
            for row in rows
            if least <= row["created"] <= most
            and all(row.get(name) == given[name] for name in filters if name in given)
        ]
        if after := given.get("starting_after"):
            places = [place for place, row in enumerate(kept) if row["id"] == after]
            if not places:
                raise errors.missing("starting_after", "object", after)
            kept = kept[places[0] + 1 :]
        return {"object": "list", "url": asked.path, "has_more": len(kept) > limit, "data": kept[:limit]}

    # -- acting --------------------------------------------------------------------------------------------

    def _post(self, asked: Asked) -> Said:
        acts: dict[tuple[str, ...], Callable[[Asked], Said]] = {
            ("v1", "payment_intents"): self._create_payment,
            ("v1", "refunds"): self._create_refund,
        }
        parts = asked.path.strip("/").split("/")
        if act := acts.get(tuple(parts)):
            return act(asked)
        match parts:
            case ["v1", "payment_intents", name, "confirm"]:
                return self._confirm(asked, name)
            case ["v1", "refunds", name, "cancel"]:
                return self._cancel(asked, name)
        raise _no_such_url(asked)

    def _create_payment(self, asked: Asked) -> Said:
        given = asked.parameters
        made = self.take_payment(
            amount=whole(given, "amount", least=1),
            currency=given.get("currency", ""),
            card=given.get("payment_method", ""),
            metadata=given.get("metadata") or {},
            confirmed=given.get("confirm") == "true",
            asked=asked,
        )
        return _said_of(made)

    def take_payment(
        self,
        *,
        amount: int,
        currency: str,
        card: str,
        metadata: Thing,
        confirmed: bool,
        asked: Asked,
        name: str = "",
    ) -> Thing:
        """Take a payment, under a name of its own or under a given one. Raises Refused."""
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.islower()):
            raise errors.bad("currency", f"Invalid currency: {currency}", "parameter_invalid_empty")
        books = self.books
        made = things.payment(
            name or things.new_id("pi"), amount=amount, currency=currency, card=card, metadata=metadata,
            at=int(books.now()), confirmed=confirmed,
        )  # fmt: skip
        status, body = _status_and_body(made)
        books.did(
            "payment.created", payment=made, answer=books.answer(asked.key, asked.fingerprint, status, body)
        )
        if made["latest_charge"] and card in things.DISPUTED_CARDS:
            self.open_dispute(made, reason="fraudulent", amount=amount)
        return made

    def _confirm(self, asked: Asked, name: str) -> Said:
        before = _found(self.books.payments.get(name), "intent", "payment_intent", name)
        if before["status"] == "succeeded":
            raise Refused(
                400,
                code="payment_intent_unexpected_state",
                message="You cannot confirm this PaymentIntent because it has already succeeded.",
            )
        made = self.take_payment(
            amount=before["amount"],
            currency=before["currency"],
            card=asked.parameters.get("payment_method") or before["payment_method"] or "",
            metadata=before["metadata"],
            confirmed=True,
            asked=asked,
            name=name,
        )
        return _said_of(made)

    def _create_refund(self, asked: Asked) -> Said:
        given, books = asked.parameters, self.books
        intent = books.payment_of(intent=given.get("payment_intent", ""), charge=given.get("charge", ""))
        if given.get("reason") not in {None, *REASONS}:
            raise errors.bad("reason", f"Invalid reason: {given['reason']}", "parameter_unknown")
        if not intent["latest_charge"]:
            raise errors.not_captured(intent["id"])
        left = intent["amount_received"] - books.refunded(intent["id"])
        amount = whole(given, "amount", least=1, default=left or 1)
        if books.dispute_of(intent["id"]):
            raise errors.disputed(intent["latest_charge"])
        if left == 0:
            raise errors.already_refunded(intent["latest_charge"])
        if amount > left:
            currency = intent["currency"]
            raise errors.more_than_is_left(things.shown(amount, currency), things.shown(left, currency))
        status, later, why = things.REFUND_LATER.get(intent["payment_method"] or "", ("succeeded", "", ""))
        at = int(books.now())
        made = things.refund(
            intent, amount=amount, reason=given.get("reason"), metadata=given.get("metadata") or {},
            status=status, at=at,
        )  # fmt: skip
        after = things.charge(intent, refunded=intent["amount_received"] - left + amount, is_disputed=False)
        books.did(
            "refund.created",
            refund=made,
            key=asked.key,
            plan={"at": books.now() + books.settle_seconds, "status": later, "reason": why}
            if later
            else None,
            events=[
                things.event("refund.created", made, at=at, key=asked.key),
                things.event("charge.refunded", after, at=at, key=asked.key),
            ],
            answer=books.answer(asked.key, asked.fingerprint, 200, made),
        )
        return Said(200, made, made=made["id"])

    def _cancel(self, asked: Asked, name: str) -> Said:
        before = _found(self.books.refund(name), "refund", "refund", name)
        if before["status"] != "requires_action":
            raise Refused(400, message="Refunds can only be canceled while they require action.")
        return Said(200, self.books.change_refund(name, "canceled"))

    # -- disputes, which cardholders open at their banks ---------------------------------------------------

    def open_dispute(self, intent: Thing, *, reason: str, amount: int) -> Thing:
        books = self.books
        at = int(books.now())
        made = things.dispute(intent, amount=amount, reason=reason, at=at)
        kinds = ("charge.dispute.created", "charge.dispute.funds_withdrawn")
        books.did("dispute.created", dispute=made, events=[things.event(kind, made, at=at) for kind in kinds])
        return made

    def close_dispute(self, name: str, status: str) -> Thing:
        """End a dispute: `won` by the marketplace, or `lost`. Raises Refused."""
        if status not in {"won", "lost"}:
            raise errors.bad("status", f"Invalid status: {status}", "parameter_unknown")
        before = _found(self.books.disputes.get(name), "dispute", "dispute", name)
        after = {**before, "status": status, "is_charge_refundable": status == "won"}
        at = int(self.books.now())
        kinds = ["charge.dispute.closed"] + (["charge.dispute.funds_reinstated"] if status == "won" else [])
        events = [things.event(kind, after, at=at) for kind in kinds]
        self.books.did("dispute.closed", dispute=after, events=events)
        return after


def _status_and_body(made: Thing) -> tuple[int, Thing]:
    declined = made["last_payment_error"] is not None
    return (402, things.card_declined()) if declined else (200, made)


def _said_of(made: Thing) -> Said:
    return Said(*_status_and_body(made))


def _found(thing: Thing | None, param: str, kind: str, name: str) -> Thing:
    if thing is None:
        raise errors.missing(param, kind, name)
    return thing


def _no_such_url(asked: Asked) -> Refused:
    return Refused(404, message=f"Unrecognized request URL ({asked.method}: {asked.path}).")
