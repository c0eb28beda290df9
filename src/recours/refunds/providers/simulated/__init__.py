"""A payment provider for the demo and for tests, with the troubles of real ones.

It keeps its books in a file of its own, apart from our database, as a real provider does: one line of JSON for
every refund made, forced to the disk before it answers. Some amounts cause trouble, in minor units of any currency:

| amount  | what happens                                                                |
|--------:|-----------------------------------------------------------------------------|
| 66 601  | declined, always                                                            |
| 66 602  | declined the first time, paid the second                                    |
| 66 603  | paid, but the first answer is lost on its way back                          |
| 66 604  | the first call is lost on its way there; nothing was paid                   |
| 66 605  | pending at first; paid when asked again                                     |
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import msgspec

from recours.refunds.providers import Answer, NoAnswer, Notice, Order, Outcome
from recours.rules.money import Money

DECLINED = 66_601
DECLINED_ONCE = 66_602
ANSWER_LOST = 66_603
CALL_LOST = 66_604
PENDING = 66_605


class Entry(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag=str.lower):
    key: UUID


class Try(Entry, frozen=True, kw_only=True):
    """A call that came to nothing."""


class Paid(Entry, frozen=True, kw_only=True):
    """Money that left."""

    ref: str
    amount: Money
    payment_ref: str


class Forgot(Entry, frozen=True, kw_only=True):
    """The key was forgotten; the refund stays in the books."""


_encode = msgspec.json.encode
_decode = msgspec.json.Decoder(Try | Paid | Forgot).decode


class Simulated:
    """Idempotent on the key as long as it remembers it, and after that only for who asks first."""

    name = "simulated"
    automatic = True

    def __init__(self, folder: Path) -> None:
        self.journal = folder / "journal.jsonl"

    def pay(self, order: Order) -> Answer:
        with self._books() as books:
            known = self._remembered(books, order.key)
            if known is not None:
                return Answer(outcome=Outcome.PAID, ref=known.ref)
            first = not any(entry.key == order.key for entry in books)
            match order.amount.minor:
                case m if m == DECLINED or (m == DECLINED_ONCE and first):
                    self._write(Try(key=order.key))
                    return Answer(outcome=Outcome.DECLINED, reason="La banque a refusé l'opération.")
                case m if m == CALL_LOST and first:
                    self._write(Try(key=order.key))
                    raise NoAnswer("the call was lost")
                case m if m == PENDING and first:
                    self._write(Try(key=order.key))
                    return Answer(outcome=Outcome.PENDING)
            paid = self._pay(books, order)
            if order.amount.minor == ANSWER_LOST and first:
                raise NoAnswer("the answer was lost")
            return Answer(outcome=Outcome.PAID, ref=paid.ref)

    def look_up(self, order: Order) -> Answer | None:
        with self._books() as books:
            for entry in books:
                if isinstance(entry, Paid) and entry.key == order.key:
                    return Answer(outcome=Outcome.PAID, ref=entry.ref)
            return None

    def changes(self, since: dt.datetime) -> Iterator[Notice]:
        """It tells nothing unasked: `look_up` has it all."""
        return iter(())

    def forget(self, key: UUID) -> None:
        """Forget a key, as real providers do after a day or so."""
        with self._books():
            self._write(Forgot(key=key))

    def paid_in_all(self) -> list[Paid]:
        """Return every refund that was made, oldest first."""
        with self._books() as books:
            return [entry for entry in books if isinstance(entry, Paid)]

    def _remembered(self, books: list[Try | Paid | Forgot], key: UUID) -> Paid | None:
        found: Paid | None = None
        for entry in books:
            if entry.key == key:
                found = entry if isinstance(entry, Paid) else None if isinstance(entry, Forgot) else found
        return found

    def _pay(self, books: list[Try | Paid | Forgot], order: Order) -> Paid:
        number = sum(isinstance(entry, Paid) for entry in books) + 1
        paid = Paid(
            key=order.key, ref=f"sim_{number:06d}", amount=order.amount, payment_ref=order.payment_ref
        )
        self._write(paid)
        return paid

    @contextlib.contextmanager
    def _books(self) -> Iterator[list[Try | Paid | Forgot]]:
        """Read the journal, alone with it until the block ends."""
        self.journal.parent.mkdir(parents=True, exist_ok=True)
        with self.journal.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lines = self.journal.read_bytes().splitlines() if self.journal.exists() else []
            yield [_decode(line) for line in lines]

    def _write(self, entry: Entry) -> None:
        with self.journal.open("ab") as file:
            file.write(_encode(entry) + b"\n")
            file.flush()
            os.fsync(file.fileno())
