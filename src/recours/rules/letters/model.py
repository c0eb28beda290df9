"""What a letter is made from, and what it is: values, free of layout."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from recours.rules.letters.address import Address, Shortened
from recours.rules.surcharge import Meter


class Kind(StrEnum):
    """Why one writes."""

    COMPLAINT = "complaint"
    DELIVER = "deliver"
    WITHDRAWAL = "withdrawal"
    CONFORMITY = "conformity"
    REFUND_OVERDUE = "refund_overdue"
    BANK = "bank"
    MEDIATOR = "mediator"


class Step(StrEnum):
    """A step of the ladder before the letter."""

    HELP_CENTRE = "help_centre"
    SELLER = "seller"
    DISPUTE = "dispute"
    SUPPORT = "support"


class Party(Struct, frozen=True, forbid_unknown_fields=True):
    """Who writes or is written to. `address` goes from the street to the town; `country` only abroad."""

    name: str
    address: tuple[str, ...]
    country: str | None = None
    email: str | None = None
    phone: str | None = None


class Fact(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that happened on a day, in the person's words."""

    on: date
    text: str


class Tried(Struct, frozen=True, forbid_unknown_fields=True):
    """A step that was tried on a day, and what came of it."""

    on: date
    step: Step
    text: str = ""


class Enclosure(Struct, frozen=True, forbid_unknown_fields=True):
    """A paper that goes with the letter; `file` names a picture or a PDF to be annexed."""

    title: str
    file: str | None = None


class Story(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that the person said. `amount` as people write it ("89,90"); what is not known is left out.

    `claimed_on`: the day of the withdrawal, or of the termination (`refund_of`). `complained_on`: of the first written
    complaint. `is_informed` is false for who was never told of the right to withdraw. `term_days` is the time given
    where the law has no number.
    """

    kind: Kind
    sender: Party
    addressee: Party
    place: str
    written_on: date
    marketplace: str = ""
    order_number: str = ""
    product: str = ""
    amount: str = ""
    currency: str = "EUR"
    story: str = ""
    wanted: str = ""
    ordered_on: date | None = None
    promised_on: date | None = None
    delivered_on: date | None = None
    sent_back_on: date | None = None
    claimed_on: date | None = None
    complained_on: date | None = None
    paid_on: date | None = None
    refund_of: str = "withdrawal"
    is_informed: bool = True
    is_outside_eea: bool = False
    term_days: int | None = None
    facts: tuple[Fact, ...] = ()
    tried: tuple[Tried, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()


class Letter(Struct, frozen=True, kw_only=True):
    """A letter, worded. Lists are in the order in which they are printed; `references` are terms and what they say."""

    kind: Kind
    sender: Address
    reach: tuple[str, ...]
    addressee: Address
    place_and_date: str
    sending: str
    subject: str
    references: tuple[tuple[str, str], ...]
    salutation: str
    opening: str
    facts: tuple[tuple[str, str], ...]
    story: str
    tried: tuple[tuple[str, str], ...]
    law: tuple[str, ...]
    demand: str
    follows: str
    closing: str
    signature: str
    enclosures: tuple[str, ...]


class Prepared(Struct, frozen=True, kw_only=True):
    """A letter, and what to show before it is printed: lines shortened, steps untried, articles to be checked."""

    letter: Letter
    shortened: tuple[Shortened, ...]
    untried: tuple[Step, ...]
    articles: tuple[str, ...]
    unverified: tuple[str, ...]
    meter: Meter | None = None
