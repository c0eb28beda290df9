"""What a policy says. Each class is a table of the file, each field a line of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from recours.rules.windows import Calendar, Unit, Window

# The words of the file for grounds and remedies. They are those of `lifecycle.vocabulary`, which a test
# compares: importing it here would make the lifecycle and the policy it reads import each other.
GROUNDS: tuple[str, ...] = (
    "damaged",
    "defective",
    "not_as_described",
    "wrong_item",
    "lost",
    "late",
    "unauthorised_charge",
    "overcharge",
    "payment_error",
    "technical_fault",
    "change_of_mind",
)
REMEDIES: tuple[str, ...] = ("refund", "replacement", "redelivery")

#: What a checklist may ask for; each has its text under `evidence.<key>` in the wording.
EVIDENCE: tuple[str, ...] = (
    "photo_item",
    "photo_fault",
    "photo_packaging",
    "photo_label",
    "listing",
    "messages",
    "tracking",
    "receipt",
    "bank_statement",
    "screenshot",
)


class Meta(Struct, frozen=True, kw_only=True):
    name: str
    version: int
    published_on: date


class Place(Struct, frozen=True, kw_only=True):
    """Where days are counted, and in which currency: the file's [calendar]."""

    zone: str
    country: str
    currency: str
    subdivision: str | None = None


class Contact(Struct, frozen=True, kw_only=True):
    """Writing to the seller before a dispute."""

    #: Must the buyer write to the seller first?
    required: bool
    #: From the message; then the dispute may be opened.
    seller_answers: Window


class Opening(Struct, frozen=True, kw_only=True):
    """Until when a claim may be made: the file's [claim]."""

    #: From receiving the parcel.
    open_after_delivery: Window
    #: From the promised day, for a parcel that did not come.
    open_not_received: Window
    #: From the promised day, for a parcel that came late.
    open_late: Window
    #: From the payment.
    open_payment: Window


class Seller(Struct, frozen=True, kw_only=True):
    """The seller's turn; a policy published without the last line gives no more time."""

    #: To accept, refuse, offer or ask.
    response: Window
    #: What silence does: the request is granted, or the platform takes over.
    silence: Literal["granted", "platform"]
    #: How much longer once a seller asked for it, with a reason; no longer than `response`.
    extension: Window | None = None


class Buyer(Struct, frozen=True, kw_only=True):
    #: To accept, counter, escalate or answer.
    response: Window


class Platform(Struct, frozen=True, kw_only=True):
    #: To its own proposal, from taking over.
    proposal: Window
    #: To its ruling, from taking over.
    ruling: Window
    #: For a party to give the evidence asked for; the platform's clock stands still.
    evidence: Window


class Appeal(Struct, frozen=True, kw_only=True):
    #: From the ruling.
    window: Window
    #: Always true: a ruling is appealed once.
    once: bool


class Returns(Struct, frozen=True, kw_only=True):
    """Sending goods back."""

    #: From receiving the parcel and from the authorisation, the later.
    ship_back: Window
    #: From the return's delivery; silence accepts it.
    inspect: Window
    #: From shipping; a return that shows no sign by then goes to the platform.
    transit: Window
    #: How long before the end of `ship_back` the buyer is reminded.
    reminders: tuple[Window, ...]
    #: "by_ground": the seller where the goods are faulty, late or wrong, the buyer otherwise.
    paid_by: Literal["by_ground", "buyer", "seller"]
    original_packaging: bool


class Refund(Struct, frozen=True, kw_only=True):
    """When a refund is paid, from the claim; the law's term counts where it is earlier.

    `approve_above` is in whole units of the policy's currency: a debt above it is paid once a second person has
    approved it. A policy published without that line asks for nobody.
    The last two lines, left out, are four weeks and one.
    """

    not_before: Window
    not_after: Window
    approve_above: int | None = None
    #: From its payment; then the buyer is asked whether it came.
    confirm_after: Window = Window(28, Unit.DAYS)
    #: For the platform to say where a refund is that the buyer misses.
    trace: Window = Window(7, Unit.DAYS)


class Replacement(Struct, frozen=True, kw_only=True):
    """Sending goods again; the last line, left out, is two weeks."""

    #: From its being agreed, ruled or granted; the law's term counts where it is earlier.
    ship: Window
    #: From their sending; then the buyer is asked whether they came.
    confirm_after: Window = Window(14, Unit.DAYS)


class Closed(Struct, frozen=True, kw_only=True):
    reopen: Window


class Withdrawal(Struct, frozen=True, kw_only=True):
    """Taking a claim back."""

    undo: Window


class Offers(Struct, frozen=True, kw_only=True):
    """What is offered; a policy published without the last line offers no store credit."""

    expire: Window
    #: For how long store credit can be used, from its issue.
    credit_valid: Window | None = None


class GroundRules(Struct, frozen=True, kw_only=True):
    """What may be asked for on a ground, and what the buyer is asked to show."""

    remedies: tuple[str, ...]
    evidence: tuple[str, ...]


UNWRITTEN: Mapping[str, GroundRules] = {"change_of_mind": GroundRules(remedies=("refund",), evidence=())}
"""What a policy means that has no table for a ground: those published before the ground was there lack it, and what it
gives is the law's."""


class Policy(Struct, frozen=True, kw_only=True):
    """The rules of a marketplace, one version of them."""

    meta: Meta
    place: Place
    contact: Contact
    claim: Opening
    seller: Seller
    buyer: Buyer
    platform: Platform
    appeal: Appeal
    returns: Returns
    refund: Refund
    replacement: Replacement
    closed: Closed
    withdrawal: Withdrawal
    offers: Offers
    grounds: Mapping[str, GroundRules]

    @property
    def calendar(self) -> Calendar:
        """How the marketplace counts its days."""
        return Calendar(self.place.zone, self.place.country, self.place.subdivision)

    @property
    def label(self) -> str:
        """This version as traces keep it; `wording.trace.source_text` reads it."""
        return f"policy:{self.meta.name}:{self.meta.version}:{self.meta.published_on.isoformat()}"
