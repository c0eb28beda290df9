"""`allowed(claim, actor, rules, now)`: the acts open to somebody now, and no others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from recours.rules.lifecycle.claim import Actor, Claim, Offer
from recours.rules.lifecycle.deadlines import Rulebook
from recours.rules.lifecycle.decide import merging, replacing, returns, splitting
from recours.rules.lifecycle.decide.checking import is_missed, may_confirm, may_report
from recours.rules.lifecycle.decide.closing import UNDOABLE, end_of
from recours.rules.lifecycle.decide.context import Context
from recours.rules.lifecycle.decide.extending import closed_to_extension
from recours.rules.lifecycle.decide.silence import all_overdue
from recours.rules.lifecycle.evolve import evolve
from recours.rules.lifecycle.table import acts_of
from recours.rules.lifecycle.vocabulary import Act, DeadlineKind, Remedy, Resolution, Role, State

Guard = Callable[[Claim, Actor, Context], bool]


def as_of(claim: Claim, rules: Rulebook, now: dt.datetime) -> Claim:
    """Return the claim as silence has left it by `now`, whether or not the sweep has run yet."""
    for event in all_overdue(claim, Context(rules=rules, now=now)):
        claim = evolve(claim, event)
    return claim


def allowed(claim: Claim, actor: Actor, rules: Rulebook, now: dt.datetime) -> tuple[Act, ...]:
    """Return the acts that `decide` would not refuse for what the claim is, in the table's order.

    What is typed (an amount, a text) may still be refused. `claim` must be as of `now`.
    """
    context = Context(rules=rules, now=now)
    return tuple(
        act
        for act in acts_of(claim.state, actor.role)
        if (guard := GUARDS.get(act)) is None or guard(claim, actor, context)
    )


def answerable_offers(claim: Claim, role: Role, now: dt.datetime) -> tuple[Offer, ...]:
    """Return the offers that this party can accept or refuse now."""
    return tuple(
        offer
        for offer in claim.offers
        if offer.is_open(now)
        and role not in offer.accepted_by
        and offer.by is not role
        and (role is Role.BUYER or (role is Role.SELLER and claim.has_seller and offer.by is Role.AGENT))
    )


def _has_open_offer(claim: Claim, actor: Actor, context: Context) -> bool:
    return bool(answerable_offers(claim, actor.role, context.now))


def _may_open(claim: Claim, actor: Actor, context: Context) -> bool:
    asked = claim.seller_answered or DeadlineKind.CONTACT_ANSWER in claim.fired
    return asked or not context.rules.policy.contact.required


def _may_answer(claim: Claim, actor: Actor, context: Context) -> bool:
    return claim.seller_asked if actor.role is Role.BUYER else not claim.seller_answered


def _may_extend(claim: Claim, actor: Actor, context: Context) -> bool:
    return closed_to_extension(claim, context) is None


def _has_seller(claim: Claim, actor: Actor, context: Context) -> bool:
    return claim.has_seller


def _free(claim: Claim, actor: Actor, context: Context) -> bool:
    return claim.assigned_to is None and _impartial(claim, actor, context)


def _holds(claim: Claim, actor: Actor, context: Context) -> bool:
    return claim.assigned_to is not None and claim.assigned_to == actor.id


def _may_judge(claim: Claim, actor: Actor, context: Context) -> bool:
    return claim.assigned_to in (None, actor.id) and _impartial(claim, actor, context)


def _may_ask_evidence(claim: Claim, actor: Actor, context: Context) -> bool:
    return claim.request is None and _may_judge(claim, actor, context)


def _may_merge(claim: Claim, actor: Actor, context: Context) -> bool:
    return claim.assigned_to in (None, actor.id) and merging.is_untouched(claim, context.now)


def _may_split(claim: Claim, actor: Actor, context: Context) -> bool:
    return claim.assigned_to in (None, actor.id) and splitting.is_divisible(claim, context.now)


def _impartial(claim: Claim, actor: Actor, context: Context) -> bool:
    return claim.appeal is None or claim.appeal.first_agent is None or claim.appeal.first_agent != actor.id


def _was_asked(claim: Claim, actor: Actor, context: Context) -> bool:
    return claim.request is not None and claim.request.of is actor.role


def _may_appeal(claim: Claim, actor: Actor, context: Context) -> bool:
    return claim.appeal is None and (actor.role is Role.BUYER or claim.has_seller)


def _arrived(claim: Claim, actor: Actor, context: Context) -> bool:
    return claim.trip is not None and claim.trip.arrived_on is not None


def _not_arrived(claim: Claim, actor: Actor, context: Context) -> bool:
    return not _arrived(claim, actor, context)


def _on_its_way(claim: Claim, actor: Actor, context: Context) -> bool:
    return returns.is_on_its_way(claim)


def _may_ship(claim: Claim, actor: Actor, context: Context) -> bool:
    """Also after the return lapsed: for who sent the goods in time, and says so late."""
    return claim.state is not State.CLOSED or (
        claim.resolution is Resolution.LAPSED and _may_reopen(claim, actor, context)
    )


def _may_undo(claim: Claim, actor: Actor, context: Context) -> bool:
    return (
        claim.withdrawal is not None
        and claim.withdrawal.state in UNDOABLE
        and context.now < end_of(claim, context.rules.policy.withdrawal.undo, context)
    )


def _may_reopen(claim: Claim, actor: Actor, context: Context) -> bool:
    is_over = claim.resolution in (Resolution.REJECTED, Resolution.MERGED)
    return not is_over and context.now < end_of(claim, context.rules.policy.closed.reopen, context)


def _was_refunded(claim: Claim, actor: Actor, context: Context) -> bool:
    return claim.refunded_in_money.is_positive


def _credit_agreed(claim: Claim, actor: Actor, context: Context) -> bool:
    return claim.agreed is not None and claim.agreed.remedy is Remedy.CREDIT


def _was_credited(claim: Claim, actor: Actor, context: Context) -> bool:
    return claim.credited is not None


def _charged_back(claim: Claim, actor: Actor, context: Context) -> bool:
    return bool(claim.chargebacks)


def _withholds(claim: Claim, actor: Actor, context: Context) -> bool:
    return bool(claim.seals)


def _may_confirm(claim: Claim, actor: Actor, context: Context) -> bool:
    return may_confirm(claim)


def _may_report(claim: Claim, actor: Actor, context: Context) -> bool:
    return may_report(claim)


def _may_escalate(claim: Claim, actor: Actor, context: Context) -> bool:
    return replacing.may_escalate(claim)


def _may_confirm_goods(claim: Claim, actor: Actor, context: Context) -> bool:
    return replacing.may_confirm(claim)


def _may_report_goods(claim: Claim, actor: Actor, context: Context) -> bool:
    return replacing.may_report(claim, context)


def _is_missed(claim: Claim, actor: Actor, context: Context) -> bool:
    return is_missed(claim)


GUARDS: dict[Act, Guard] = {
    Act.OPEN_DISPUTE: _may_open,
    Act.ANSWER: _may_answer,
    Act.ACCEPT: _has_seller,
    Act.EXTEND_RESPONSE: _may_extend,
    Act.MAKE_OFFER: _has_seller,
    Act.ACCEPT_OFFER: _has_open_offer,
    Act.REFUSE_OFFER: _has_open_offer,
    Act.COUNTER: _has_seller,
    Act.ESCALATE: _may_escalate,
    Act.TAKE: _free,
    Act.RELEASE: _holds,
    Act.ASK_EVIDENCE: _may_ask_evidence,
    Act.GIVE_EVIDENCE: _was_asked,
    Act.PROPOSE: _may_judge,
    Act.RULE: _may_judge,
    Act.MERGE_INTO: _may_merge,
    Act.TAKE_IN: _may_merge,
    Act.SPLIT: _may_split,
    Act.RESTORE_EXHIBIT: _withholds,
    Act.APPEAL: _may_appeal,
    Act.SHIP_RETURN: _may_ship,
    Act.CORRECT_TRACKING: _on_its_way,
    Act.RECORD_RETURN_ARRIVAL: _not_arrived,
    Act.REPORT_RETURN_REFUSED: _not_arrived,
    Act.REPORT_RETURN_LOST: _not_arrived,
    Act.CONTEST_RETURN: _arrived,
    Act.CONFIRM_REPLACEMENT: _may_confirm_goods,
    Act.REPORT_REPLACEMENT_MISSING: _may_report_goods,
    Act.CONFIRM_REFUND: _may_confirm,
    Act.REPORT_REFUND_MISSING: _may_report,
    Act.TRACE_REFUND: _is_missed,
    Act.UNDO_WITHDRAWAL: _may_undo,
    Act.REOPEN: _may_reopen,
    Act.REVERSE_REFUND: _was_refunded,
    Act.ISSUE_CREDIT: _credit_agreed,
    Act.VOID_CREDIT: _was_credited,
    Act.WIN_CHARGEBACK: _charged_back,
    Act.LOSE_CHARGEBACK: _charged_back,
}
