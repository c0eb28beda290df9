"""A broken headset, its buyer at a browser, and the others at their own."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.test import Client
from tests import factories as f

from recours.claims.commands import act
from recours.claims.models import Claim
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor, Terms
from recours.rules.lifecycle.vocabulary import Ground, Remedy, Role


def refund(minor: int, *, goods_return: bool = False) -> Terms:
    return Terms(
        remedy=Remedy.REFUND,
        amount=f.euros(minor),
        goods_return=goods_return,
        return_paid_by=Role.SELLER if goods_return else None,
    )


class Stage:
    """Alice's claim on Bob's shop, at Charlie's marketplace; `client` is Alice's browser."""

    def __init__(self, **asked: Any) -> None:
        self.place = f.a_marketplace()
        self.shop = f.a_shop(self.place)
        self.buyer = f.a_buyer(self.place)
        self.alice = self.buyer.user
        assert self.alice is not None
        self.bob, self.charlie = f.a_seller(self.shop), f.an_agent(self.place)
        self.as_buyer = Actor(Role.BUYER, self.alice.pk)
        self.as_seller = Actor(Role.SELLER, self.bob.pk)
        self.as_agent = Actor(Role.AGENT, self.charlie.pk)
        order = None if "payment" in asked or "buyer" in asked else f.an_order(self.buyer, self.shop)
        self.claim = f.a_claim(order, **asked)
        self.client = browser(self.alice)

    def do(self, *wishes: c.Command) -> Stage:
        for wish in wishes:
            act(self.claim.pk, wish)
        return self

    @property
    def url(self) -> str:
        return f"/claims/{self.claim.reference}/"

    @property
    def now(self) -> Claim:
        return Claim.objects.get(pk=self.claim.pk)

    @property
    def page(self) -> str:
        return plain(self.client.get(self.url).content.decode())

    def post(self, what: str, *, seq: int | None = None, follow: bool = True, **data: Any) -> Any:
        """Send an act as the page would: with the number of the last event it shows."""
        shown = self.now.seq if seq is None else seq
        return self.client.post(f"{self.url}{what}/", {"expected_seq": shown, **data}, follow=follow)

    # Where the story can be taken in one step
    def offered(self, minor: int = 2000, **terms: Any) -> Stage:
        return self.do(c.MakeOffer(by=self.as_seller, terms=refund(minor, **terms), reasons="Un geste."))

    def with_platform(self) -> Stage:
        return self.do(c.Escalate(by=self.as_seller))

    def ruled(self, terms: Terms | None = None) -> Stage:
        rule = c.Rule(by=self.as_agent, rule="law:FR:conso:L217-3", reasons="Rien ne le montre.", terms=terms)
        return self.with_platform().do(rule)


def about_payment() -> Stage:
    stage = Stage()
    payment = f.a_payment(stage.buyer)
    stage.claim = f.a_claim(payment=payment, buyer=stage.buyer, ground=Ground.OVERCHARGE)
    return stage


def browser(user: Any, language: str = "fr") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def plain(html: str) -> str:
    """The words of a page, without its tags, with ordinary spaces."""
    import html as entities

    text = re.sub(r"<[^>]+>", " ", html)
    return re.sub(r"\s+", " ", entities.unescape(text))


def said(response: Any) -> str:
    """The words of the answer."""
    return plain(response.content.decode())


TODAY = dt.date(2026, 11, 20)
