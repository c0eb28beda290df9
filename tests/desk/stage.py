"""The desk with two agents, an administrator and a claim that the seller brought before the platform."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.test import Client
from tests.conftest import PRESENT
from tests.factories import a_buyer, a_claim, a_marketplace, a_seller, a_shop, a_user, an_agent, an_order

from recours.claims.commands import act
from recours.claims.models import Claim, ClaimEvent
from recours.marketplaces.models import Buyer, Marketplace, Shop
from recours.people.models import DeskRole, User
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


@dataclass
class Bench:
    """A marketplace's desk. `charlie` and `chloe` are agents, `admin` an administrator; Bob sells, Alice buys."""

    place: Marketplace
    shop: Shop
    alice: Buyer
    bob: User
    charlie: User
    chloe: User
    admin: User

    @property
    def seller(self) -> Actor:
        return Actor(Role.SELLER, self.bob.pk)

    @property
    def buyer(self) -> Actor:
        return Actor(Role.BUYER, self.alice.user_id)

    def agent(self, user: User) -> Actor:
        return Actor(Role.AGENT, user.pk)

    def dispute(self, now: dt.datetime = PRESENT, **asked: Any) -> Claim:
        return a_claim(an_order(self.alice, self.shop), now=now, **asked)

    def escalated(self, now: dt.datetime = PRESENT, **asked: Any) -> Claim:
        claim = self.dispute(now, **asked)
        return act(claim.pk, c.Escalate(by=self.seller, reasons="Voyez nos photos."), now=now)


def a_bench() -> Bench:
    place = a_marketplace()
    shop = a_shop(place, name="Atelier du Son")
    return Bench(
        place=place,
        shop=shop,
        alice=a_buyer(place, user=a_user("Alice"), name="Alice Martin"),
        bob=a_seller(shop),
        charlie=an_agent(place),
        chloe=an_agent(place),
        admin=an_agent(place, role=DeskRole.ADMINISTRATOR),
    )


def happened(claim: Claim) -> list[str]:
    return list(ClaimEvent.objects.filter(claim=claim).order_by("seq").values_list("kind", flat=True))


def send(browser: Client, claim: Claim, name: str, **typed: Any) -> Any:
    """Post an act as a page that was just read would."""
    claim.refresh_from_db()
    return browser.post(
        f"/desk/claims/{claim.reference}/{name}/", {"expected_seq": claim.seq, **typed}, follow=True
    )
