"""What somebody wants to do to a claim. A command is a wish; `decide` turns it into events or refuses it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from recours.rules.lifecycle.claim import Actor, Claim, Declaration, Earlier, Opening, Pieces, Terms
from recours.rules.lifecycle.vocabulary import Act, AppealReason, DeadlineKind, Ground, Missing, Role
from recours.rules.money import Money


class Command(Struct, frozen=True, kw_only=True):
    """The part that all commands share: which act it is, and by whom."""

    act: ClassVar[Act]
    by: Actor


class ContactSeller(Command, frozen=True, kw_only=True):
    act = Act.CONTACT_SELLER
    opening: Opening


class OpenDispute(Command, frozen=True, kw_only=True):
    """Open a dispute: from nothing with `opening`, or on a claim that contacted the seller first, without."""

    act = Act.OPEN_DISPUTE
    opening: Opening | None = None


class WithdrawFromContract(Command, frozen=True, kw_only=True):
    """Use the right to change one's mind. Not to be confused with `Withdraw`, which gives a claim up."""

    act = Act.WITHDRAW_FROM_CONTRACT
    opening: Opening
    declaration: Declaration


class Accept(Command, frozen=True, kw_only=True):
    act = Act.ACCEPT


class Refuse(Command, frozen=True, kw_only=True):
    act = Act.REFUSE
    reasons: str


class MakeOffer(Command, frozen=True, kw_only=True):
    act = Act.MAKE_OFFER
    terms: Terms
    reasons: str = ""


class Propose(Command, frozen=True, kw_only=True):
    act = Act.PROPOSE
    terms: Terms
    reasons: str


class Ask(Command, frozen=True, kw_only=True):
    act = Act.ASK
    text: str


class ExtendResponse(Command, frozen=True, kw_only=True):
    """The seller takes more time to answer, once in the claim's life."""

    act = Act.EXTEND_RESPONSE
    reason: str


class Answer(Command, frozen=True, kw_only=True):
    """The seller's answer to a first message, or the buyer's to a seller's question."""

    act = Act.ANSWER
    text: str


class AcceptOffer(Command, frozen=True, kw_only=True):
    act = Act.ACCEPT_OFFER
    number: int


class RefuseOffer(Command, frozen=True, kw_only=True):
    act = Act.REFUSE_OFFER
    number: int
    reasons: str = ""


class Counter(Command, frozen=True, kw_only=True):
    act = Act.COUNTER
    terms: Terms
    text: str = ""


class Escalate(Command, frozen=True, kw_only=True):
    act = Act.ESCALATE
    reasons: str = ""


class ChangeGround(Command, frozen=True, kw_only=True):
    act = Act.CHANGE_GROUND
    ground: Ground
    explanation: str


class Take(Command, frozen=True, kw_only=True):
    act = Act.TAKE


class Assign(Command, frozen=True, kw_only=True):
    act = Act.ASSIGN
    agent: UUID


class Release(Command, frozen=True, kw_only=True):
    act = Act.RELEASE


class AskEvidence(Command, frozen=True, kw_only=True):
    act = Act.ASK_EVIDENCE
    of: Role
    text: str


class MergeInto(Command, frozen=True, kw_only=True):
    """Let a claim go on within another, `into`, given as it stands."""

    act = Act.MERGE_INTO
    into: Claim
    reason: str


class TakeIn(Command, frozen=True, kw_only=True):
    """Take in what another claim, `other`, was about, given as it stood before it was closed for that."""

    act = Act.TAKE_IN
    other: Claim
    reason: str


class Split(Command, frozen=True, kw_only=True):
    """Give the lines `lines` of a claim up to a claim of their own, `into`, which will bear `reference`."""

    act = Act.SPLIT
    lines: tuple[int, ...]
    into: UUID
    reference: str
    reason: str


class SplitOff(Command, frozen=True, kw_only=True):
    """Let the lines `lines` of `origin`, given as it stood before, be a claim of their own; `before` is its history."""

    act = Act.SPLIT_OFF
    origin: Claim
    lines: tuple[int, ...]
    claim_id: UUID
    reference: str
    reason: str
    before: tuple[Earlier, ...] = ()


