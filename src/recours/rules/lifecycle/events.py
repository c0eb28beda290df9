"""What happened to a claim, in the past tense. Events are appended, never changed; a claim is nothing but their sum.

Every event says when it took effect and who did it. One that moves the claim names the state it moves `to`; one
that changes what is due carries the new `deadlines` whole, with their traces, so that a promise is recorded as it
was made and a later change of policy or law cannot rewrite it.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from msgspec import Struct

from recours.rules.lifecycle.claim import (
    Actor,
    ClaimedLine,
    Deadline,
    Declaration,
    Earlier,
    Offer,
    Opening,
    Pieces,
    Running,
    Terms,
)
from recours.rules.lifecycle.vocabulary import (
    AppealReason,
    GrantBasis,
    Ground,
    Missing,
    Resolution,
    Role,
    State,
)
from recours.rules.money import Money


class Event(Struct, frozen=True, kw_only=True, tag=True, tag_field="kind", omit_defaults=True):
    """The part that all events share."""

    at: dt.datetime
    by: Actor
    to: State | None = None
    deadlines: tuple[Deadline, ...] | None = None
    return_to: str = ""
    """Where goods go back to, as it was given: on the event that authorises the return, or that says they left."""


class Granted(Event, frozen=True, kw_only=True):
    """Base of the events that make a remedy owed."""

    terms: Terms
    basis: GrantBasis


class SellerContacted(Event, frozen=True, kw_only=True):
    """The buyer wrote to the seller before opening a dispute."""

    opening: Opening


class DisputeOpened(Event, frozen=True, kw_only=True):
    """The claim was formally opened: as its birth (`opening`), or after the seller was contacted (no `opening`)."""

    opening: Opening | None = None


class ContractWithdrawn(Event, frozen=True, kw_only=True):
    """The buyer withdrew from the contract; nobody's consent is needed, and no reason is given.

    Its hash seals the declaration: what was declared, by whom, and when.
    """

    opening: Opening
    declaration: Declaration


class SellerAnswered(Event, frozen=True, kw_only=True):
    """The seller answered the buyer's first message; the dispute may be opened at once."""

    text: str


class RequestAccepted(Granted, frozen=True, kw_only=True):
    """The seller accepted what the buyer asks for."""


class RequestRefused(Event, frozen=True, kw_only=True):
    """The seller refused, with reasons."""

    reasons: str


class OfferMade(Event, frozen=True, kw_only=True):
    """A party, or the platform, proposed a remedy."""

    number: int
    terms: Terms
    expires_at: dt.datetime
    reasons: str = ""


class OfferApproved(Event, frozen=True, kw_only=True):
    """One of two parties accepted the platform's proposal; it binds when the other does too."""

    number: int


class OfferAccepted(Granted, frozen=True, kw_only=True):
    """An offer was accepted by all who had to."""

    number: int


class OfferRefused(Event, frozen=True, kw_only=True):
    number: int
    reasons: str = ""


class QuestionAsked(Event, frozen=True, kw_only=True):
    """The seller asked the buyer for something before answering."""

    text: str


class QuestionAnswered(Event, frozen=True, kw_only=True):
    text: str


class ResponseExtended(Event, frozen=True, kw_only=True):
    """The seller took the more time to answer that the policy gives once; the buyer reads why."""

    reason: str


class RequestChanged(Event, frozen=True, kw_only=True):
    """The buyer asks for something else: a counter-proposal."""

    terms: Terms
    text: str = ""


class Escalated(Event, frozen=True, kw_only=True):
    """A party brought the claim before the platform."""

    reasons: str = ""


class GroundChanged(Event, frozen=True, kw_only=True):
    """The claim goes on under another ground, history intact."""

    ground: Ground
    explanation: str


class Assigned(Event, frozen=True, kw_only=True):
    agent: UUID


class Released(Event, frozen=True, kw_only=True):
    """The agent gave the claim back to the queue."""


class ClaimMerged(Event, frozen=True, kw_only=True):
    """The claim goes on within another, which bears this reference and has taken in what it was about."""

    into: UUID
    reference: str
    reason: str


