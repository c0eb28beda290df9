"""What somebody must know before they act, each as a code with its numbers."""

from __future__ import annotations

from datetime import date

from recours.rules.guide.answers import SellerIn, Trouble
from recours.rules.guide.days import Reckoning
from recours.rules.guide.model import Note, Term
from recours.rules.money import Money
from recours.rules.surcharge import Meter


def notes(by: Reckoning, refund: Term | None, meter: Meter | None) -> tuple[Note, ...]:
    """Return the notes, the most important first."""
    trouble = by.answers.trouble
    if trouble is None:
        return ()
    found: list[Note | None] = []
    if trouble in (Trouble.LOST, Trouble.LATE):
        found += _delivery(by)
    if trouble.is_faulty:
        found += _faulty(by)
    if trouble is Trouble.CHANGE_OF_MIND:
        found += _change_of_mind(by)
    if trouble is Trouble.REFUND_LATE:
        found += _refund(by, refund, meter)
    if trouble.is_payment or trouble is Trouble.TECHNICAL_FAULT:
        found += _payment(by)
    if by.answers.seller_in is SellerIn.OUTSIDE and trouble is not Trouble.FRAUD:
        found.append(Note(code="seller_outside"))
    if by.law is None:
        found.append(Note(code="no_law", params={"country": by.calendar.country}))
    return tuple(each for each in found if each is not None)


def _delivery(by: Reckoning) -> list[Note | None]:
    due = by.delivery()
    if due is None:
        return [Note(code="no_delivery_day")]
    on = due.dated.last_on
    delivered_on = by.answers.delivered_on
    if by.answers.trouble is Trouble.LATE and delivered_on is not None:
        days = (delivered_on - on).days
        came = (
            _note("came_late", {"due_on": on, "days": days}, of=due)
            if days > 0
            else _note("came_in_time", {"due_on": on}, of=due)
        )
        return [came, _withdraw_instead(by), _dispute_over(by)]
    if not due.is_over:
        return [_note("not_late", {"due_on": on}, of=due)]
    return [
        _note("late", {"due_on": on, "days": -due.days_left}, of=due),
        _right(by, "notice_first", "late_delivery_termination"),
        _right(by, "at_once", "late_delivery_at_once"),
        _dispute_over(by),
    ]


def _faulty(by: Reckoning) -> list[Note | None]:
    found = [_withdraw_instead(by), _dispute_over(by)]
    conformity = by.conformity()
    if conformity is not None and conformity.is_over:
        until = {"until_on": conformity.dated.last_on}
        found.append(_note("conformity_over", {**until}, of=conformity))
        found.append(_right(by, "hidden_defects", "hidden_defects"))
    else:
        found.append(_right(by, "presumed", "conformity_presumption"))
        found.append(_right(by, "free_of_charge", "return_cost_conformity"))
    # The schemes know faulty goods too, but no term of theirs was read at a source: none is counted.
    found.append(Note(code="card_scheme"))
    return found


def _change_of_mind(by: Reckoning) -> list[Note | None]:
    term, own = by.withdrawal(), by.withdrawal_by_policy()
    excluded = _right(by, "exclusions", "withdrawal_exclusions")
    if by.answers.delivered_on is None:
        return [Note(code="withdrawal_not_begun"), excluded]
    if by.answers.claimed_on is not None and term is not None and by.answers.claimed_on <= term.dated.last_on:
        waits = Note(code="refund_waits") if by.waits_for_goods() else None
        return [Note(code="withdrawn", params={"on": by.answers.claimed_on}), waits, excluded]
    if term is None:
        return []
    params: dict[str, str | int | date | Money] = {"until_on": term.dated.last_on}
    if not term.is_over:
        return [_note("withdrawal_open", {**params, "days": term.days_left}, of=term), excluded]
    params["delivered_on"] = by.answers.delivered_on
    found: list[Note | None] = [_note("withdrawal_over", params, of=term)]
    if own is not None and not own.is_over:
        found.append(Note(code="withdrawal_by_policy", params={"until_on": own.dated.last_on}))
    if by.answers.is_informed:
        found.append(_right(by, "not_informed", "withdrawal_not_informed"))
    return found


def _refund(by: Reckoning, refund: Term | None, meter: Meter | None) -> list[Note | None]:
    if by.answers.claimed_on is None:
        return [Note(code="no_claim_day")]
    if by.waits_for_goods():
        return [Note(code="refund_waits")]
    if refund is None:
        return []
    on = refund.dated.last_on
    if not refund.is_over:
        return [_note("refund_not_late", {"due_on": on}, of=refund)]
    late = _note("refund_late", {"due_on": on, "days": -refund.days_left}, of=refund)
    if meter is not None:
        return [late]
    return [late, Note(code="no_amount" if by.answers.amount is None else "no_surcharge")]


def _payment(by: Reckoning) -> list[Note | None]:
    trouble = by.answers.trouble
    if trouble is Trouble.TECHNICAL_FAULT:
        return [
            Note(code="fault_is_the_marketplaces"),
            Note(code="fault_charged") if by.answers.paid_on else None,
        ]
    if trouble is Trouble.FRAUD:
        return [Note(code="swindled")]
    if trouble is Trouble.UNAUTHORISED_CHARGE:
        return [Note(code="block_the_card"), _right(by, "bank_refunds", "bank_refunds")]
    return [Note(code="bank_and_marketplace")]


def _withdraw_instead(by: Reckoning) -> Note | None:
    """Who may still withdraw need not prove anything."""
    term = by.withdrawal()
    if term is None or term.is_over:
        return None
    return _note("withdraw_instead", {"until_on": term.dated.last_on}, of=term)


def _dispute_over(by: Reckoning) -> Note | None:
    term = by.dispute()
    if term is None or not term.is_over or by.claimed_on is not None:
        return None
    return Note(code="dispute_over", params={"until_on": term.dated.last_on})


def _right(by: Reckoning, code: str, key: str) -> Note | None:
    right = by.law.find(key, by.today) if by.law is not None else None
    if right is None:
        return None
    return Note(code=code, window=right.window, articles=(right.ref,), verified=right.verified)


def _note(code: str, params: dict[str, str | int | date | Money], *, of: Term) -> Note:
    return Note(code=code, params=params, articles=(of.article,) if of.article else (), verified=of.verified)
