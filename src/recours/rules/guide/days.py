"""The days that count for somebody, each with its trace: what a page lists, and a calendar takes."""

from __future__ import annotations

from datetime import date

from recours.rules.entitlement import (
    CHANGE_OF_MIND,
    Facts,
    RefundWindow,
    claim_window,
    refund_window,
    withdrawal_by_law,
)
from recours.rules.entitlement.terms import by_the_law, by_the_policy
from recours.rules.guidance import bank_terms
from recours.rules.guide.answers import Answers, Trouble
from recours.rules.guide.model import Term
from recours.rules.law import Law, Right
from recours.rules.letters import Step
from recours.rules.lifecycle.vocabulary import Ground
from recours.rules.policy import Policy
from recours.rules.windows import Dated, earlier_of, one_day


class Reckoning:
    """Counts days for one person, on one day, under one policy and one law, which may be missing."""

    def __init__(self, answers: Answers, policy: Policy, law: Law | None, today: date) -> None:
        self.answers, self.policy, self.law, self.today = answers, policy, law, today
        self.calendar = policy.calendar

    @property
    def ground(self) -> str | None:
        """The ground as policy and law read it: a late refund follows a withdrawal, or what never came in time."""
        trouble = self.answers.trouble
        if trouble is Trouble.REFUND_LATE:
            return None if self.answers.refund_of == "withdrawal" else Ground.LATE.value
        if trouble is Trouble.FRAUD:
            return Ground.UNAUTHORISED_CHARGE.value
        return trouble.ground.value if trouble is not None and trouble.ground is not None else None

    @property
    def started_on(self) -> date | None:
        """The day on which the contract was made or the money left, the first that anything is counted from."""
        return self.answers.ordered_on or self.answers.paid_on

    @property
    def claimed_on(self) -> date | None:
        """The day of the claim: the one named, or else the day on which a dispute was opened."""
        opened = [each.on for each in self.answers.tried if each.step is Step.DISPUTE]
        return self.answers.claimed_on or min(opened, default=None)

    def facts(self) -> Facts | None:
        """What policy and law are compared on; None while not one day is known."""
        found = self.answers
        days = (self.claimed_on, found.delivered_on, found.promised_on, self.started_on)
        if found.trouble is None or all(on is None for on in days):
            return None
        return Facts(
            delivered_on=found.delivered_on,
            claimed_at=self.claimed_on,
            ground=self.ground,
            ordered_at=self.started_on,
            promised_on=found.promised_on,
            goods_back_at=found.sent_back_on,
        )

    def waits_for_goods(self) -> bool:
        """Whether the seller may keep the money back, because nothing is on its way. Source: C. conso L221-24."""
        found = self.answers
        if self.ground not in CHANGE_OF_MIND or found.delivered_on is None or found.sent_back_on is not None:
            return False
        return self.law is not None and self.law.find("refund_withdrawal_may_wait", self.today) is not None

    # -- one day each -------------------------------------------------------------------------------------------

    def delivery(self) -> Term | None:
        """Until when the parcel had to come: as promised, or thirty days after the order. Source: C. conso L216-1."""
        if self.answers.promised_on is not None:
            promised = one_day(self.answers.promised_on, self.calendar, rule="claim.promised", source="")
            return self.term("delivery", promised, None, is_yours=False)
        dated, right = by_the_law(self.law, "delivery_default", self.answers.ordered_on, self.calendar)
        return self.term("delivery", dated, right, is_yours=False)

    def dispute(self) -> Term | None:
        """Until when the marketplace lets a dispute be opened, by its own windows."""
        start = self.started_on or self.answers.promised_on or self.answers.delivered_on
        if start is None:
            return None
        found = claim_window(
            self.ground,
            start,
            self.answers.promised_on,
            self.answers.delivered_on,
            self.policy,
            self.law,
            self.calendar,
        )
        return self.term("dispute", found.policy_until, None, is_yours=True)

    def withdrawal(self) -> Term | None:
        """Until when the contract may be withdrawn from by law. Sources: C. conso L221-18, L221-20."""
        dated, right = withdrawal_by_law(
            self.answers.delivered_on, self.law, self.calendar, told=self.answers.is_informed
        )
        return self.term("withdrawal", dated, right, is_yours=True)

    def withdrawal_by_policy(self) -> Term | None:
        """Until when the marketplace takes goods back that are not wanted."""
        if self.answers.delivered_on is None:
            return None
        dated = by_the_policy(
            self.answers.delivered_on,
            self.policy.claim.open_after_delivery,
            "claim.open_after_delivery",
            "parcel_received",
            self.policy,
            self.calendar,
        )
        return self.term("withdrawal_policy", dated, None, is_yours=True)

    def send_back(self) -> Term | None:
        """Until when goods must be on their way after a withdrawal. Source: C. conso L221-23."""
        if self.answers.delivered_on is None or self.answers.sent_back_on is not None:
            return None
        dated, right = by_the_law(self.law, "send_back", self.answers.claimed_on, self.calendar)
        return self.term("send_back", dated, right, is_yours=True)

    def refund(self) -> tuple[Term, RefundWindow] | None:
        """By when the money is due: the earlier of policy and law; nothing before a claim was made."""
        if self.claimed_on is None:
            return None
        window = refund_window(
            self.ground,
            self.claimed_on,
            self.answers.sent_back_on,
            self.policy,
            self.law,
            self.calendar,
            self.answers.delivered_on,
            told=self.answers.is_informed,
        )
        is_law = window.law_latest is not None and window.law_latest.due_at <= window.policy_latest.due_at
        right = window.right if is_law else None
        found = self.term("refund", window.latest, right, is_yours=False)
        return None if found is None else (found, window)

    def conformity(self) -> Term | None:
        """Until when a lack of conformity may be claimed. Source: C. conso L217-3."""
        dated, right = by_the_law(self.law, "conformity", self.answers.delivered_on, self.calendar)
        return self.term("conformity", dated, right, is_yours=True)

    def mediator(self) -> Term | None:
        """Until when a mediator may be turned to: a year from the written complaint. Source: C. conso L612-2."""
        dated, right = by_the_law(self.law, "mediator", self.answers.complained_on, self.calendar)
        return self.term("mediator", dated, right, is_yours=True)

    def bank(self) -> tuple[Term, ...]:
        """Until when a bank can be told, from the debit.

        For goods that did not come, the card schemes count from the day on which they were expected, and never beyond
        their cap from the payment. Sources: CMF L133-24; Visa 13.1, Mastercard 4853.
        """
        if self.answers.trouble is Trouble.LOST:
            chargeback = self._chargeback_of_what_never_came()
            return () if chargeback is None else (chargeback,)
        if self.answers.paid_on is None:
            return ()
        wanted = _BANK_KEYS.get(self.answers.trouble, ())
        found = [
            self.term(each.right.key, each.until, each.right, is_yours=True)
            for each in bank_terms(self.answers.paid_on, self.law, self.calendar)
            if each.right.key in wanted
        ]
        return tuple(each for each in found if each is not None and self._applies(each.key))

    def _applies(self, key: str) -> bool:
        """Of the two terms of the law only that of the payee's bank, once it is known to be outside the Area."""
        return not (self.answers.is_outside_eea and key == "unauthorised_payment")

    def _chargeback_of_what_never_came(self) -> Term | None:
        expected = self.delivery()
        if expected is None:
            return None
        until, right = by_the_law(self.law, "chargeback", expected.dated.last_on, self.calendar)
        cap, _ = by_the_law(self.law, "chargeback_cap", self.started_on, self.calendar)
        if until is not None and cap is not None:
            until = earlier_of(until, cap)
        return self.term("chargeback", until, right, is_yours=True)

    def term(self, key: str, dated: Dated | None, right: Right | None, *, is_yours: bool) -> Term | None:
        """Return a day as the guide shows it; nothing where there is none."""
        if dated is None:
            return None
        return Term(
            key=key,
            dated=dated,
            is_yours=is_yours,
            days_left=(dated.last_on - self.today).days,
            article=right.ref if right is not None else "",
            is_law=right is not None and right.is_law,
            verified=right is None or right.verified,
        )


_UNAUTHORISED = ("unauthorised_payment", "unauthorised_payment_outside_eea")
_BANK_KEYS: dict[Trouble | None, tuple[str, ...]] = {
    Trouble.UNAUTHORISED_CHARGE: (*_UNAUTHORISED, "chargeback"),
    Trouble.CHARGED_TWICE: (*_UNAUTHORISED, "chargeback"),
    Trouble.OVERCHARGE: ("chargeback",),
    Trouble.FRAUD: ("chargeback",),
    Trouble.TECHNICAL_FAULT: ("chargeback",),
}
"""A charge that its payer did not agree to is the law's; one that they agreed to, for another sum or to a swindler, is
the card scheme's alone."""