class ClaimTakenIn(Event, frozen=True, kw_only=True):
    """What another claim was about is now this one's: its lines, and what was disputed and wanted there."""

    claim: UUID
    reference: str
    reason: str
    lines: tuple[ClaimedLine, ...]
    shipping: Money | None = None
    disputed: Money
    amount: Money | None = None


class ClaimSplit(Event, frozen=True, kw_only=True):
    """A part of the claim goes on in a claim of its own: its lines, and what was disputed and wanted for them."""

    into: UUID
    reference: str
    reason: str
    lines: tuple[ClaimedLine, ...]
    disputed: Money
    amount: Money | None = None


class ClaimSplitOff(Event, frozen=True, kw_only=True):
    """A claim was born of a part of another: what runs there runs on here, and what happened there happened before."""

    opening: Opening
    origin: UUID
    reference: str
    reason: str
    running: Running
    before: tuple[Earlier, ...] = ()


class ExhibitSealed(Event, frozen=True, kw_only=True):
    """The parties named no longer see an exhibit. It is kept, and can be shown again."""

    exhibit: str
    hidden_from: tuple[Role, ...]
    reason: str


class ExhibitRedacted(Event, frozen=True, kw_only=True):
    """A copy is shown instead of an exhibit; `copy` is its SHA-256 as the agent sent it."""

    exhibit: str
    copy: str
    reason: str


class ExhibitRestored(Event, frozen=True, kw_only=True):
    """An exhibit is shown again as it came."""

    exhibit: str
    reason: str


class LetterPrepared(Event, frozen=True, kw_only=True):
    """A letter was written from the claim; `sha256` seals its PDF, `sort` is why one writes."""

    letter: UUID
    sort: str
    sha256: str


class LetterPosted(Event, frozen=True, kw_only=True):
    """A letter was handed in to the post."""

    letter: UUID
    posted_on: dt.date
    provider: str
    tracking: str = ""


class LetterFollowed(Event, frozen=True, kw_only=True):
    """What became of a letter: presented, received, refused, unclaimed or returned (a `posting.Step`), and when."""

    letter: UUID
    step: str
    on: dt.date


class LetterCorrected(Event, frozen=True, kw_only=True):
    """A step of a letter was told wrong: it was another day, or (`on` is None) it did not happen."""

    letter: UUID
    step: str
    was: dt.date
    on: dt.date | None = None


class LetterWentQuiet(Event, frozen=True, kw_only=True):
    """Nothing has been heard of a letter since a day: from the post, or ("submitted") from who was to post it."""

    letter: UUID
    side: Role
    standing: str
    since: dt.date


class LetterRegistered(Event, frozen=True, kw_only=True):
    """A letter came to the platform by post; its scan is an exhibit of who sent it. `corrects`: other days."""

    exhibit: str
    sender: Role
    received_on: dt.date
    presented_on: dt.date | None = None
    corrects: bool = False


class EvidenceRequested(Event, frozen=True, kw_only=True):
    """The agent asks one party for evidence; the platform's clock stands still."""

    of: Role
    text: str


class EvidenceGiven(Event, frozen=True, kw_only=True):
    """The asked party answered; the platform's clock runs again."""

    text: str


class RulingMade(Event, frozen=True, kw_only=True):
    """The platform decided. On an appeal the ruling is final and moves straight to what it orders."""

    rule: str
    reasons: str
    terms: Terms | None = None
    resolution: Resolution | None = None


class RulingAppealed(Event, frozen=True, kw_only=True):
    reason: AppealReason
    text: str


class ReturnShipped(Event, frozen=True, kw_only=True):
    """`looks` is what the number's own shape said of it (a `tracking.Verdict`); empty before numbers were checked."""

    shipped_on: dt.date
    carrier: str
    tracking: str
    looks: str = ""
    sent: tuple[Pieces, ...] = ()
    amount: Money | None = None
    """What is owed for a part of the goods, where only a part was sent; empty leaves what was agreed."""


class ReturnTrackingCorrected(Event, frozen=True, kw_only=True):
    """The number of a return was typed wrongly; the day it left on stays, and the first number in its own event."""

    carrier: str
    tracking: str
    looks: str = ""