class SealExhibit(Command, frozen=True, kw_only=True):
    """Hide exhibit "A-2" from one party or both. The desk goes on seeing it."""

    act = Act.SEAL_EXHIBIT
    exhibit: str
    hidden_from: tuple[Role, ...]
    reason: str


class RedactExhibit(Command, frozen=True, kw_only=True):
    """Show a copy instead of exhibit "A-2"; `copy` is the SHA-256 of the file that the agent made."""

    act = Act.REDACT_EXHIBIT
    exhibit: str
    copy: str
    reason: str


class RestoreExhibit(Command, frozen=True, kw_only=True):
    """Show exhibit "A-2" again as it came."""

    act = Act.RESTORE_EXHIBIT
    exhibit: str
    reason: str


class PrepareLetter(Command, frozen=True, kw_only=True):
    """Say that a letter was made; `letter` is its row, `sort` why one writes, `sha256` of its PDF."""

    act = Act.PREPARE_LETTER
    letter: UUID
    sort: str
    sha256: str


class PostLetter(Command, frozen=True, kw_only=True):
    """Say that a letter was handed in to the post, in which way, under which number."""

    act = Act.POST_LETTER
    letter: UUID
    posted_on: dt.date
    provider: str
    tracking: str = ""


class FollowLetter(Command, frozen=True, kw_only=True):
    """Say what became of a letter that was posted; `step` is a `posting.Step`."""

    act = Act.FOLLOW_LETTER
    letter: UUID
    step: str
    on: dt.date


class CorrectLetter(Command, frozen=True, kw_only=True):
    """Say that a step of a letter was told wrong: it was another day (`on`), or it did not happen (None)."""

    act = Act.CORRECT_LETTER
    letter: UUID
    step: str
    was: dt.date
    on: dt.date | None = None


class NoteQuietLetter(Command, frozen=True, kw_only=True):
    """Say that nothing has been heard of a letter since a day; `standing` is a `posting.Standing`, or "submitted"."""

    act = Act.NOTE_QUIET_LETTER
    letter: UUID
    side: Role
    standing: str
    since: dt.date


class RegisterLetter(Command, frozen=True, kw_only=True):
    """Say that a letter came; `exhibit` is its scan, `sender` whose it is. `corrects`: its days were told wrong."""

    act = Act.REGISTER_LETTER
    exhibit: str
    sender: Role
    received_on: dt.date
    presented_on: dt.date | None = None
    corrects: bool = False


class GiveEvidence(Command, frozen=True, kw_only=True):
    act = Act.GIVE_EVIDENCE
    text: str


class Rule(Command, frozen=True, kw_only=True):
    """Decide: grant `terms`, or reject with none. `rule` names the line of the policy or the article applied."""

    act = Act.RULE
    rule: str
    reasons: str
    terms: Terms | None = None


class AppealRuling(Command, frozen=True, kw_only=True):
    act = Act.APPEAL
    reason: AppealReason
    text: str


class ShipReturn(Command, frozen=True, kw_only=True):
    """The goods left. `sure` says that a number which looks wrong was read again, and is what the receipt says."""

    act = Act.SHIP_RETURN
    shipped_on: dt.date
    carrier: str
    tracking: str
    sent: tuple[Pieces, ...] = ()
    sure: bool = False


class CorrectTracking(Command, frozen=True, kw_only=True):
    """The number of a return that is on its way was typed wrongly. `sure` as in ShipReturn."""

    act = Act.CORRECT_TRACKING
    carrier: str
    tracking: str
    sure: bool = False


class RecordReturnArrival(Command, frozen=True, kw_only=True):
    """The return is there. `condition` is what the parcel looked like from outside, where there is something to say."""

    act = Act.RECORD_RETURN_ARRIVAL
    arrived_on: dt.date
    condition: str = ""


