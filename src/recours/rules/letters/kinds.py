"""The legal part of each kind of letter: which articles, by when, and what is refused because it is not open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from recours.rules.letters.basis import Basis, LetterLawUnknown
from recours.rules.letters.checks import LetterNeeds
from recours.rules.letters.model import Kind, Story
from recours.rules.letters.texts import texts
from recours.rules.money import Money
from recours.rules.refusals import Refusal
from recours.rules.surcharge import Meter, surcharge
from recours.rules.wording import format as formats
from recours.rules.wording.rights import meter_lines


class DeliveryNotLate(Refusal, ValueError):
    """The parcel may still arrive in time."""


class WithdrawalOver(Refusal, ValueError):
    """The time to withdraw is over."""


class ConformityOver(Refusal, ValueError):
    """The guarantee of conformity is over."""


class RefundNotLate(Refusal, ValueError):
    """The refund is not late yet."""


class PaymentReportOver(Refusal, ValueError):
    """The time to report an unauthorised payment is over."""


class MediatorTooLate(Refusal, ValueError):
    """The written complaint is more than a year old."""


class Parts:
    """Keys of a kind's own texts that were chosen, paragraphs added to the law, and the meter if one runs."""

    def __init__(self) -> None:
        self.opening = "opening"
        self.demand = "demand"
        self.more_law: list[str] = []
        self.meter: Meter | None = None


def complaint(story: Story, basis: Basis, amount: Money | None, parts: Parts) -> None:
    """A first written complaint: it opens the way to the mediator. Source: C. conso L612-1, L612-2."""
    basis.cite("mediator_free")
    basis.cite("mediator")


def deliver(story: Story, basis: Basis, amount: Money | None, parts: Parts) -> None:
    """A formal notice to deliver. Raises DeliveryNotLate. Source: C. conso L216-1, L216-6, L216-7."""
    ordered_on = _given(story.ordered_on, "ordered_on")
    due_on = story.promised_on or basis.end("delivery_default", ordered_on).last_on
    if story.written_on <= due_on:
        raise DeliveryNotLate(due_on=due_on)
    basis.cite("delivery_default", term="delivery_window")
    basis.cite("late_delivery_termination")
    basis.cite("refund_termination", term="refund_window")
    basis.words["due_on"] = formats.day(due_on, "fr")


def withdrawal(story: Story, basis: Basis, amount: Money | None, parts: Parts) -> None:
    """A withdrawal, before receipt or after. Raises WithdrawalOver. Source: C. conso L221-18 to L221-24, L242-4."""
    if story.delivered_on is not None:
        last = basis.end("withdrawal", story.delivered_on)
        if not story.is_informed:
            last = basis.end("withdrawal_not_informed", last.last_on)
        if story.written_on > last.last_on:
            raise WithdrawalOver(until_on=last.last_on)
    basis.cite("withdrawal", term="withdrawal_window")
    basis.cite("refund_withdrawal_may_wait")
    if basis.law.find("withdrawal_function", story.written_on) is not None:
        basis.cite("withdrawal_function")
        parts.more_law.append(texts()["withdrawal"]["declared"])
    basis.cite("send_back", term="send_back_window")
    basis.cite("refund_withdrawal", term="refund_window")
    if not story.is_informed:
        basis.cite("withdrawal_not_informed", term="extension")
        parts.more_law.append(texts()["withdrawal"]["not_informed"])
    table = basis.law.table("late_refund_withdrawal", story.written_on)
    if table is None:
        raise LetterLawUnknown(on=story.written_on)
    basis.note("surcharge", table.ref, verified=table.verified)


def conformity(story: Story, basis: Basis, amount: Money | None, parts: Parts) -> None:
    """A demand to bring into conformity. Raises ConformityOver. Source: C. conso L217-3 and following."""
    delivered_on = _given(story.delivered_on, "delivered_on")
    until_on = basis.end("conformity", delivered_on).last_on
    if story.written_on > until_on:
        raise ConformityOver(until_on=until_on)
    basis.cite("conformity", term="conformity_window")
    basis.cite("conformity_repair", term="repair_window")
    for key in ("return_cost_conformity", "conformity_termination", "refund_conformity"):
        basis.cite(key)
    basis.words["delivered_on"] = formats.day(delivered_on, "fr")


