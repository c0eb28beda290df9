"""What the guide answers: values, free of language. Words are under `guide` in the wording, by the keys below."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from recours.rules.entitlement import Entitlement
from recours.rules.guide.answers import Answers
from recours.rules.guide.places import Place
from recours.rules.letters.model import Kind
from recours.rules.money import Money
from recours.rules.profile import Address, Fact, Profile
from recours.rules.surcharge import Meter
from recours.rules.windows import Dated, Window


class Way(StrEnum):
    """Which way leads out; each has its own rungs."""

    LADDER = "ladder"
    """The seller, the marketplace, then the letter."""
    WITHDRAWAL = "withdrawal"
    """Changing one's mind: a declaration, and no reason to give."""
    REFUND = "refund"
    """Money that is owed already."""
    BANK = "bank"
    """The bank first: it has the money's way back, and the shortest terms."""
    FAULT = "fault"
    """A purchase that failed: the marketplace alone, as there is no seller yet."""


class Rung(StrEnum):
    """One thing to do, in the order of its way."""

    HELP_CENTRE = "help_centre"
    SELLER = "seller"
    DISPUTE = "dispute"
    SUPPORT = "support"
    LETTER = "letter"
    DECLARE = "declare"
    BANK = "bank"
    FRAUD = "fraud"


class Mark(StrEnum):
    """Where somebody stands with a rung."""

    DONE = "done"
    LEFT_OUT = "left_out"
    SHUT = "shut"
    NEXT = "next"
    LATER = "later"


class Climbed(Struct, frozen=True, kw_only=True):
    """A rung, whether it was climbed and when, what came of it in the person's words, and how it is done."""

    rung: Rung
    mark: Mark
    on: date | None = None
    said: str = ""
    how: Fact | Address | None = None


class Term(Struct, frozen=True, kw_only=True):
    """A day that counts, with its trace. `is_yours`: the reader must act by it, or else somebody else must.

    `article` is a reference that `wording.trace.source_text` reads, empty where only a promise was made. `is_law` is
    false for a contract's promise and for a habit.
    """

    key: str
    dated: Dated
    is_yours: bool
    days_left: int
    article: str = ""
    is_law: bool = False
    verified: bool = True

    @property
    def is_over(self) -> bool:
        return self.days_left < 0


class Note(Struct, frozen=True, kw_only=True):
    """Something that the reader must know: the sentence `guide.note.<code>`; `window` is how long the law gives."""

    code: str
    window: Window | None = None
    params: dict[str, str | int | date | Money] = {}
    articles: tuple[str, ...] = ()
    verified: bool = True


class Bank(Struct, frozen=True, kw_only=True):
    """What a bank is asked, by when, and with which papers; who else is told of a fraud.

    `papers` are words of `evidence`; `terms` run from the debit, or from the day on which a parcel was expected.
    """

    terms: tuple[Term, ...]
    papers: tuple[str, ...]
    tell: tuple[Place, ...] = ()


class DoorState(StrEnum):
    OPEN = "open"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    TO_CHECK = "to_check"


class Door(Struct, frozen=True, kw_only=True):
    """A next door, and why it is open or is not: the sentence `guide.door_reason.<key>.<reason>`.

    `place` is where it is, None where the marketplace alone can name it; `told` what its profile says of it.
    """

    key: str
    state: DoorState
    reason: str
    place: Place | None = None
    told: Fact | None = None
    until: Dated | None = None
    limit: Money | None = None
    articles: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()


class Outcome(Struct, frozen=True, kw_only=True):
    """All that follows from the answers. What cannot be said yet is left out, and `notes` says why.

    `answer_by` is a fair day to ask an answer by; `rights` are the lines of policy against law; `meter` runs only where
    a refund is late; `owed` is what is due, in one sentence, where one can be said; `letters` are the kinds that can be
    written today, the fittest first; `unverified` are references to articles that are still to be checked.
    """

    answers: Answers
    profile: Profile
    today: date
    way: Way
    ladder: tuple[Climbed, ...]
    answer_by: date | None = None
    terms: tuple[Term, ...] = ()
    rights: tuple[Entitlement, ...] = ()
    refund: Term | None = None
    meter: Meter | None = None
    bank: Bank | None = None
    owed: Note | None = None
    notes: tuple[Note, ...] = ()
    doors: tuple[Door, ...] = ()
    letters: tuple[Kind, ...] = ()
    unverified: tuple[str, ...] = ()

    @property
    def next(self) -> Climbed | None:
        """The one thing to do now."""
        return next((each for each in self.ladder if each.mark is Mark.NEXT), None)

    @property
    def untried(self) -> tuple[Rung, ...]:
        """The rungs before the letter that were not climbed, for who writes it all the same."""
        known = (Mark.DONE, Mark.SHUT)
        return tuple(
            each.rung for each in self.ladder if each.mark not in known and each.rung is not Rung.LETTER
        )
