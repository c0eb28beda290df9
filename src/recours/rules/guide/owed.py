"""What is owed, in one sentence: what a reader wants to know first. Left out where no text and no count gives it."""

from __future__ import annotations

from recours.rules.guide.answers import Trouble
from recours.rules.guide.days import Reckoning
from recours.rules.guide.model import Note, Term
from recours.rules.money import Money
from recours.rules.surcharge import Meter


def owed(by: Reckoning, refund: Term | None, meter: Meter | None) -> Note | None:
    """Return the sentence `guide.owed.<code>` for one person, None where nothing can be said to be owed.

    Sources: C. conso L216-6, L216-7, L217-9 to L217-14, L221-24, L242-4; CMF L133-18.
    """
    trouble, amount = by.answers.trouble, by.answers.amount
    if trouble is None or trouble is Trouble.FRAUD:
        return None
    if meter is not None:
        return _late(meter)
    if trouble.is_faulty:
        return _conform(by)
    if trouble is Trouble.LOST:
        return _delivered(by, amount)
    if amount is None:
        return None
    if trouble is Trouble.REFUND_LATE or by.claimed_on is not None:
        return _refunded(by, refund, amount)
    if trouble is Trouble.CHANGE_OF_MIND:
        return _withdrawn(by, amount)
    if trouble is Trouble.UNAUTHORISED_CHARGE:
        is_open = any(term.is_law and not term.is_over for term in by.bank())
        return _by_law(by, "bank", "bank_refunds", amount=amount) if is_open else None
    return Note(code="charged", params={"amount": amount}) if trouble.is_payment else None


def _late(meter: Meter) -> Note:
    is_priced = meter.rate_known or not meter.surcharge.is_zero
    priced: dict[str, Money] = {"total": meter.total, "surcharge": meter.surcharge} if is_priced else {}
    return Note(
        code="late" if is_priced else "late_unpriced",
        params={"amount": meter.amount, **priced},
        articles=(meter.ref,),
        verified=meter.verified,
    )


def _conform(by: Reckoning) -> Note | None:
    term = by.conformity()
    if term is None or term.is_over:
        return None
    return _by_law(by, "conform", "conformity_repair", "conformity_termination")


def _delivered(by: Reckoning, amount: Money | None) -> Note | None:
    term = by.delivery()
    if term is None:
        return None
    if not term.is_over:
        return Note(
            code="delivery",
            params={"on": term.dated.last_on},
            articles=(term.article,) if term.article else (),
        )
    if amount is None:
        return None
    return _by_law(by, "delivery_or_refund", "late_delivery_termination", amount=amount)


def _refunded(by: Reckoning, refund: Term | None, amount: Money) -> Note | None:
    if by.waits_for_goods():
        return _by_law(by, "after_goods", "refund_withdrawal_may_wait", amount=amount)
    if refund is None:
        return None
    code = "since" if refund.is_over else "until"
    articles = (refund.article,) if refund.article else ()
    return Note(
        code=code,
        params={"amount": amount, "on": refund.dated.last_on},
        articles=articles,
        verified=refund.verified,
    )


def _withdrawn(by: Reckoning, amount: Money) -> Note | None:
    term = by.withdrawal()
    if term is not None and term.is_over:
        return None
    return _by_law(by, "withdrawal", "refund_withdrawal", amount=amount)


def _by_law(by: Reckoning, code: str, *keys: str, **params: Money) -> Note | None:
    """Say it with the articles of the day, and with the first one's window; None for a law that lacks the first."""
    rights = [
        right for key in keys if by.law is not None and (right := by.law.find(key, by.today)) is not None
    ]
    if len(rights) < len(keys):
        return None
    return Note(
        code=code,
        window=rights[0].window,
        params=dict(params),
        articles=tuple(right.ref for right in rights),
        verified=all(right.verified for right in rights),
    )