def refund_overdue(story: Story, basis: Basis, amount: Money | None, parts: Parts) -> None:
    """A refund that is late, with what the law adds on the day of the letter.

    After a withdrawal the trader may wait for the goods or for proof that they were sent: the term then ends no
    earlier than they were. Raises RefundNotLate, and LetterNeeds where goods in hand have not been sent back.
    Source: C. conso L221-24 and L242-4, L216-7 and L241-4.
    """
    if amount is None:
        raise LetterNeeds(field="amount")
    claimed_on = _given(story.claimed_on, "claimed_on")
    key = f"refund_{story.refund_of}"
    due_on = basis.end(key, claimed_on).last_on
    if story.refund_of == "withdrawal" and story.delivered_on is not None:
        due_on = max(due_on, _given(story.sent_back_on, "sent_back_on"))
    if story.written_on <= due_on:
        raise RefundNotLate(due_on=due_on)
    basis.cite(key, term="refund_window", name="refund")
    meter = surcharge(amount, due_on, story.written_on, basis.law, f"late_refund_{story.refund_of}")
    basis.note("surcharge", meter.ref, verified=meter.verified)
    is_priced = meter.rate_known or not meter.surcharge.is_zero
    if not is_priced:
        parts.demand = "demand_unpriced"
    parts.opening = f"opening_{story.refund_of}"
    parts.meter = meter
    # What a later step would add is for the page, not for who has still a term to pay in.
    parts.more_law += meter_lines(meter, "fr")[: 2 if is_priced else 1]
    if not is_priced:
        parts.more_law.append(texts()["refund_overdue"]["interest"])
    elif not meter.rate_known:
        parts.more_law.append(texts()["refund_overdue"]["more_interest"])
    basis.words["total"] = formats.money(meter.total, "fr")
    basis.words["claimed_on"] = formats.day(claimed_on, "fr")


def bank(story: Story, basis: Basis, amount: Money | None, parts: Parts) -> None:
    """A payment that was not authorised. Raises PaymentReportOver. Source: CMF L133-18, L133-24."""
    paid_on = _given(story.paid_on, "paid_on")
    key = "unauthorised_payment_outside_eea" if story.is_outside_eea else "unauthorised_payment"
    until_on = basis.end(key, paid_on).last_on
    if story.written_on > until_on:
        raise PaymentReportOver(until_on=until_on)
    basis.cite(key, term="report_window", name="unauthorised_payment")
    basis.cite("bank_refunds")
    basis.words["paid_on"] = formats.day(paid_on, "fr")


def mediator(story: Story, basis: Basis, amount: Money | None, parts: Parts) -> None:
    """A referral to the mediator. Raises MediatorTooLate. Source: C. conso L612-1, L612-2, L616-1, R612-5."""
    complained_on = _given(story.complained_on, "complained_on")
    until_on = basis.end("mediator", complained_on).last_on
    if story.written_on > until_on:
        raise MediatorTooLate(until_on=until_on)
    for key in ("mediator_free", "mediator_named"):
        basis.cite(key)
    basis.cite("mediator", term="mediator_window")
    basis.cite("mediator_outcome", term="outcome_window")
    basis.words["complained_on"] = formats.day(complained_on, "fr")


BUILDERS: dict[Kind, Callable[[Story, Basis, Money | None, Parts], None]] = {
    Kind.COMPLAINT: complaint,
    Kind.DELIVER: deliver,
    Kind.WITHDRAWAL: withdrawal,
    Kind.CONFORMITY: conformity,
    Kind.REFUND_OVERDUE: refund_overdue,
    Kind.BANK: bank,
    Kind.MEDIATOR: mediator,
}


def _given(on: date | None, field: str) -> date:
    if on is None:
        raise LetterNeeds(field=field)
    return on
