"""Who carries letters. Each provider that is called is a package of its own; all pass one contract suite.

A letter that was posted cannot be called back, and one posted twice is two notices. A call can be lost on its way there
or back: every try carries the letter's own key, and a provider whose memory of keys is shorter than the time that has
passed since the first try is never asked again by a machine.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from django.conf import settings
from msgspec import Struct

from recours.rules.money import Money
from recours.rules.posting import Step

PRINT_AT_HOME = "print_at_home"
"""The person prints the letter and takes it to the post office: a provider that nobody calls."""
MERCI_FACTEUR = "merci_facteur"
AUTOMATIC = (MERCI_FACTEUR,)
"""Those that a job calls."""


class Outcome(StrEnum):
    """What a provider says of a letter that was handed to it. `KNOWN`: it has had this key before."""

    ACCEPTED = "accepted"
    KNOWN = "known"
    REFUSED = "refused"


class Answer(Struct, frozen=True, kw_only=True):
    """`ref` is the provider's own number; `reason` why it was refused, in its words."""

    outcome: Outcome
    ref: str = ""
    price: Money | None = None
    reason: str = ""


class Quote(Struct, frozen=True, kw_only=True):
    """What a letter will cost; `has_tax` says whether the tax is in it."""

    price: Money
    has_tax: bool


class Order(Struct, frozen=True, kw_only=True):
    """What is asked: this PDF, to this address, once for this key. Both addresses as they are printed."""

    key: UUID
    content: bytes
    pages: int
    sender: tuple[str, ...]
    addressee: tuple[str, ...]


class Told(Struct, frozen=True, kw_only=True):
    """What a provider tells of a letter: `status` in its own words, `step` in ours where it is one.

    What it answers when it is asked has no day (`is_dated`): no step is taken from that.
    """

    key: UUID
    status: str
    at: dt.datetime
    step: Step | None = None
    ref: str = ""
    tracking: str = ""
    proof: bytes = b""
    is_dated: bool = True


class NoAnswer(Exception):
    """The call may have arrived or not: nothing is known of what became of it."""


class NotCarried(Exception):
    """The provider does not carry such a letter: nothing was sent."""


class Provider(Protocol):
    """A service that prints and posts letters."""

    name: str
    keys_last: dt.timedelta
    """How long it knows a key again."""

    def quote(self, order: Order) -> Quote | None:
        """Return the price, None where it does not say. Raises NoAnswer, NotCarried."""

    def submit(self, order: Order) -> Answer:
        """Hand a letter in. Raises NoAnswer, NotCarried.

        `REFUSED` says that this call sent nothing; only of a first call does it say that nothing was sent.
        """

    def cancel(self, ref: str) -> bool:
        """Ask for a letter not to be sent; whether it agreed, which is not whether it will go. Raises NoAnswer."""

    def status(self, key: UUID, ref: str) -> Told | None:
        """Return what it knows of a letter that it took, None for one that it does not know. Raises NoAnswer."""

    def proof(self, tracking: str, step: Step) -> bytes | None:
        """Return the post's document of a step, None while there is none. Raises NoAnswer."""


class UnknownProvider(Exception):
    """A letter names a provider that this installation does not have."""


def provider(name: str, *, seconds: float = 30) -> Provider:
    """Return a provider by its name; `seconds` is how long a call may take. Raises UnknownProvider."""
    from recours.posting.providers.merci_facteur.provider import MerciFacteur  # cycle: it implements this

    if name == MERCI_FACTEUR and is_set_up():
        return MerciFacteur(
            settings.MERCI_FACTEUR_SERVICE,
            settings.MERCI_FACTEUR_SECRET,
            settings.MERCI_FACTEUR_USER,
            address=settings.MERCI_FACTEUR_ADDRESS,
            seconds=seconds,
        )
    raise UnknownProvider(name)


def is_set_up() -> bool:
    """Whether letters can be posted for the person."""
    return bool(
        settings.MERCI_FACTEUR_SERVICE and settings.MERCI_FACTEUR_SECRET and settings.MERCI_FACTEUR_USER
    )
