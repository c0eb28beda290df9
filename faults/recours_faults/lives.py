"""What people want of the site: whole claims, from their opening to the day the money is back."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from recours_faults.people import Journal, NotOffered, Page, Person

SELLER_WORDS = "L’emballage était conforme et la photo ne montre pas le défaut dont vous parlez. " * 2
BUYER_WORDS = "L’arceau du casque est cassé net à gauche, et le carton était intact. " * 2
TRIES = 12

DONE, REFUSED = "done", "refused"


@dataclass(frozen=True)
class Matter:
    """One order, the draft of a dispute about it, and everybody who has to do with it."""

    number: int
    order_id: UUID
    draft_id: UUID
    buyer: Person
    seller: Person
    agent: Person
    today: dt.date


class Refused(Exception):
    """Somebody was told that an act is not possible, and why: a true answer, which ends this life early."""


class Life:
    """Lives one matter, and keeps what each was told."""

    def __init__(self, matter: Matter, journal: Journal) -> None:
        self.matter, self.journal = matter, journal
        self.reference = ""
        self.is_over = False

    def open(self) -> None:
        path = f"/orders/{self.matter.order_id}/dispute/summary/"
        page = self.matter.buyer.post(path, {"draft": str(self.matter.draft_id)})
        parts = page.path.strip("/").split("/")
        if page.status != 302 or parts[0] != "claims":
            raise RuntimeError(f"{path}: {page.status} {page.path} {page.text[:300]}")
        self.reference = parts[1]
        self._told("buyer", "open_dispute", DONE)

    def act(self, person: Person, act: str, query: str = "", **values: str) -> None:
        """Do an act on its page, as often as it takes until it is done or refused. Raises Refused."""
        path = self._path(person, act)
        page = None
        for _ in range(TRIES):
            page = person.get(path + query)
            try:
                form = page.form()
            except NotOffered:
                time.sleep(0.3)
                continue
            page = person.post(path, {**form, **values})
            if page.status == 302:
                self._told(person.role, act, DONE)
                return
            if page.status == 422:
                raise RuntimeError(f"{path}: {page.text[:600]}")
        self._told(person.role, act, REFUSED)
        raise Refused(
            f"{self.reference} {act}: {page.status if page else 0} {page.text[:200] if page else ''}"
        )

    def looks(self) -> Page:
        """The buyer looks at the claim, and keeps what the page says of the money."""
        page = self.matter.buyer.get(f"/claims/{self.reference}/")
        self.journal.write(reference=self.reference, who="buyer", saw=_money_seen(page))
        return page

    def _told(self, who: str, act: str, what: str) -> None:
        self.journal.write(
            reference=self.reference, who=who, act=act, told=what, order=str(self.matter.order_id)
        )

    def _path(self, person: Person, act: str) -> str:
        prefix = {"buyer": "", "seller": "/seller", "agent": "/desk"}[person.role]
        return f"{prefix}/claims/{self.reference}/{act}/"


def _money_seen(page: Page) -> str:
    """What the page says of the refund, in one word."""
    text = page.text.casefold()
    if "versé le" in text or "a été remboursé" in text or "vous avez été remboursé" in text:
        return "paid"
    return "unpaid"


# -- The stories -----------------------------------------------------------------------------------------------------


def accepted(life: Life) -> None:
    """The seller grants all that was asked."""
    life.open()
    life.act(life.matter.seller, "accept")


def partly(life: Life) -> None:
    """The seller offers a part, and the buyer takes it."""
    life.open()
    cents = random.Random(life.matter.number).randrange(100, 8000)
    amount = f"{cents // 100},{cents % 100:02d}"
    life.act(life.matter.seller, "make_offer", kind="part", amount=amount, goods_return="no")
    life.act(life.matter.buyer, "accept_offer", query="?number=1")


def proposed(life: Life) -> None:
    """Seller and buyer disagree; the platform proposes, and both agree."""
    life.open()
    life.act(life.matter.seller, "refuse", reasons=SELLER_WORDS)
    life.act(life.matter.buyer, "escalate", reasons=BUYER_WORDS)
    life.act(life.matter.agent, "propose", kind="full", goods_return="no", reasons=SELLER_WORDS)
    life.act(life.matter.buyer, "accept_offer", query="?number=1")
    life.act(life.matter.seller, "accept_offer", query="?offer=1")


def sent_back(life: Life) -> None:
    """The goods go back first."""
    life.open()
    today = life.matter.today.isoformat()
    life.act(life.matter.seller, "make_offer", kind="full", goods_return="seller")
    life.act(life.matter.buyer, "accept_offer", query="?number=1")
    life.act(
        life.matter.buyer, "ship_return", carrier="colissimo", tracking="6A12345678903", shipped_on=today
    )
    life.act(life.matter.seller, "record_return_arrival", arrived_on=today)
    life.act(life.matter.seller, "accept_return")


Story = Callable[[Life], None]
STORIES: tuple[tuple[Story, int], ...] = ((accepted, 5), (partly, 4), (proposed, 2), (sent_back, 3))
"""What happens, and how often of fourteen."""


def story_of(number: int, seed: int) -> Story:
    """Return what happens to the nth matter; the same for the same seed."""
    stories, weights = zip(*STORIES, strict=True)
    return random.Random(f"{seed}:{number}").choices(stories, weights)[0]
