"""The lifecycle as one table: in which state, which act, by whom, may lead where.

Everything that moves a claim is a line here, and the diagram of the documentation is drawn from it. Whether an act
is open *today* also depends on the claim's own facts (an open offer, a window still running): `decide` asks those.
"""

from __future__ import annotations

from recours.rules.lifecycle.vocabulary import Act, Role, State

Line = tuple[State | None, Act, Role]

CONTACTING, WITH_SELLER, WITH_BUYER, WITH_PLATFORM, RULED, AWAITING, TRANSIT, REFUND, REPLACEMENT, CLOSED = (
    State
)
BUYER, SELLER, AGENT, MARKETPLACE, CLOCK = Role

OWED = (AWAITING, REFUND, REPLACEMENT)
"""Where an agreement, a ruling or silence leads when something is owed."""

BEFORE_RULING = (WITH_SELLER, WITH_BUYER, WITH_PLATFORM)

TRANSITIONS: dict[Line, tuple[State, ...]] = {
    # How a claim is born
    (None, Act.CONTACT_SELLER, BUYER): (CONTACTING,),
    (None, Act.OPEN_DISPUTE, BUYER): (WITH_SELLER, WITH_PLATFORM),
    (None, Act.WITHDRAW_FROM_CONTRACT, BUYER): (AWAITING, REFUND, WITH_PLATFORM),
    (None, Act.SPLIT_OFF, AGENT): (WITH_PLATFORM,),
    # The seller is asked first
    (CONTACTING, Act.ANSWER, SELLER): (CONTACTING,),
    (CONTACTING, Act.OPEN_DISPUTE, BUYER): (WITH_SELLER, WITH_PLATFORM),
    (CONTACTING, Act.CHANGE_GROUND, BUYER): (CONTACTING,),
    (CONTACTING, Act.MARK_SOLVED, BUYER): (CLOSED,),
    (CONTACTING, Act.WITHDRAW, BUYER): (CLOSED,),
    (CONTACTING, Act.NOTE_NO_ANSWER, CLOCK): (CONTACTING,),
    # The seller's turn
    (WITH_SELLER, Act.ACCEPT, SELLER): OWED,
    (WITH_SELLER, Act.REFUSE, SELLER): (WITH_BUYER,),
    (WITH_SELLER, Act.MAKE_OFFER, SELLER): (WITH_BUYER,),
    (WITH_SELLER, Act.ASK, SELLER): (WITH_BUYER,),
    (WITH_SELLER, Act.EXTEND_RESPONSE, SELLER): (WITH_SELLER,),
    (WITH_SELLER, Act.ESCALATE, SELLER): (WITH_PLATFORM,),
    (WITH_SELLER, Act.ACCEPT_OFFER, BUYER): OWED,
    (WITH_SELLER, Act.REFUSE_OFFER, BUYER): (WITH_SELLER,),
    (WITH_SELLER, Act.COUNTER, BUYER): (WITH_SELLER,),
    (WITH_SELLER, Act.CHANGE_GROUND, BUYER): (WITH_SELLER, WITH_PLATFORM),
    (WITH_SELLER, Act.MARK_SOLVED, BUYER): (CLOSED,),
    (WITH_SELLER, Act.WITHDRAW, BUYER): (CLOSED,),
    (WITH_SELLER, Act.GRANT_BY_DEFAULT, CLOCK): OWED,
    (WITH_SELLER, Act.ESCALATE_BY_DEFAULT, CLOCK): (WITH_PLATFORM,),
    # The buyer's turn
    (WITH_BUYER, Act.ACCEPT_OFFER, BUYER): OWED,
    (WITH_BUYER, Act.REFUSE_OFFER, BUYER): (WITH_BUYER,),
    (WITH_BUYER, Act.COUNTER, BUYER): (WITH_SELLER,),
    (WITH_BUYER, Act.ANSWER, BUYER): (WITH_SELLER,),
    (WITH_BUYER, Act.ESCALATE, BUYER): (WITH_PLATFORM,),
    (WITH_BUYER, Act.CHANGE_GROUND, BUYER): (WITH_SELLER, WITH_PLATFORM),
    (WITH_BUYER, Act.MARK_SOLVED, BUYER): (CLOSED,),
    (WITH_BUYER, Act.WITHDRAW, BUYER): (CLOSED,),
    (WITH_BUYER, Act.ACCEPT, SELLER): OWED,
    (WITH_BUYER, Act.MAKE_OFFER, SELLER): (WITH_BUYER,),
    (WITH_BUYER, Act.ESCALATE_BY_DEFAULT, CLOCK): (WITH_PLATFORM,),
    # The platform's turn; the parties may still agree
    (WITH_PLATFORM, Act.TAKE, AGENT): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.ASSIGN, AGENT): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.ASSIGN, MARKETPLACE): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.RELEASE, AGENT): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.ASK_EVIDENCE, AGENT): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.PROPOSE, AGENT): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.MERGE_INTO, AGENT): (CLOSED,),
    (WITH_PLATFORM, Act.TAKE_IN, AGENT): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.SPLIT, AGENT): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.RULE, AGENT): (RULED, *OWED, CLOSED),
    (WITH_PLATFORM, Act.GIVE_EVIDENCE, BUYER): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.GIVE_EVIDENCE, SELLER): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.ACCEPT_OFFER, BUYER): (WITH_PLATFORM, *OWED),
    (WITH_PLATFORM, Act.ACCEPT_OFFER, SELLER): (WITH_PLATFORM, *OWED),
    (WITH_PLATFORM, Act.REFUSE_OFFER, BUYER): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.REFUSE_OFFER, SELLER): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.ACCEPT, SELLER): OWED,
    (WITH_PLATFORM, Act.MAKE_OFFER, SELLER): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.COUNTER, BUYER): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.CHANGE_GROUND, BUYER): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.MARK_SOLVED, BUYER): (CLOSED,),
    (WITH_PLATFORM, Act.WITHDRAW, BUYER): (CLOSED,),
    (WITH_PLATFORM, Act.CORRECT_TRACKING, BUYER): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.RESUME_BY_DEFAULT, CLOCK): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.NOTE_PROPOSAL_OVERDUE, CLOCK): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.NOTE_RULING_OVERDUE, CLOCK): (WITH_PLATFORM,),
    # Decided, and open to one appeal
    (RULED, Act.APPEAL, BUYER): (WITH_PLATFORM,),
    (RULED, Act.APPEAL, SELLER): (WITH_PLATFORM,),
    (RULED, Act.FINALISE_RULING, CLOCK): (*OWED, CLOSED),
    # Goods back
    (AWAITING, Act.SHIP_RETURN, BUYER): (TRANSIT,),
    (AWAITING, Act.REMIND_SHIP_BACK, CLOCK): (AWAITING,),
    (AWAITING, Act.LAPSE_RETURN, CLOCK): (CLOSED,),
    (TRANSIT, Act.CORRECT_TRACKING, BUYER): (TRANSIT,),
    (TRANSIT, Act.RECORD_RETURN_ARRIVAL, SELLER): (TRANSIT,),
    (TRANSIT, Act.RECORD_RETURN_ARRIVAL, AGENT): (TRANSIT,),
    (TRANSIT, Act.REPORT_RETURN_REFUSED, BUYER): (TRANSIT,),
    (TRANSIT, Act.REPORT_RETURN_REFUSED, AGENT): (TRANSIT,),
    (TRANSIT, Act.REPORT_RETURN_LOST, BUYER): (WITH_PLATFORM,),
    (TRANSIT, Act.REPORT_RETURN_LOST, AGENT): (WITH_PLATFORM,),
    (TRANSIT, Act.ACCEPT_RETURN, SELLER): (REFUND, REPLACEMENT),
    (TRANSIT, Act.CONTEST_RETURN, SELLER): (WITH_PLATFORM,),
    (TRANSIT, Act.ACCEPT_RETURN_BY_DEFAULT, CLOCK): (REFUND, REPLACEMENT),
    (TRANSIT, Act.ESCALATE_LOST_RETURN, CLOCK): (WITH_PLATFORM,),
    # Money, or goods again
    (REFUND, Act.PAY_REFUND, MARKETPLACE): (REFUND, CLOSED),
    (REFUND, Act.NOTE_REFUND_OVERDUE, CLOCK): (REFUND,),
    (REFUND, Act.REVERSE_REFUND, MARKETPLACE): (REFUND,),
    (REFUND, Act.ISSUE_CREDIT, MARKETPLACE): (REFUND, CLOSED),
    (REPLACEMENT, Act.SHIP_REPLACEMENT, SELLER): (CLOSED,),
    (REPLACEMENT, Act.ESCALATE, BUYER): (WITH_PLATFORM,),
    (REPLACEMENT, Act.NOTE_REPLACEMENT_TERM, CLOCK): (REPLACEMENT,),
    (REPLACEMENT, Act.ESCALATE_LATE_REPLACEMENT, CLOCK): (WITH_PLATFORM,),
    (CLOSED, Act.ASK_REPLACEMENT_CHECK, CLOCK): (CLOSED,),
    (CLOSED, Act.CONFIRM_REPLACEMENT, BUYER): (CLOSED,),
    (CLOSED, Act.REPORT_REPLACEMENT_MISSING, BUYER): (WITH_PLATFORM,),
    # Paid, as the provider says; and as the buyer does
    (CLOSED, Act.ASK_REFUND_CHECK, CLOCK): (CLOSED,),
    (CLOSED, Act.CONFIRM_REFUND, BUYER): (CLOSED,),
    (CLOSED, Act.REPORT_REFUND_MISSING, BUYER): (CLOSED,),
    (CLOSED, Act.TRACE_REFUND, AGENT): (CLOSED,),
    (CLOSED, Act.NOTE_TRACE_OVERDUE, CLOCK): (CLOSED,),
    # The end, which is not a trap
    (CLOSED, Act.UNDO_WITHDRAWAL, BUYER): (CONTACTING, *BEFORE_RULING),
    (CLOSED, Act.REOPEN, BUYER): (WITH_PLATFORM,),
    (CLOSED, Act.SHIP_RETURN, BUYER): (TRANSIT,),
    (CLOSED, Act.REVERSE_REFUND, MARKETPLACE): (REFUND, WITH_PLATFORM),
    # Store credit that the desk takes back while nobody has used it
    (CLOSED, Act.VOID_CREDIT, MARKETPLACE): (WITH_PLATFORM,),
    (WITH_PLATFORM, Act.VOID_CREDIT, MARKETPLACE): (WITH_PLATFORM,),
    # Money that comes back once the claim was opened again
    **{
        (state, Act.REVERSE_REFUND, MARKETPLACE): (state,)
        for state in (WITH_PLATFORM, RULED, AWAITING, TRANSIT, REPLACEMENT)
    },
    # The buyer's bank, which asks nobody where the claim stands
    **{(state, Act.OPEN_CHARGEBACK, MARKETPLACE): (state,) for state in State},
    **{(state, Act.WIN_CHARGEBACK, MARKETPLACE): (state,) for state in State},
    **{(state, Act.LOSE_CHARGEBACK, MARKETPLACE): tuple(dict.fromkeys((state, CLOSED))) for state in State},
    # What an exhibit shows of somebody can be a matter at any time, and moves nothing
    **{
        (state, act, AGENT): (state,)
        for state in State
        for act in (Act.SEAL_EXHIBIT, Act.REDACT_EXHIBIT, Act.RESTORE_EXHIBIT)
    },
    # Letters go and come by post whatever the claim has come to, and move nothing
    **{(state, Act.PREPARE_LETTER, role): (state,) for state in State for role in (BUYER, AGENT)},
    **{
        (state, act, role): (state,)
        for state in State
        for act in (Act.POST_LETTER, Act.FOLLOW_LETTER, Act.CORRECT_LETTER)
        for role in (BUYER, AGENT, MARKETPLACE)
    },
    **{(state, Act.NOTE_QUIET_LETTER, MARKETPLACE): (state,) for state in State},
    **{(state, Act.REGISTER_LETTER, AGENT): (state,) for state in State},
}


def permits(state: State | None, act: Act, role: Role) -> bool:
    """Whether the table has a line for this act by this role in this state (None: no claim yet)."""
    return (state, act, role) in TRANSITIONS


def acts_of(state: State, role: Role) -> tuple[Act, ...]:
    """The acts that the table gives `role` in `state`, in the table's order."""
    return tuple(act for (from_state, act, who) in TRANSITIONS if from_state is state and who is role)