class ReportReturnRefused(Command, frozen=True, kw_only=True):
    """The carrier brought the return, and the seller did not take it."""

    act = Act.REPORT_RETURN_REFUSED
    refused_on: dt.date
    text: str


class ReportReturnLost(Command, frozen=True, kw_only=True):
    """The carrier lost the return, or knows nothing of it any more."""

    act = Act.REPORT_RETURN_LOST
    text: str


class AcceptReturn(Command, frozen=True, kw_only=True):
    act = Act.ACCEPT_RETURN


class ContestReturn(Command, frozen=True, kw_only=True):
    """What came back is not as agreed; `came` counts the pieces, where some are missing."""

    act = Act.CONTEST_RETURN
    reasons: str
    came: tuple[Pieces, ...] = ()


class ShipReplacement(Command, frozen=True, kw_only=True):
    act = Act.SHIP_REPLACEMENT
    carrier: str
    tracking: str
    sure: bool = False


class ConfirmReplacement(Command, frozen=True, kw_only=True):
    """The goods that were sent again came."""

    act = Act.CONFIRM_REPLACEMENT


class ReportReplacementMissing(Command, frozen=True, kw_only=True):
    """The goods that were sent again did not come, or came wrong."""

    act = Act.REPORT_REPLACEMENT_MISSING
    text: str


class PayRefund(Command, frozen=True, kw_only=True):
    """A provider said that the money reached the buyer."""

    act = Act.PAY_REFUND
    amount: Money
    refund_id: UUID


class ReverseRefund(Command, frozen=True, kw_only=True):
    """A provider said that money which had been paid came back to the marketplace."""

    act = Act.REVERSE_REFUND
    amount: Money
    refund_id: UUID
    reason: str = ""


class IssueCredit(Command, frozen=True, kw_only=True):
    """The store credit that the buyer accepted was made; its code is no part of the claim."""

    act = Act.ISSUE_CREDIT
    amount: Money
    refund_id: UUID
    expires_at: dt.datetime


class VoidCredit(Command, frozen=True, kw_only=True):
    """Store credit that nobody has used was taken back by the desk."""

    act = Act.VOID_CREDIT
    amount: Money
    refund_id: UUID
    reason: str


class OpenChargeback(Command, frozen=True, kw_only=True):
    """The buyer's bank takes a payment of this claim back, for as long as it looks into it."""

    act = Act.OPEN_CHARGEBACK
    amount: Money
    chargeback_id: UUID


class WinChargeback(Command, frozen=True, kw_only=True):
    """The bank left the payment to the marketplace."""

    act = Act.WIN_CHARGEBACK
    chargeback_id: UUID


class LoseChargeback(Command, frozen=True, kw_only=True):
    """The bank gave the buyer their money back; `amount` is what of it this claim is about, none below zero."""

    act = Act.LOSE_CHARGEBACK
    amount: Money
    chargeback_id: UUID


class ConfirmRefund(Command, frozen=True, kw_only=True):
    """The buyer has the money."""

    act = Act.CONFIRM_REFUND


class ReportRefundMissing(Command, frozen=True, kw_only=True):
    """The buyer does not have the money, or not all of it: `arrived` is what came where less did."""

    act = Act.REPORT_REFUND_MISSING
    missing: Missing
    arrived: Money | None = None
    text: str = ""


class TraceRefund(Command, frozen=True, kw_only=True):
    """The desk looked where the money is, and says so."""

    act = Act.TRACE_REFUND
    text: str


class Withdraw(Command, frozen=True, kw_only=True):
    act = Act.WITHDRAW
    reason: str = ""


class UndoWithdrawal(Command, frozen=True, kw_only=True):
    act = Act.UNDO_WITHDRAWAL


class MarkSolved(Command, frozen=True, kw_only=True):
    act = Act.MARK_SOLVED


class Reopen(Command, frozen=True, kw_only=True):
    act = Act.REOPEN
    reasons: str


class Elapse(Struct, frozen=True, kw_only=True):
    """Time ran out on a deadline. The act depends on the deadline's kind."""

    kind: DeadlineKind
    due_at: dt.datetime
    by: Actor
