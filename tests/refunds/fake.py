"""A provider in memory, for tests of what surrounds the call; what a real one does is the contract suite's business."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

import pytest

from recours.refunds import commands
from recours.refunds.providers import Answer, NoAnswer, Notice, Order, Outcome


class FakeProvider:
    """It pays at once and remembers every key. `listed` is what its own list tells, `silent` cuts every answer off."""

    name = "stripe"
    automatic = True

    def __init__(self) -> None:
        self.paid: dict[UUID, Order] = {}
        self.listed: list[Notice] = []
        self.asked_since: list[dt.datetime] = []
        self.silent = False

    def pay(self, order: Order) -> Answer:
        self.paid[order.key] = order
        return Answer(outcome=Outcome.PAID, ref=f"re_{order.key.hex[:8]}")

    def look_up(self, order: Order) -> Answer | None:
        if self.silent:
            raise NoAnswer("cut off")
        known = order.key in self.paid
        return Answer(outcome=Outcome.PAID, ref=f"re_{order.key.hex[:8]}") if known else None

    def changes(self, since: dt.datetime) -> Iterator[Notice]:
        self.asked_since.append(since)
        yield from self.listed
        if self.silent:
            raise NoAnswer("cut off")


def in_place_of_all(monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    """Put it where commands look for a provider."""
    fake = FakeProvider()
    for module in (commands.paying, commands.reconciling):
        monkeypatch.setattr(module, "provider", lambda name: fake)
    return fake
