"""The same people and the same broken headset in every test of the lifecycle."""

import datetime as dt
from uuid import UUID

from msgspec.structs import replace

from recours.rules.law import law_of
from recours.rules.lifecycle import Rulebook, decide, evolve
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import (
    CLOCK,
    MARKETPLACE,
    Actor,
    Claim,
    ClaimedLine,
    Declaration,
    Opening,
    Terms,
)
from recours.rules.lifecycle.events import Event
from recours.rules.lifecycle.vocabulary import About, Ground, Remedy, Role
from recours.rules.money import Money
from recours.rules.policy import load_preset

BUYER = Actor(Role.BUYER, UUID(int=1))
SELLER = Actor(Role.SELLER, UUID(int=2))
AGENT = Actor(Role.AGENT, UUID(int=3))
OTHER_AGENT = Actor(Role.AGENT, UUID(int=4))
PAID = Money(minor=8990, currency="EUR")
NOW = dt.datetime(2026, 11, 19, 13, 12, tzinfo=dt.UTC)

POLICY = load_preset("default")
RULES = Rulebook(policy=POLICY, law=law_of("FR"), calendar=POLICY.calendar)


def refund(minor: int = 8990, *, goods_return: bool = False) -> Terms:
    return Terms(
        remedy=Remedy.REFUND,
        amount=Money(minor=minor, currency="EUR"),
        goods_return=goods_return,
        return_paid_by=Role.SELLER if goods_return else None,
    )


REPLACEMENT = Terms(remedy=Remedy.REPLACEMENT)


def opening(
    ground: Ground = Ground.DAMAGED, wanted: Terms | None = None, about: About = About.ORDER
) -> Opening:
    lines = (
        (ClaimedLine(line_id=1, title="Casque Nova", quantity=1, paid=PAID),) if about is About.ORDER else ()
    )
    return Opening(
        claim_id=UUID(int=9),
        reference="L-7F3K9QXM",
        about=about,
        ground=ground,
        lines=lines,
        disputed=PAID,
        wanted=wanted or refund(),
        explanation="L'arceau est cassé net.",
        policy_version=1,
        country="FR",
        ordered_on=dt.date(2026, 10, 28),
        promised_on=dt.date(2026, 11, 10),
        delivered_on=None if ground is Ground.LOST else dt.date(2026, 11, 12),
    )


class Story:
    """A claim told act by act; keeps every event, so that a test can replay or look at them."""

    def __init__(self, rules: Rulebook = RULES, now: dt.datetime = NOW) -> None:
        self.rules = rules
        self.now = now
        self.claim: Claim | None = None
        self.events: list[Event] = []

    def do(self, command: c.Command | c.Elapse) -> "Story":
        for event in decide(self.claim, command, self.rules, self.now):
            self.claim = evolve(self.claim, event)
            self.events.append(event)
        return self

    def dispute(self, ground: Ground = Ground.DAMAGED, wanted: Terms | None = None) -> "Story":
        about = About.PAYMENT if ground.concerns_marketplace else About.ORDER
        return self.do(c.OpenDispute(by=BUYER, opening=opening(ground, wanted, about)))

    def withdraw(
        self, *, delivered_on: dt.date | None = dt.date(2026, 11, 12), contests: bool = False
    ) -> "Story":
        """Withdraw from the contract of the whole order, the headset in hand unless it has not come."""
        wanted = refund(goods_return=delivered_on is not None)
        born = replace(opening(Ground.CHANGE_OF_MIND, wanted), explanation="", delivered_on=delivered_on)
        said = Declaration(
            name="Alice",
            email="alice@example.org",
            text="Je me rétracte.",
            zone="Europe/Paris",
            contests_exclusion=contests,
        )
        return self.do(c.WithdrawFromContract(by=BUYER, opening=born, declaration=said))

    def later(self, **length: int) -> "Story":
        self.now += dt.timedelta(**length)
        return self

    def silence(self) -> "Story":
        """Move to the next deadline and let the clock act on it."""
        deadline = self.now_claim.deadlines[0]
        self.now = max(self.now, deadline.due_at)
        return self.do(c.Elapse(kind=deadline.kind, due_at=deadline.due_at, by=CLOCK))

    def pay(self, minor: int = 8990) -> "Story":
        amount = Money(minor=minor, currency="EUR")
        return self.do(c.PayRefund(by=MARKETPLACE, amount=amount, refund_id=UUID(int=minor)))

    @property
    def now_claim(self) -> Claim:
        assert self.claim is not None
        return self.claim


def with_policy(**tables: object) -> Rulebook:
    """The default rules with some tables of the policy changed."""
    return replace(RULES, policy=replace(POLICY, **tables))