class ReturnArrived(Event, frozen=True, kw_only=True):
    arrived_on: dt.date
    condition: str = ""


class ReturnRefused(Event, frozen=True, kw_only=True):
    """The seller did not take the return from its carrier: it counts as arrived on that day."""

    refused_on: dt.date
    text: str


class ReturnReportedLost(Event, frozen=True, kw_only=True):
    """Somebody knows that the return is lost; the platform looks into it."""

    text: str


class ReturnAccepted(Event, frozen=True, kw_only=True):
    """The seller inspected the goods and is content."""


class ReturnContested(Event, frozen=True, kw_only=True):
    """`offer` is the refund of the pieces that came, which the buyer may accept instead of waiting for a ruling."""

    reasons: str
    came: tuple[Pieces, ...] = ()
    offer: Offer | None = None


class ReplacementShipped(Event, frozen=True, kw_only=True):
    carrier: str
    tracking: str
    looks: str = ""
    resolution: Resolution


class ReplacementConfirmed(Event, frozen=True, kw_only=True):
    """The buyer says that the goods came."""


class ReplacementReportedMissing(Event, frozen=True, kw_only=True):
    """The buyer says that the goods did not come, or came wrong: the platform decides what is owed now."""

    text: str


class RefundPaid(Event, frozen=True, kw_only=True):
    """A refund reached the buyer, as its provider said. Closes the claim when nothing is left to pay."""

    amount: Money
    refund_id: UUID
    resolution: Resolution | None = None


class RefundReversed(Event, frozen=True, kw_only=True):
    """Money that had been paid came back to the marketplace: it is owed again."""

    amount: Money
    refund_id: UUID
    reason: str = ""


class CreditIssued(Event, frozen=True, kw_only=True):
    """The buyer has the store credit that they accepted, until `expires_at` (exclusive). Closes the claim when that is
    all that was agreed.
    """

    amount: Money
    refund_id: UUID
    expires_at: dt.datetime
    resolution: Resolution | None = None


class CreditVoided(Event, frozen=True, kw_only=True):
    """The desk took back store credit that nobody had used: the platform says what is owed instead."""

    amount: Money
    refund_id: UUID
    reason: str


class ChargebackOpened(Event, frozen=True, kw_only=True):
    """The buyer's bank looks into a payment: what goes back to it stands still meanwhile."""

    amount: Money
    chargeback_id: UUID


class ChargebackWon(Event, frozen=True, kw_only=True):
    """The bank left the payment to the marketplace; what was owed is owed as before."""

    chargeback_id: UUID


class ChargebackLost(Event, frozen=True, kw_only=True):
    """The buyer has `amount` of what this claim is about back, from their bank."""

    amount: Money
    chargeback_id: UUID
    resolution: Resolution | None = None


class RefundConfirmed(Event, frozen=True, kw_only=True):
    """The buyer says that the money came."""


class RefundReportedMissing(Event, frozen=True, kw_only=True):
    """The buyer says that the money did not come, or not all of it; the platform looks for it."""

    missing: Missing
    arrived: Money | None = None
    text: str = ""


class RefundTraced(Event, frozen=True, kw_only=True):
    """The platform looked for the money and told the buyer what it found."""

    text: str


class ClaimWithdrawn(Event, frozen=True, kw_only=True):
    reason: str = ""


class WithdrawalUndone(Event, frozen=True, kw_only=True):
    """The claim goes on where it was; its windows are longer by the time it was withdrawn."""


class ProblemSolved(Event, frozen=True, kw_only=True):
    """The buyer says that all is well."""


class ClaimReopened(Event, frozen=True, kw_only=True):
    reasons: str


class Silence(Event, frozen=True, kw_only=True):
    """Base of what the clock did: dated at the instant the deadline fell due, whenever the worker ran."""


class ContactUnanswered(Silence, frozen=True, kw_only=True):
    """The seller did not answer the first message in time; the dispute may be opened."""


class GrantedBySilence(Granted, frozen=True, kw_only=True):
    """The seller did not answer the dispute in time; the buyer gets what they asked for."""


