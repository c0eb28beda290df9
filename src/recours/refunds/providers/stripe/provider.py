"""Paying cards back through Stripe."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import Iterator
from typing import Any, NoReturn

import stripe

from recours.refunds.providers import STRIPE_PAYMENTS, Answer, NoAnswer, Notice, Order, Outcome
from recours.refunds.providers.stripe.amounts import NotWritable, to_stripe
from recours.refunds.providers.stripe.reading import (
    EVENTS,
    KEY,
    Seen,
    Unreadable,
    notice,
    seen,
    told,
    why_failed,
)

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 5
READ_SECONDS = 30
MOST_KEYS = 20
"""How many tries one refund may have within the day that Stripe remembers keys."""
PAGE = 100

REFUSALS = {
    "charge_already_refunded": "Ce paiement a déjà été remboursé en entier chez Stripe.",
    "charge_disputed": "Le titulaire de la carte a contesté ce paiement auprès de sa banque.",
    "resource_missing": "Stripe ne connaît pas ce paiement.",
    "amount_too_large": "Il ne reste pas assez sur ce paiement chez Stripe.",
    "balance_insufficient": "Le solde du compte Stripe ne suffit pas.",
}


class Stripe:
    """Calls with our key, asks Stripe's own list when anything is in doubt, and believes no answer that disagrees
    with what was ordered."""

    name = "stripe"
    automatic = True

    def __init__(
        self, key: str, *, address: str = "", timeout: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS)
    ) -> None:
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": address} if address else None,
            http_client=stripe.RequestsClient(timeout=timeout),
            # Trying again is ours to do: with the same key, after asking, and never within a request of ours.
            max_network_retries=0,
        )

    def pay(self, order: Order) -> Answer:
        try:
            amount, currency = to_stripe(order.amount)
        except NotWritable:
            return _declined("Stripe n’écrit pas les décimales de cette somme.")
        if not order.payment_ref.startswith(STRIPE_PAYMENTS):
            return _declined(REFUSALS["resource_missing"])
        params: Any = {**_payment(order), "amount": amount, "metadata": {KEY: str(order.key)}}
        for number in range(MOST_KEYS):
            try:
                with _answering(order):
                    made = self._client.v1.refunds.create(
                        params,
                        {"idempotency_key": f"{order.key}.{number}" if number else str(order.key)},
                    )
                    refund = seen(made.to_dict())
                    is_replay = _is_replay(getattr(made.last_response, "headers", None))
            except Refused as refused:
                if refused.is_replay:
                    continue  # that try ended in nothing, and its key will say so all day: this one takes the next
                return self._found_instead(order, refused)
            if refund.currency != currency:
                raise NoAnswer(f"{refund.id} is in another currency")
            if not is_replay:
                return _answer(order, refund)
            # What a key remembers is how it began. How it is now may be otherwise.
            with _answering(order):
                refund = seen(self._client.v1.refunds.retrieve(refund.id).to_dict())
            answer = _answer(order, refund)
            if answer.outcome is not Outcome.DECLINED:
                return answer
        raise NoAnswer(f"{MOST_KEYS} tries of {order.key} came to nothing within a day")

    def look_up(self, order: Order) -> Answer | None:
        if not order.payment_ref.startswith(STRIPE_PAYMENTS):
            return None
        failed: Answer | None = None
        with _answering(order):
            asked: Any = {**_payment(order), "limit": PAGE}
            listed = self._client.v1.refunds.list(asked)
            for each in listed.auto_paging_iter():
                refund = seen(each.to_dict())
                if refund.key != order.key:
                    continue
                answer = _answer(order, refund)
                if answer.outcome is not Outcome.DECLINED:
                    return answer
                failed = failed or answer
        return failed

    def changes(self, since: dt.datetime) -> Iterator[Notice]:
        """From the list of events, which Stripe keeps for thirty days: the very events of the webhooks, so that what
        came by both ways is known to be one."""
        with _answering(None):
            listed = self._client.v1.events.list(
                {"created": {"gte": int(since.timestamp())}, "types": list(EVENTS), "limit": PAGE}
            )
            found = [told(event.to_dict()) for event in listed.auto_paging_iter()]
        for event in reversed(found):
            try:
                said = notice(event)
            except Unreadable as error:
                logger.error("event %s of Stripe cannot be read: %s", event.id, error)
                continue
            if said is not None:
                yield said

    def check(self) -> None:
        """Ask for nothing but an answer. Raises NoAnswer."""
        with _answering(None):
            self._client.v1.balance.retrieve()

    def _found_instead(self, order: Order, refused: Refused) -> Answer:
        """Refused: but what leaves too little may be this very refund, made by a try that we never heard of."""
        return self.look_up(order) or _declined(refused.reason)


class Refused(Exception):
    """Stripe refuses, and nothing was done. `is_replay`: it repeats what it answered to this key before."""

    def __init__(self, error: stripe.StripeError) -> None:
        super().__init__(error.code)
        message = error.user_message or ""
        too_much = "greater than unrefunded amount" in message
        self.reason = REFUSALS.get("amount_too_large" if too_much else error.code or "", message)
        self.is_replay = _is_replay(error.headers)


@contextlib.contextmanager
def _answering(order: Order | None) -> Iterator[None]:
    """Sort what the library raises: a refusal, or no answer at all. Raises Refused, NoAnswer."""
    try:
        yield
    except stripe.IdempotencyError as error:  # another call with this key is under way, or ours differ
        _no_answer(order, error)
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        if order is None:
            _no_answer(order, error)
        raise Refused(error) from None
    except (stripe.StripeError, Unreadable) as error:
        _no_answer(order, error)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # An answer in JSON, and not in Stripe's shape: the library itself stumbles over it.
        _no_answer(order, error)


def _no_answer(order: Order | None, error: Exception) -> NoReturn:
    status = getattr(error, "http_status", None)
    # Not the message: it may quote what came over the line.
    raise NoAnswer(f"{type(error).__name__} {status or ''} for {order.key if order else 'a list'}") from None


def _payment(order: Order) -> dict[str, str]:
    name = "payment_intent" if order.payment_ref.startswith("pi_") else "charge"
    return {name: order.payment_ref}


def _answer(order: Order, refund: Seen) -> Answer:
    """Hold what Stripe says against what was ordered. Raises NoAnswer when they disagree: a person must look."""
    if refund.money != order.amount:
        raise NoAnswer(f"{refund.id} is not of the amount that was ordered")
    if order.payment_ref not in {refund.payment_intent, refund.charge} or refund.key != order.key:
        raise NoAnswer(f"{refund.id} is not the refund that was ordered")
    outcome = refund.outcome
    reason = why_failed(refund) if outcome is Outcome.DECLINED else ""
    return Answer(outcome=outcome, ref=refund.id, reason=reason)


def _declined(reason: str) -> Answer:
    return Answer(outcome=Outcome.DECLINED, reason=reason)


def _is_replay(headers: Any) -> bool:
    return any(str(name).lower() == "idempotent-replayed" for name in headers or ())
