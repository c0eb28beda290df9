"""The demo's payment provider: Stripe's simulator, a process of its own beside the site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from msgspec import Struct

from recours.marketplaces.models import Payment
from recours.refunds.providers import STRIPE_PAYMENTS
from recours.refunds.providers.stripe.amounts import from_stripe, to_stripe
from recours.rules.money import Money
from recours.simulators.steering import Steering


class Act(Struct, frozen=True, kw_only=True):
    """One line of the provider's journal, as the page shows it."""

    at: dt.datetime
    did: str
    what: str = ""
    amount: Money | None = None
    status: str = ""
    payment: str = ""
    ref: str = ""
    is_hidden: bool = False


def steering() -> Steering:
    return Steering(settings.STRIPE_ADDRESS)


def take_payments(payments: Iterable[Payment]) -> None:
    """Have the provider know the card payments of the demo's past, each once."""
    simulator = steering()
    for payment in payments:
        if payment.status == Payment.Status.CAPTURED and payment.ref.startswith(STRIPE_PAYMENTS):
            amount, currency = to_stripe(Money(payment.captured_minor, payment.currency))
            simulator.tell("payments", id=payment.ref, amount=amount, currency=currency)


def acts(limit: int = 60) -> list[Act]:
    """Return what the provider did last, the newest first, without the payments that it took."""
    lines = steering().ask("did", limit=200)["data"]
    shown = (
        _act(line) for line in lines if line["did"] not in {"payment.created", "clock.moved", "answered"}
    )
    return list(shown)[:limit]


def _act(line: dict[str, Any]) -> Act:
    about = line.get("refund") or line.get("dispute") or {}
    return Act(
        at=dt.datetime.fromtimestamp(line["at"], dt.UTC),
        did=line["did"],
        what=line.get("what", ""),
        amount=from_stripe(about["amount"], about["currency"]) if about else None,
        status=str(about.get("status") or line.get("status", "")),
        payment=about.get("payment_intent", ""),
        ref=about.get("id") or line.get("made") or line.get("event", ""),
        is_hidden=bool(line.get("made")),
    )