class EscalatedBySilence(Silence, frozen=True, kw_only=True):
    """Somebody whose turn it was did not act in time; the platform decides."""


class ProposalOverdue(Silence, frozen=True, kw_only=True):
    """The platform promised a proposal by now and made none."""


class RulingOverdue(Silence, frozen=True, kw_only=True):
    """The platform promised a ruling by now and made none; nothing is decided by the clock."""


class EvidenceRequestLapsed(Silence, frozen=True, kw_only=True):
    """The asked party sent nothing in time; the platform goes on without."""


class RulingBecameFinal(Silence, frozen=True, kw_only=True):
    """Nobody appealed in time."""

    resolution: Resolution | None = None


class ShipBackReminded(Silence, frozen=True, kw_only=True):
    days_left: int


class ReturnLapsed(Silence, frozen=True, kw_only=True):
    """The goods were not sent back in time."""


class ReturnLost(Silence, frozen=True, kw_only=True):
    """The return was shipped, and nobody saw it arrive; the platform looks into it."""


class ReturnAcceptedBySilence(Silence, frozen=True, kw_only=True):
    """The seller did not inspect the return in time."""


class RefundBecameOverdue(Silence, frozen=True, kw_only=True):
    """The latest date of the refund passed; the claim stays due and the meter runs."""


class RefundCheckAsked(Silence, frozen=True, kw_only=True):
    """Four weeks after the refund was paid, the buyer is asked whether it came; silence changes nothing."""


class RefundTraceOverdue(Silence, frozen=True, kw_only=True):
    """The platform promised to say by now where a missing refund is, and did not."""


class ReplacementTermPassed(Silence, frozen=True, kw_only=True):
    """The law's term to bring goods into conformity passed without their being sent again; the seller's days under the
    policy go on, and the buyer need not wait for their end."""


class ReplacementOverdue(Silence, frozen=True, kw_only=True):
    """The seller did not ship again in time; the platform decides."""


class ReplacementCheckAsked(Silence, frozen=True, kw_only=True):
    """The goods that were sent again should be there by now, and the buyer is asked; silence changes nothing."""


AnyEvent = (
    SellerContacted
    | DisputeOpened
    | ContractWithdrawn
    | SellerAnswered
    | RequestAccepted
    | RequestRefused
    | OfferMade
    | OfferApproved
    | OfferAccepted
    | OfferRefused
    | QuestionAsked
    | QuestionAnswered
    | ResponseExtended
    | RequestChanged
    | Escalated
    | GroundChanged
    | Assigned
    | Released
    | ClaimMerged
    | ClaimTakenIn
    | ClaimSplit
    | ClaimSplitOff
    | ExhibitSealed
    | ExhibitRedacted
    | ExhibitRestored
    | LetterPrepared
    | LetterPosted
    | LetterFollowed
    | LetterCorrected
    | LetterWentQuiet
    | LetterRegistered
    | EvidenceRequested
    | EvidenceGiven
    | RulingMade
    | RulingAppealed
    | ReturnShipped
    | ReturnTrackingCorrected
    | ReturnArrived
    | ReturnRefused
    | ReturnReportedLost
    | ReturnAccepted
    | ReturnContested
    | ReplacementShipped
    | ReplacementConfirmed
    | ReplacementReportedMissing
    | RefundPaid
    | RefundReversed
    | CreditIssued
    | CreditVoided
    | ChargebackOpened
    | ChargebackWon
    | ChargebackLost
    | RefundConfirmed
    | RefundReportedMissing
    | RefundTraced
    | ClaimWithdrawn
    | WithdrawalUndone
    | ProblemSolved
    | ClaimReopened
    | ContactUnanswered
    | GrantedBySilence
    | EscalatedBySilence
    | ProposalOverdue
    | RulingOverdue
    | EvidenceRequestLapsed
    | RulingBecameFinal
    | ShipBackReminded
    | ReturnLapsed
    | ReturnLost
    | ReturnAcceptedBySilence
    | RefundBecameOverdue
    | RefundCheckAsked
    | RefundTraceOverdue
    | ReplacementTermPassed
    | ReplacementOverdue
    | ReplacementCheckAsked
)
