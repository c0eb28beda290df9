"""The objects of Stripe's interface, with the fields that its library and its readers use."""

from __future__ import annotations

import secrets
from typing import Any

Thing = dict[str, Any]

VERSION = "2026-10-28.endive"
"""The version of the interface whose shapes these are, which the official library of our lock asks for."""

ZERO_DECIMAL = frozenset(
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"]
)
"""Currencies whose amounts have no decimals here. Source: docs.stripe.com/currencies, zero-decimal currencies."""

REFUND_LATER = {
    "pm_card_pendingRefund": ("pending", "succeeded", ""),
    "pm_card_refundFail": ("succeeded", "failed", "lost_or_stolen_card"),
    "pm_card_refundPendingFail": ("pending", "failed", "declined"),
}
"""What becomes of a refund on a test card: its first status, its last, and why it failed. The first two are Stripe's
own test cards; the third is this simulator's."""
DECLINED_CARDS = frozenset({"pm_card_chargeDeclined", "pm_card_visa_chargeDeclined"})
DISPUTED_CARDS = frozenset({"pm_card_createDispute"})


def new_id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(12)}"


def shown(minor: int, currency: str) -> str:
    """Write an amount as Stripe's messages do."""
    return (
        f"{minor} {currency}" if currency in ZERO_DECIMAL else f"{minor // 100}.{minor % 100:02d} {currency}"
    )


def payment(
    name: str, *, amount: int, currency: str, card: str, metadata: Thing, at: int, confirmed: bool
) -> Thing:
    declined = card in DECLINED_CARDS
    taken = confirmed and not declined
    return {
        "id": name,
        "object": "payment_intent",
        "amount": amount,
        "amount_received": amount if taken else 0,
        "capture_method": "automatic",
        "client_secret": f"{name}_secret_{secrets.token_hex(8)}",
        "confirmation_method": "automatic",
        "created": at,
        "currency": currency,
        "customer": None,
        "last_payment_error": card_declined()["error"] if confirmed and declined else None,
        "latest_charge": new_id("ch") if taken else None,
        "livemode": False,
        "metadata": metadata,
        "payment_method": card or None,
        "payment_method_types": ["card"],
        "status": "succeeded"
        if taken
        else "requires_payment_method"
        if declined
        else "requires_confirmation",
    }


def card_declined() -> Thing:
    error = {
        "type": "card_error",
        "code": "card_declined",
        "decline_code": "generic_decline",
        "message": "Your card was declined.",
    }
    return {"error": error}


def charge(intent: Thing, *, refunded: int, is_disputed: bool) -> Thing:
    return {
        "id": intent["latest_charge"],
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount_received"],
        "amount_refunded": refunded,
        "captured": True,
        "created": intent["created"],
        "currency": intent["currency"],
        "disputed": is_disputed,
        "livemode": False,
        "metadata": {},
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "refunded": refunded >= intent["amount_received"],
        "status": "succeeded",
    }


def refund(intent: Thing, *, amount: int, reason: str | None, metadata: Thing, status: str, at: int) -> Thing:
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": new_id("txn"),
        "charge": intent["latest_charge"],
        "created": at,
        "currency": intent["currency"],
        "destination_details": {"card": {"reference_status": "pending", "type": "refund"}, "type": "card"},
        "metadata": metadata,
        "payment_intent": intent["id"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }


def dispute(intent: Thing, *, amount: int, reason: str, at: int) -> Thing:
    return {
        "id": new_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": intent["latest_charge"],
        "created": at,
        "currency": intent["currency"],
        "evidence_details": {"due_by": at + 7 * 86_400, "has_evidence": False, "submission_count": 0},
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": intent["id"],
        "reason": reason,
        "status": "needs_response",
    }


def event(kind: str, about: Thing, *, at: int, key: str = "", before: Thing | None = None) -> Thing:
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": VERSION,
        "created": at,
        "data": {"object": about} | ({"previous_attributes": before} if before else {}),
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": key or None},
        "type": kind,
    }
