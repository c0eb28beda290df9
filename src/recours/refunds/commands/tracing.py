"""Asking a provider where the money of a refund is, for a buyer who misses it. Nothing is written, nothing is paid."""

from __future__ import annotations

from recours.refunds.models import Refund
from recours.refunds.providers import Answer, Order, provider


def look_up(refund: Refund) -> Answer | None:
    """Return what the provider's own list says of a refund; None where it has no list, or not this refund.

    Raises NoAnswer, and UnknownProvider for one that this installation does not have any more.
    """
    payment_ref = refund.payment.ref if refund.payment else ""
    return provider(refund.provider).look_up(
        Order(key=refund.key, amount=refund.amount, payment_ref=payment_ref)
    )
