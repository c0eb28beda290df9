"""Paid by a person: the operator's accounting makes the transfer and records it."""

from __future__ import annotations

from recours.refunds.providers import Answer, Order, Outcome


class Manual:
    """Never moves money by itself, so it can be asked any number of times."""

    name = "manual"
    automatic = False

    def pay(self, order: Order) -> Answer:
        return Answer(outcome=Outcome.PENDING)

    def look_up(self, order: Order) -> Answer | None:
        return None
