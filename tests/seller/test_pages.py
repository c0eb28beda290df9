"""The seller's list and pages: what is due first, in few queries, and nothing of other shops."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from django.test import Client
from tests.conftest import PRESENT
from tests.factories import (
    a_buyer,
    a_claim,
    a_marketplace,
    a_seller,
    a_shop,
    a_user,
    an_agent,
    an_order,
    the_buyer,
)

from recours.claims.commands import act
from recours.claims.commands.evidence import write_note
from recours.claims.models import Claim
from recours.claims.queries import PAGE
from recours.marketplaces.models import Buyer, Marketplace, Shop
from recours.people.commands import appoint_to_shop
from recours.people.models import User
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

LIST_QUERIES = 9
PAGE_QUERIES = 10


@dataclass
class Stall:
    """Bob's shop, with Alice as its buyer, and Bob's browser."""

    place: Marketplace
    shop: Shop
    bob: User
    alice: Buyer
    browser: Client

    @property
    def seller(self) -> Actor:
        return Actor(Role.SELLER, self.bob.pk)

    def claim(self, now: dt.datetime = PRESENT, **asked: object) -> Claim:
        return a_claim(an_order(self.alice, self.shop), now=now, **asked)


@pytest.fixture
def stall(client: Client) -> Stall:
    place = a_marketplace()
    shop = a_shop(place, name="Atelier du Son")
    bob = a_seller(shop)
    client.force_login(bob)
    alice = a_buyer(place, user=a_user("Alice"), name="Alice Martin", email="alice.martin@example.org")
    return Stall(place, shop, bob, alice, client)


def references(browser: Client, url: str) -> list[str]:
    return [row.reference for row in browser.get(url).context["page"].rows]


def test_list_shows_what_is_due_first(stall: Stall) -> None:
    later = stall.claim()
    sooner = stall.claim(now=PRESENT - dt.timedelta(days=2))

    assert references(stall.browser, "/seller/claims/") == [sooner.reference, later.reference]


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_with_more_claims(stall: Stall, count: int, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(count):
        stall.claim()

    with django_assert_num_queries(LIST_QUERIES):
        stall.browser.get("/seller/claims/")


def test_tabs_hold_each_claim_once(stall: Stall) -> None:
    answered, open_one, returned = stall.claim(), stall.claim(), stall.claim(goods_return=True)
    act(answered.pk, c.Refuse(by=stall.seller, reasons="Non."))
    act(returned.pk, c.Accept(by=stall.seller))

    found = {
        tab: references(stall.browser, f"/seller/claims/?tab={tab}")
        for tab in ("to_answer", "underway", "returns", "closed")
    }

    assert found == {
        "to_answer": [open_one.reference],
        "underway": [answered.reference],
        "returns": [returned.reference],
        "closed": [],
    }


def test_a_question_of_the_platform_is_the_sellers_to_answer(stall: Stall) -> None:
    claim = stall.claim()
    agent = Actor(Role.AGENT, an_agent(stall.place).pk)
    act(claim.pk, c.Escalate(by=stall.seller))
    act(claim.pk, c.AskEvidence(by=agent, of=Role.SELLER, text="Le rapport d'essai ?"))

    assert references(stall.browser, "/seller/claims/?tab=to_answer") == [claim.reference]
    assert references(stall.browser, "/seller/claims/?tab=underway") == []


def test_closed_claims_come_latest_first(stall: Stall) -> None:
    old, new = stall.claim(), stall.claim()
    for claim, hours in ((old, 1), (new, 2)):
        act(claim.pk, c.MarkSolved(by=the_buyer(stall.alice.pk)), now=PRESENT + dt.timedelta(hours=hours))

    assert references(stall.browser, "/seller/claims/?tab=closed") == [new.reference, old.reference]


def test_list_goes_on_where_the_page_ended(stall: Stall) -> None:
    made = [stall.claim(now=PRESENT - dt.timedelta(minutes=n)).reference for n in range(PAGE + 2)]

    first = stall.browser.get("/seller/claims/").context["page"]
    second = stall.browser.get(first.next_url).context["page"]

    shown = [row.reference for row in [*first.rows, *second.rows]]
    assert sorted(shown) == sorted(made)
    assert (len(first.rows), len(second.rows)) == (PAGE, 2)
    assert (second.next_url, second.first_url) == ("", "/seller/claims/")


def test_list_can_be_narrowed_to_one_shop(stall: Stall) -> None:
    second = a_shop(stall.place)
    appoint_to_shop(user=stall.bob, shop_id=second.pk)
    mine = stall.claim()
    other = a_claim(an_order(stall.alice, second))

    assert set(references(stall.browser, "/seller/claims/")) == {mine.reference, other.reference}
    assert references(stall.browser, f"/seller/claims/?shop={second.pk}") == [other.reference]


@pytest.mark.parametrize(
    "address", ["?tab=__", "?after=zzz", "?after=2026~2026", "?shop=1%27%20OR%201=1", "?after=%00~%00"]
)
def test_what_the_address_says_wrong_is_taken_as_not_said(stall: Stall, address: str) -> None:
    claim = stall.claim()

    assert references(stall.browser, f"/seller/claims/{address}") == [claim.reference]


def test_claim_page_costs_a_fixed_number_of_queries(stall: Stall, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    claim = stall.claim()
    stall.browser.get(f"/seller/claims/{claim.reference}/")

    with django_assert_num_queries(PAGE_QUERIES):
        page = stall.browser.get(f"/seller/claims/{claim.reference}/")

    assert len(page.content) < 60_000


def test_claim_page_names_the_buyer_by_first_name_only(stall: Stall) -> None:
    shown = stall.browser.get(f"/seller/claims/{stall.claim().reference}/").content.decode()

    assert "Alice" in shown
    assert "Martin" not in shown
    assert "alice.martin@example.org" not in shown


def test_a_name_that_is_an_address_is_not_shown(stall: Stall) -> None:
    Buyer.objects.filter(pk=stall.alice.pk).update(name="alice.martin@example.org")

    shown = stall.browser.get(f"/seller/claims/{stall.claim().reference}/").content.decode()

    assert "alice.martin" not in shown


def test_notes_of_the_desk_never_reach_the_seller(stall: Stall) -> None:
    claim = stall.claim()
    write_note(claim_id=claim.pk, by=Actor(Role.AGENT, an_agent(stall.place).pk), text="Vendeur suspect.")

    for address in ("", "accept/", "refuse/", "evidence/"):
        page = stall.browser.get(f"/seller/claims/{claim.reference}/{address}")
        assert page.status_code == 200
        assert "suspect" not in page.content.decode()


@pytest.mark.parametrize("address", ["", "accept/", "evidence/", "evidence/A-1/", "evidence/A-1/thumbnail/"])
def test_claims_of_other_shops_do_not_exist(stall: Stall, address: str) -> None:
    theirs = a_claim(an_order(stall.alice, a_shop(stall.place)))

    assert stall.browser.get(f"/seller/claims/{theirs.reference}/{address}").status_code == 404


def test_who_works_for_no_shop_finds_no_page(stall: Stall) -> None:
    claim = stall.claim()
    for person in (an_agent(stall.place), stall.alice.user, a_user("Mallory")):
        browser = Client()
        browser.force_login(person)
        assert browser.get("/seller/claims/").status_code == 404
        assert browser.get(f"/seller/claims/{claim.reference}/").status_code == 404


def test_nobody_is_asked_to_sign_in(stall: Stall) -> None:
    page = Client().get(f"/seller/claims/{stall.claim().reference}/")

    assert (page.status_code, page["Location"].split("?")[0]) == (302, "/account/login/")


def test_a_late_refund_shows_its_meter_to_the_seller(stall: Stall, frozen_clock) -> None:  # type: ignore[no-untyped-def]
    claim = stall.claim()
    act(claim.pk, c.Accept(by=stall.seller))
    frozen_clock.move_to(PRESENT + dt.timedelta(days=25))
    stall.browser.force_login(stall.bob)

    page = stall.browser.get(f"/seller/claims/{claim.reference}/")

    assert page.context["meter"]["added"].minor == 450
    assert "ce qui est dû à l’acheteur" in page.content.decode()
