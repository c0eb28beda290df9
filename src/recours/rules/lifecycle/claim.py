"""A claim as the rules see it: an immutable snapshot that is wholly made by replaying its events."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from msgspec import Struct

from recours.rules.lifecycle.vocabulary import (
    About,
    Act,
    AppealReason,
    DeadlineKind,
    GrantBasis,
    Ground,
    Remedy,
    Resolution,
    Role,
    State,
)
from recours.rules.money import Money
from recours.rules.windows import Pause, TraceStep


class Actor(Struct, frozen=True):
    """Who acts, in which role; `id` is the user's, and empty for the clock and the marketplace's own systems."""

    role: Role
    id: UUID | None = None


CLOCK = Actor(Role.CLOCK)
MARKETPLACE = Actor(Role.MARKETPLACE)


class Terms(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one side proposes: a refund of `amount`, or the goods again, with or without sending the first back."""

    remedy: Remedy
    amount: Money | None = None
    goods_return: bool = False
    return_paid_by: Role | None = None


class ClaimedLine(Struct, frozen=True, kw_only=True):
    """A line of the order under claim; `paid` is what was captured for `quantity` and not yet refunded."""

    line_id: int
    title: str
    quantity: int
    paid: Money


class FirstContact(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was tried before the dispute: when the seller was written to, and whether they answered.

    All instants in UTC; `answer_due_at` is exclusive.
    """

    at: dt.datetime
    answer_due_at: dt.datetime
    answered_at: dt.datetime | None = None

    def is_over(self, now: dt.datetime) -> bool:
        """Whether the seller has answered, or has had the time to."""
        return self.answered_at is not None or now >= self.answer_due_at


class Opening(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything a claim is born with. `disputed` is the most that can be refunded: lines, and shipping when due."""

    claim_id: UUID
    reference: str
    about: About
    ground: Ground
    lines: tuple[ClaimedLine, ...] = ()
    shipping: Money | None = None
    disputed: Money
    wanted: Terms
    explanation: str
    policy_version: int
    country: str
    ordered_on: dt.date | None = None
    promised_on: dt.date | None = None
    delivered_on: dt.date | None = None
    contact: FirstContact | None = None
    """The messages that came before, where there were any: the claim takes their conversation in."""
    untold: bool = False
    """The marketplace says that this buyer was not told of the right to withdraw, which lengthens it (art. L221-20)."""


class Declaration(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a buyer declares to withdraw from a contract: who they are, where the acknowledgement goes, and the words.

    `text` is the whole declaration in the language it was made in, and `zone` the time zone that its date and time are
    given in. `contests_exclusion`: the seller says that goods of it are excluded, and the buyer says that they are not.
    """

    name: str
    email: str
    text: str
    zone: str
    contests_exclusion: bool = False


class Offer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A remedy proposed by the seller, or by the platform (then both parties must accept). Void from `expires_at`."""

    number: int
    by: Role
    terms: Terms
    made_at: dt.datetime
    expires_at: dt.datetime
    reasons: str = ""
    accepted_by: tuple[Role, ...] = ()
    refused_by: tuple[Role, ...] = ()

    def is_open(self, now: dt.datetime) -> bool:
        return not self.refused_by and now < self.expires_at


class Deadline(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who must act, by when (UTC, exclusive), on what basis, what the clock does `otherwise`, and how it was counted.

    `rule` names the line of the policy or the article; `days_left` is only set on reminders.
    """

    kind: DeadlineKind
    party: Role
    due_at: dt.datetime
    otherwise: Act
    rule: str
    trace: tuple[TraceStep, ...]
    days_left: int | None = None


class EvidenceRequest(Struct, frozen=True, kw_only=True):
    """An agent's question to one party; the platform's own clock stands still until it is answered or lapses."""

    of: Role
    text: str
    asked_at: dt.datetime


class Ruling(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The platform's reasoned decision; `terms` is empty when the claim is rejected."""

    by: UUID | None
    made_at: dt.datetime
    rule: str
    reasons: str
    terms: Terms | None = None


class Appeal(Struct, frozen=True, kw_only=True):
    """The one appeal of a claim, and the agent whose ruling it contests."""

    by: Role
    at: dt.datetime
    reason: AppealReason
    first_agent: UUID | None


class Pieces(Struct, frozen=True, kw_only=True):
    """So many pieces of one line of the claim."""

    line_id: int
    quantity: int


class ReturnTrip(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Goods on the way back.

    `sent` is what the buyer put into the parcel, and `came` what the seller found in it; both are empty for all that
    is claimed. `looks` is what the number's shape said of it. A parcel that the seller refused counts as arrived on
    that day, and `refused` says so. `address` is where they go, as it was given to the buyer; empty in histories of
    before it was recorded, and while none was known.
    """

    authorised_at: dt.datetime
    address: str = ""
    shipped_on: dt.date | None = None
    carrier: str = ""
    tracking: str = ""
    looks: str = ""
    sent: tuple[Pieces, ...] = ()
    arrived_on: dt.date | None = None
    refused: bool = False
    condition: str = ""
    came: tuple[Pieces, ...] = ()


class Seal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is withheld of one exhibit: from whom it is hidden, or which copy (SHA-256) is shown instead."""

    exhibit: str
    hidden_from: tuple[Role, ...] = ()
    copy: str = ""


class Withdrawal(Struct, frozen=True, kw_only=True):
    """A withdrawal that can still be undone, and what it would go back to."""

    at: dt.datetime
    state: State
    state_since: dt.datetime


class Chargeback(Struct, frozen=True, kw_only=True):
    """A payment of this claim that the buyer's bank is looking into."""

    id: UUID
    opened_at: dt.datetime
    amount: Money


PAID_OUT = frozenset({Resolution.REFUNDED, Resolution.PARTLY_REFUNDED, Resolution.GRANTED_BY_SILENCE})
"""Endings that say that all which was agreed has been paid."""

REMINDERS = frozenset(
    {DeadlineKind.SHIP_BACK_REMINDER, DeadlineKind.REFUND_CHECK, DeadlineKind.REPLACEMENT_CHECK}
)
"""Kinds for which nobody waits: the clock says something then, and decides nothing."""


class Earlier(Struct, frozen=True, kw_only=True):
    """One step of a claim, before a part of it became a claim of its own: the event's name, when, and by whom."""

    kind: str
    at: dt.datetime
    by: Role


class Running(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What runs on in a claim that was split off from another: since when, what stood still, and what was said."""

    opened_at: dt.datetime
    state_since: dt.datetime
    disputed_formally: bool = False
    seller_answered: bool = False
    extended_at: dt.datetime | None = None
    pauses: tuple[Pause, ...] = ()
    fired: tuple[str, ...] = ()
    assigned_to: UUID | None = None


class RefundCheck(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the buyer was asked after a refund was paid, and said; `missing_since` while the platform owes an answer."""

    asked_at: dt.datetime | None = None
    confirmed_at: dt.datetime | None = None
    missing_since: dt.datetime | None = None


class Claim(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One complaint of a buyer, at one moment of its life.

    `pauses` and `fired` concern the present state only. `seq` is the number of the last event applied.
    `paid_before` is what had been refunded when `agreed` was agreed: a claim that is opened again owes anew.
    `credited` is the part of `refunded` that the buyer accepted as store credit. `extended_at` is when the seller took
    more time to answer: it lengthens the turn in which that was, and is never given twice.
    """

    opening: Opening
    opened_at: dt.datetime
    seq: int
    state: State
    state_since: dt.datetime
    ground: Ground
    wanted: Terms
    disputed: Money
    refunded: Money
    disputed_formally: bool = False
    seller_answered: bool = False
    seller_asked: bool = False
    extended_at: dt.datetime | None = None
    offers: tuple[Offer, ...] = ()
    request: EvidenceRequest | None = None
    pauses: tuple[Pause, ...] = ()
    fired: tuple[str, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    agreed: Terms | None = None
    basis: GrantBasis | None = None
    paid_before: Money | None = None
    ruling: Ruling | None = None
    appeal: Appeal | None = None
    assigned_to: UUID | None = None
    trip: ReturnTrip | None = None
    withdrawal: Withdrawal | None = None
    resolution: Resolution | None = None
    reason: str = ""
    closed_at: dt.datetime | None = None
    refund_overdue: bool = False
    chargebacks: tuple[Chargeback, ...] = ()
    seals: tuple[Seal, ...] = ()
    refund_check: RefundCheck | None = None
    replacement_came_at: dt.datetime | None = None
    credited: Money | None = None
    merged_into: str = ""
    """The reference of the claim within which it goes on."""
    took_in: tuple[str, ...] = ()
    """The references of the claims that go on within this one."""
    split_from: str = ""
    """The reference of the claim that it was a part of."""
    split_into: tuple[str, ...] = ()
    """The references of the claims that were parts of this one."""

    @property
    def reference(self) -> str:
        return self.opening.reference

    @property
    def comes_from(self) -> str:
        """The claim that it was a part of; empty where the two are one again, whichever took the other in."""
        return self.split_from if self.split_from not in (self.merged_into, *self.took_in) else ""

    @property
    def goes_on_in(self) -> tuple[str, ...]:
        """The claims that were parts of this one and are not one with it again."""
        return tuple(one for one in self.split_into if one not in (self.merged_into, *self.took_in))

    @property
    def has_seller(self) -> bool:
        """Whether a seller is a party: claims about the marketplace's own doing have none."""
        return not self.ground.concerns_marketplace and self.opening.about is About.ORDER

    @property
    def was_refunded(self) -> bool:
        """Whether it ended with money that was sent to the buyer, however it came to be owed."""
        return self.resolution in PAID_OUT and self.refunded_in_money.is_positive

    @property
    def refunded_in_money(self) -> Money:
        """What was sent to the buyer, without what they accepted as store credit."""
        return self.refunded - self.credited if self.credited else self.refunded

    @property
    def due_at(self) -> dt.datetime | None:
        """The next instant (UTC) at which silence does something; None when nothing depends on the clock."""
        return min((deadline.due_at for deadline in self.deadlines), default=None)

    @property
    def next_deadline(self) -> Deadline | None:
        """The deadline a reader is waiting for: the earliest that is not a mere reminder."""
        real = [d for d in self.deadlines if d.kind not in REMINDERS]
        return min(real, key=lambda deadline: deadline.due_at, default=None)

    def seal(self, exhibit: str) -> Seal | None:
        return next((seal for seal in self.seals if seal.exhibit == exhibit), None)

    def offer(self, number: int) -> Offer | None:
        return next((offer for offer in self.offers if offer.number == number), None)
