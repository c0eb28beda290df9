"""Paid by a person: the operator's accounting makes the transfer and records it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from recours.refunds.providers import Answer, Notice, Order, Outcome


class Manual:
    """Never moves money by itself, so it can be asked any number of times."""

    name = "manual"
    automatic = False

    def pay(self, order: Order) -> Answer:
        return Answer(outcome=Outcome.PENDING)

    def look_up(self, order: Order) -> Answer | None:
        return None

    def changes(self, since: dt.datetime) -> Iterator[Notice]:
        return iter(())
