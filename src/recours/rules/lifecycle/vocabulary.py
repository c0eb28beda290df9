"""The words of a claim's life, one per thing, the same in code, database, addresses and API (docs: the words)."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a claim stands; each state has exactly one answer to "whose turn is it?"."""

    CONTACTING_SELLER = "contacting_seller"
    WITH_SELLER = "with_seller"
    WITH_BUYER = "with_buyer"
    WITH_PLATFORM = "with_platform"
    RULED = "ruled"
    AWAITING_RETURN = "awaiting_return"
    RETURN_IN_TRANSIT = "return_in_transit"
    REFUND_DUE = "refund_due"
    REPLACEMENT_DUE = "replacement_due"
    CLOSED = "closed"


class Role(StrEnum):
    """Who acts. `MARKETPLACE` is the operator as payer; `CLOCK` is time running out."""

    BUYER = "buyer"
    SELLER = "seller"
    AGENT = "agent"
    MARKETPLACE = "marketplace"
    CLOCK = "clock"


class Ground(StrEnum):
    """Why a buyer claims."""

    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    NOT_AS_DESCRIBED = "not_as_described"
    WRONG_ITEM = "wrong_item"
    LOST = "lost"
    LATE = "late"
    UNAUTHORISED_CHARGE = "unauthorised_charge"
    OVERCHARGE = "overcharge"
    PAYMENT_ERROR = "payment_error"
    TECHNICAL_FAULT = "technical_fault"
    CHANGE_OF_MIND = "change_of_mind"
    """No complaint: the buyer withdraws from the contract, without a reason. Born by its own act, and by no other."""

    @property
    def concerns_marketplace(self) -> bool:
        """Payment troubles and technical faults are the platform's to answer, not the seller's."""
        return self in MARKETPLACE_GROUNDS

    @property
    def goods_received(self) -> bool:
        """The buyer holds the goods, so a return may be asked for."""
        return self in RECEIVED_GROUNDS


MARKETPLACE_GROUNDS = frozenset(
    {Ground.UNAUTHORISED_CHARGE, Ground.OVERCHARGE, Ground.PAYMENT_ERROR, Ground.TECHNICAL_FAULT}
)
RECEIVED_GROUNDS = frozenset(
    {
        Ground.DAMAGED,
        Ground.DEFECTIVE,
        Ground.NOT_AS_DESCRIBED,
        Ground.WRONG_ITEM,
        Ground.LATE,
        Ground.CHANGE_OF_MIND,
    }
)
COMPLAINTS = tuple(ground for ground in Ground if ground is not Ground.CHANGE_OF_MIND)
"""The grounds that something is wrong on, and that a buyer may choose among."""


class About(StrEnum):
    """What a claim is about: lines of an order, a payment, or a purchase that failed."""

    ORDER = "order"
    PAYMENT = "payment"
    PURCHASE = "purchase"


class Remedy(StrEnum):
    """What is wanted, offered or ruled."""

    REFUND = "refund"
    REPLACEMENT = "replacement"
    REDELIVERY = "redelivery"
    CREDIT = "credit"
    """Store credit instead of money: offered, and owed once the buyer accepts it. Nobody chooses it for them."""


ASKABLE = tuple(remedy for remedy in Remedy if remedy is not Remedy.CREDIT)
"""The remedies that a buyer may ask for: silence grants what was asked for, and a ruling may."""


class Resolution(StrEnum):
    """How a claim ended; why is a separate field."""

    REFUNDED = "refunded"
    PARTLY_REFUNDED = "partly_refunded"
    CREDITED = "credited"
    REPLACED = "replaced"
    SETTLED = "settled"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    """It goes on within another claim, which has taken in all that it was about."""
    LAPSED = "lapsed"
    GRANTED_BY_SILENCE = "granted_by_silence"


class GrantBasis(StrEnum):
    """What made the marketplace or the seller owe something."""

    SELLER_ACCEPTED = "seller_accepted"
    OFFER = "offer"
    PLATFORM_PROPOSAL = "platform_proposal"
    SILENCE = "silence"
    RULING = "ruling"
    CHANGE_OF_MIND = "change_of_mind"


class AppealReason(StrEnum):
    """The only two reasons that reopen a ruling."""

    NEW_EVIDENCE = "new_evidence"
    ERROR_OF_RULE = "error_of_rule"


class Missing(StrEnum):
    """What a buyer says of a refund that was paid, and that they do not have whole."""

    NOTHING = "nothing"
    LESS = "less"
    ACCOUNT_GONE = "account_gone"


