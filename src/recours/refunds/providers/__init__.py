"""Who moves the money. Each provider is a package of its own; all of them pass one contract suite.

A call can be lost on its way there or on its way back, so every try carries the refund's own key, and a try that
follows another asks first (`look_up`). A provider's memory of keys may be shorter than a dispute is long: what it
must keep is the list of the refunds it made, and that is what is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from django.conf import settings
from msgspec import Struct

from recours.rules.money import Money

if TYPE_CHECKING:
    # Simulators are programs that live in here too, and want no Django.
    from recours.marketplaces.models import Payment


class Outcome(StrEnum):
    """What a provider says of a refund. `DECLINED` leaves the key free for another try.

    `REVERSED`: it had been paid, and the money came back to the marketplace (an account that was closed, say).
    """

    PAID = "paid"
    PENDING = "pending"
    DECLINED = "declined"
    REVERSED = "reversed"


class Answer(Struct, frozen=True, kw_only=True):
    """`ref` is the provider's own number of the refund; `reason` why it was declined."""

    outcome: Outcome
    ref: str = ""
    reason: str = ""


class Order(Struct, frozen=True, kw_only=True):
    """What is asked of a provider: this amount, back to this payment, once for this key."""

    key: UUID
    amount: Money
    payment_ref: str = ""


class NoticeKind(StrEnum):
    """What a provider may tell unasked."""

    REFUND = "refund"
    CHARGEBACK_OPENED = "chargeback_opened"
    CHARGEBACK_WON = "chargeback_won"
    CHARGEBACK_LOST = "chargeback_lost"


class Notice(Struct, frozen=True, kw_only=True):
    """One thing that a provider told, in a webhook, in a bank's file or in its own list: authenticated, and believed
    only as far as it agrees with what we know.

    `event_id` is the provider's own, unlike any other of the same provider, so that it is acted on once. `at` is the
    instant (UTC) it speaks of. A refund is named by `key` (ours) or `ref` (theirs), a chargeback by `payment_ref`.
    `outcome` is of a refund; `reason` says why it failed, or what the cardholder alleges. `doubt` is a key of
    `hearing.why` for what its reader found that cannot be: it is kept, and nothing is done.
    """

    kind: NoticeKind
    event_id: str
    at: dt.datetime
    amount: Money
    payment_ref: str = ""
    key: UUID | None = None
    ref: str = ""
    outcome: Outcome | None = None
    reason: str = ""
    doubt: str = ""


class NoAnswer(Exception):
    """The call was cut short: the money may have moved or not. Ask again with `look_up`, never pay again blindly."""


class Provider(Protocol):
    """What a refund needs of whoever pays it."""

    name: str
    automatic: bool
    """Whether a job may call it; otherwise a person pays, and records it."""

    def pay(self, order: Order) -> Answer:
        """Pay, once for `order.key` however often it is asked. Raises NoAnswer."""

    def look_up(self, order: Order) -> Answer | None:
        """Say what became of `order.key`, from the list of refunds made; None when it never came. Raises NoAnswer."""

    def changes(self, since: dt.datetime) -> Iterator[Notice]:
        """Yield what the provider's own lists say became of refunds and payments since then, oldest first, for a
        reconciliation that trusts no webhook to have come. Raises NoAnswer."""


class UnknownProvider(Exception):
    """A refund names a provider that this installation does not have."""


def provider(name: str) -> Provider:
    """Return a provider by its name. Raises UnknownProvider."""
    from recours.refunds.providers.credit.provider import Credit  # cycle
    from recours.refunds.providers.manual import Manual  # cycle: all implement what is declared here
    from recours.refunds.providers.sepa.provider import Sepa, is_set_up  # cycle
    from recours.refunds.providers.stripe.provider import Stripe  # slow import: the library is large

    match name:
        case Credit.name:
            return Credit()
        case Manual.name:
            return Manual()
        case Sepa.name if is_set_up():
            return Sepa()
        case Stripe.name if settings.STRIPE_KEY:
            return Stripe(settings.STRIPE_KEY, address=settings.STRIPE_ADDRESS)
    raise UnknownProvider(name)


REMOTE = ("stripe",)
"""The names of the providers that are somebody else's, with lists of their own."""

AUTOMATIC = ("credit", *REMOTE)
"""The names of the providers that a job may call."""

STRIPE_PAYMENTS = ("pi_", "ch_", "py_")
"""How the names of Stripe's payments begin. Source: docs.stripe.com/api, payment intents and charges."""


def provider_for(payment: Payment | None) -> str:
    """Return who pays a refund of this payment: the first of `settings.REFUND_ROUTES` that names its method, or any
    method, and that this installation has; by hand where there is none."""
    if payment is None:
        return "manual"
    for method, name in settings.REFUND_ROUTES:
        if method in ("*", payment.method.casefold()) and _can_pay(name, payment):
            return name
    return "manual"


def provider_of_surcharge(currency: str) -> str:
    """Return who pays what the law adds to a late refund: by transfer, for a card takes back no more than it paid."""
    from recours.refunds.providers.sepa.provider import is_set_up  # cycle

    return "sepa" if currency == "EUR" and is_set_up() else "manual"


def _can_pay(name: str, payment: Payment) -> bool:
    from recours.refunds.providers.sepa.provider import is_set_up  # cycle

    match name:
        case "sepa":
            return is_set_up() and payment.currency == "EUR"
        case "stripe":
            return bool(settings.STRIPE_KEY) and payment.ref.startswith(STRIPE_PAYMENTS)
        case "manual":
            return True
    return False
