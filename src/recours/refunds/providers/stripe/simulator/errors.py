"""What Stripe answers when it refuses, in its own shape."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """An answer that is not the object asked for. `kept`: the endpoint had begun, so the key keeps this answer."""

    def __init__(self, status: int, *, kept: bool = False, **error: Any) -> None:
        super().__init__(error.get("message", ""))
        self.status = status
        self.kept = kept
        self.body = {"error": {"type": "invalid_request_error", **error}}


def missing(param: str, thing: str, name: str) -> Refused:
    return Refused(404, code="resource_missing", param=param, message=f"No such {thing}: '{name}'")


def bad(param: str, message: str, code: str = "parameter_invalid_integer") -> Refused:
    return Refused(400, code=code, param=param, message=message)


def key_reused(key: str) -> Refused:
    return Refused(
        400,
        type="idempotency_error",
        message="Keys for idempotent requests can only be used with the same parameters they were first used with."
        f" Try using a key other than '{key}' if you meant to execute a different request.",
    )


def key_in_use(key: str) -> Refused:
    return Refused(
        409,
        type="idempotency_error",
        code="idempotency_key_in_use",
        message=f"There is currently another in-progress request using this Idempotent Key: {key}."
        " Please try again later.",
    )


def already_refunded(charge: str) -> Refused:
    return Refused(
        400,
        kept=True,
        code="charge_already_refunded",
        message=f"Charge {charge} has already been refunded.",
    )


def more_than_is_left(asked: str, left: str) -> Refused:
    return Refused(
        400,
        kept=True,
        param="amount",
        message=f"Refund amount ({asked}) is greater than unrefunded amount on charge ({left})",
    )


def disputed(charge: str) -> Refused:
    return Refused(
        400,
        kept=True,
        code="charge_disputed",
        message=f"Charge {charge} has been charged back; cannot issue a refund.",
    )


def not_captured(intent: str) -> Refused:
    return Refused(
        400,
        kept=True,
        code="payment_intent_unexpected_state",
        message=f"This PaymentIntent ({intent}) does not have a successful charge to refund.",
    )


def out_of_order(status: int = 500) -> Refused:
    return Refused(
        status,
        type="api_error",
        message="An unknown error occurred. It has been reported to the simulator's conscience.",
    )


def too_many() -> Refused:
    return Refused(429, code="rate_limit", message="Request rate limit exceeded.")