class DeadlineKind(StrEnum):
    """A promise with a clock; each kind names one thing that silence does."""

    CONTACT_ANSWER = "contact_answer"
    SELLER_RESPONSE = "seller_response"
    BUYER_RESPONSE = "buyer_response"
    PLATFORM_PROPOSAL = "platform_proposal"
    PLATFORM_RULING = "platform_ruling"
    EVIDENCE = "evidence"
    APPEAL = "appeal"
    SHIP_BACK = "ship_back"
    SHIP_BACK_REMINDER = "ship_back_reminder"
    RETURN_TRANSIT = "return_transit"
    INSPECTION = "inspection"
    REFUND = "refund"
    REFUND_CHECK = "refund_check"
    REFUND_TRACE = "refund_trace"
    REPLACEMENT = "replacement"
    REPLACEMENT_TERM = "replacement_term"
    REPLACEMENT_CHECK = "replacement_check"


class Act(StrEnum):
    """What a person, or the clock, does to a claim."""

    CONTACT_SELLER = "contact_seller"
    OPEN_DISPUTE = "open_dispute"
    WITHDRAW_FROM_CONTRACT = "withdraw_from_contract"
    ACCEPT = "accept"
    REFUSE = "refuse"
    MAKE_OFFER = "make_offer"
    ASK = "ask"
    EXTEND_RESPONSE = "extend_response"
    ANSWER = "answer"
    ACCEPT_OFFER = "accept_offer"
    REFUSE_OFFER = "refuse_offer"
    COUNTER = "counter"
    ESCALATE = "escalate"
    CHANGE_GROUND = "change_ground"
    WITHDRAW = "withdraw"
    UNDO_WITHDRAWAL = "undo_withdrawal"
    MARK_SOLVED = "mark_solved"
    REOPEN = "reopen"
    TAKE = "take"
    ASSIGN = "assign"
    RELEASE = "release"
    ASK_EVIDENCE = "ask_evidence"
    GIVE_EVIDENCE = "give_evidence"
    PROPOSE = "propose"
    RULE = "rule"
    MERGE_INTO = "merge_into"
    TAKE_IN = "take_in"
    SPLIT = "split"
    SPLIT_OFF = "split_off"
    SEAL_EXHIBIT = "seal_exhibit"
    REDACT_EXHIBIT = "redact_exhibit"
    RESTORE_EXHIBIT = "restore_exhibit"
    PREPARE_LETTER = "prepare_letter"
    POST_LETTER = "post_letter"
    FOLLOW_LETTER = "follow_letter"
    CORRECT_LETTER = "correct_letter"
    NOTE_QUIET_LETTER = "note_quiet_letter"
    REGISTER_LETTER = "register_letter"
    APPEAL = "appeal"
    SHIP_RETURN = "ship_return"
    CORRECT_TRACKING = "correct_tracking"
    RECORD_RETURN_ARRIVAL = "record_return_arrival"
    REPORT_RETURN_REFUSED = "report_return_refused"
    REPORT_RETURN_LOST = "report_return_lost"
    ACCEPT_RETURN = "accept_return"
    CONTEST_RETURN = "contest_return"
    SHIP_REPLACEMENT = "ship_replacement"
    CONFIRM_REPLACEMENT = "confirm_replacement"
    REPORT_REPLACEMENT_MISSING = "report_replacement_missing"
    PAY_REFUND = "pay_refund"
    REVERSE_REFUND = "reverse_refund"
    ISSUE_CREDIT = "issue_credit"
    VOID_CREDIT = "void_credit"
    OPEN_CHARGEBACK = "open_chargeback"
    WIN_CHARGEBACK = "win_chargeback"
    LOSE_CHARGEBACK = "lose_chargeback"
    CONFIRM_REFUND = "confirm_refund"
    REPORT_REFUND_MISSING = "report_refund_missing"
    TRACE_REFUND = "trace_refund"
    # Acts of the clock have their own names, so that the timeline shows who decided.
    NOTE_NO_ANSWER = "note_no_answer"
    GRANT_BY_DEFAULT = "grant_by_default"
    ESCALATE_BY_DEFAULT = "escalate_by_default"
    NOTE_PROPOSAL_OVERDUE = "note_proposal_overdue"
    NOTE_RULING_OVERDUE = "note_ruling_overdue"
    RESUME_BY_DEFAULT = "resume_by_default"
    FINALISE_RULING = "finalise_ruling"
    REMIND_SHIP_BACK = "remind_ship_back"
    LAPSE_RETURN = "lapse_return"
    ESCALATE_LOST_RETURN = "escalate_lost_return"
    ACCEPT_RETURN_BY_DEFAULT = "accept_return_by_default"
    NOTE_REFUND_OVERDUE = "note_refund_overdue"
    ASK_REFUND_CHECK = "ask_refund_check"
    NOTE_TRACE_OVERDUE = "note_trace_overdue"
    NOTE_REPLACEMENT_TERM = "note_replacement_term"
    ESCALATE_LATE_REPLACEMENT = "escalate_late_replacement"
    ASK_REPLACEMENT_CHECK = "ask_replacement_check"
