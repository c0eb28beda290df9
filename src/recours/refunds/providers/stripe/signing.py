"""Whether a webhook comes from Stripe: signed with our secret, over these very bytes, just now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import stripe

TOLERANCE = dt.timedelta(seconds=300)
"""How far the signature's instant may be from ours, before or after. Source: docs.stripe.com/webhooks, the libraries'
default for the past; the future is ours to refuse, since a signature of tomorrow could be replayed until then."""


class NotSigned(Exception):
    """This is not from Stripe, or not from just now."""


def must_be_signed(body: bytes, header: str, secrets: Iterable[str], now: dt.datetime) -> None:
    """Check `Stripe-Signature` over the raw bytes of a request, against each secret in use. Raises NotSigned.

    An empty secret verifies nothing: anybody can sign with it.
    """
    if not any(_is_signed_with(secret, body, header) for secret in secrets if secret.strip()):
        raise NotSigned("no signature of ours")
    if abs(now - _instant(header)) > TOLERANCE:
        raise NotSigned("signed too long ago, or in the future")


def _is_signed_with(secret: str, body: bytes, header: str) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(body, header, secret))
    except (stripe.SignatureVerificationError, ValueError):
        return False


def _instant(header: str) -> dt.datetime:
    """The first `t`, as the library reads it. Raises NotSigned."""
    try:
        second = next(int(part[2:]) for part in header.split(",") if part.startswith("t="))
        return dt.datetime.fromtimestamp(second, dt.UTC)
    except (StopIteration, ValueError, OverflowError, OSError) as error:
        raise NotSigned("no instant") from error
