"""Whose turn it is, until when, and what silence does: the one sentence at the top of every claim."""

from __future__ import annotations

from msgspec import Struct

from recours.rules.lifecycle.claim import Claim, Deadline
from recours.rules.lifecycle.deadlines import Rulebook, replacement_term
from recours.rules.lifecycle.decide.closing import owed_amount
from recours.rules.lifecycle.vocabulary import Act, DeadlineKind, Remedy, Resolution, Role, State
from recours.rules.wording import Lang, Until, Value, has, say


class Standing(Struct, frozen=True, kw_only=True):
    """The sentence, ready to be said in any language to one kind of reader."""

    key: str
    viewer: str
    deadline: Deadline | None
    params: dict[str, Value]

    def turn(self, lang: Lang) -> str:
        """Whose turn it is and until when."""
        return self._say(lang, "turn")

    def silence(self, lang: Lang) -> str:
        """What happens if nobody does anything."""
        return self._say(lang, "silence")

    def _say(self, lang: Lang, part: str) -> str:
        own = f"standing.{self.key}.{part}_{self.viewer}"
        return say(lang, own if has(lang, own) else f"standing.{self.key}.{part}", **self.params)


def standing(claim: Claim, viewer: Role, rules: Rulebook) -> Standing:
    """Return the sentence on `claim` for a buyer, a seller or an agent; dates are shown in the marketplace's zone.

    `claim` must be as of now: a deadline that has passed is not promised again.
    """
    deadline = claim.next_deadline
    params: dict[str, Value] = {"amount": amount_at_stake(claim)}
    if deadline is not None:
        params["until"] = Until(deadline.due_at, rules.calendar.zone)
    if claim.state is State.REPLACEMENT_DUE:
        params |= _terms_of_replacement(claim, rules)
    return Standing(key=_key(claim, rules), viewer=viewer.value, deadline=deadline, params=params)


def _key(claim: Claim, rules: Rulebook) -> str:
    match claim.state:
        case State.CONTACTING_SELLER:
            if claim.seller_answered:
                return "contact_answered"
            waited = DeadlineKind.CONTACT_ANSWER in claim.fired
            return "contact_unanswered" if waited else "contacting_seller"
        case State.WITH_SELLER:
            return _seller_key(claim)
        case State.WITH_BUYER if claim.seller_asked:
            return "with_buyer_asked"
        case State.WITH_PLATFORM:
            return _platform_key(claim)
        case State.AWAITING_RETURN if not rules.policy.returns.original_packaging:
            return "awaiting_return_packed_anew"
        case State.RULED:
            return "ruled" if claim.ruling and claim.ruling.terms else "ruled_rejected"
        case State.RETURN_IN_TRANSIT:
            return _trip_key(claim)
        case State.REFUND_DUE if claim.chargebacks:
            return "refund_frozen"
        case State.REFUND_DUE if claim.agreed is not None and claim.agreed.remedy is Remedy.CREDIT:
            return "credit_due"
        case State.REFUND_DUE:
            return "refund_overdue" if claim.refund_overdue else "refund_due"
        case State.REPLACEMENT_DUE:
            return _replacement_key(claim, rules)
        case State.CLOSED:
            if claim.replacement_came_at is not None and claim.resolution is Resolution.REPLACED:
                return "replacement_confirmed"
            if DeadlineKind.REPLACEMENT_CHECK in claim.fired:
                return "replacement_asked"
            return _check_key(claim) or (f"closed_{claim.resolution}" if claim.resolution else "closed")
        case _:
            return claim.state.value


def _trip_key(claim: Claim) -> str:
    if claim.trip is None or claim.trip.arrived_on is None:
        return "return_in_transit"
    return "return_refused" if claim.trip.refused else "return_arrived"


def _replacement_key(claim: Claim, rules: Rulebook) -> str:
    """Goods are owed again: the law's term ends first, passed meanwhile, had passed before, or does not matter."""
    deadline = claim.next_deadline
    if DeadlineKind.REPLACEMENT_TERM in claim.fired:
        return "replacement_term_passed"
    if deadline is not None and deadline.kind is DeadlineKind.REPLACEMENT_TERM:
        return "replacement_due_by_law"
    law = replacement_term(claim, rules).law
    was_over = law is not None and law.due_at <= claim.state_since
    return "replacement_granted_late" if was_over else "replacement_due"


def _terms_of_replacement(claim: Claim, rules: Rulebook) -> dict[str, Value]:
    term = replacement_term(claim, rules)
    said = {"law_on": term.law, "then": term.policy}
    return {name: dated.last_on for name, dated in said.items() if dated is not None}


def _check_key(claim: Claim) -> str:
    """After a refund: the buyer was asked whether it came, or the platform looks for it."""
    check = claim.refund_check
    if check is None:
        return ""
    if check.missing_since is not None:
        return "refund_missing_overdue" if DeadlineKind.REFUND_TRACE in claim.fired else "refund_missing"
    return "refund_confirmed" if check.confirmed_at else "refund_asked"


def _seller_key(claim: Claim) -> str:
    deadline = claim.next_deadline
    if deadline is not None and deadline.otherwise is not Act.GRANT_BY_DEFAULT:
        return "with_seller_platform"
    return "with_seller_money" if claim.wanted.remedy is Remedy.REFUND else "with_seller_goods"


def _platform_key(claim: Claim) -> str:
    if claim.request is not None:
        return f"evidence_asked_of_{claim.request.of}"
    if DeadlineKind.PLATFORM_RULING in claim.fired:
        return "platform_overdue"
    deadline = claim.next_deadline
    proposing = deadline is not None and deadline.kind is DeadlineKind.PLATFORM_PROPOSAL
    return "platform_proposing" if proposing else "platform_ruling"


def amount_at_stake(claim: Claim) -> Value:
    """What is owed once that is settled, paid once it is closed, and asked for before."""
    if claim.state is State.CLOSED:
        return (
            claim.credited
            if claim.credited and claim.resolution is Resolution.CREDITED
            else claim.refunded_in_money
        )
    if claim.agreed is not None and claim.agreed.amount is not None:
        return owed_amount(claim)
    if claim.ruling is not None and claim.ruling.terms is not None and claim.ruling.terms.amount is not None:
        return claim.ruling.terms.amount
    return claim.wanted.amount or claim.disputed
