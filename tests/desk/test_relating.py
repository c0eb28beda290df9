"""Linking and merging claims at the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.buyer.reading import plain
from tests.claims.test_merging import Pair, a_pair
from tests.desk.stage import Bench, a_bench, signed_in

from recours.casework.models import ClaimLink
from recours.claims.models import Claim
from recours.people.models import ShopRole, ShopStaff

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Pair:
    return a_pair()


@pytest.fixture
def desk(pair: Pair) -> Client:
    return signed_in(pair.bench.charlie)


def relate(desk: Client, claim: Claim, other: str, what: str, reason: str = "Même colis.") -> Any:
    claim.refresh_from_db()
    typed = {"other": other, "what": what, "reason": reason, "expected_seq": claim.seq}
    return desk.post(f"/desk/claims/{claim.reference}/relate/", typed, follow=True)


def read(browser: Client, claim: Claim) -> str:
    return plain(browser.get(f"/desk/claims/{claim.reference}/"))


def test_a_link_leads_both_ways_and_tells_no_party(pair: Pair, desk: Client) -> None:
    relate(desk, pair.first, pair.second.reference.lower().removeprefix("l-"), "link", "Le même\ncolis.")

    for here, there in ((pair.first, pair.second), (pair.second, pair.first)):
        page = read(desk, here)
        assert "Voir aussi" in page
        assert there.reference in page
        assert "Le même colis." in page
    bob = signed_in(pair.bench.bob).get(f"/seller/claims/{pair.first.reference}/").content.decode()
    assert "Le même colis." not in bob


def test_linked_again_the_reason_is_replaced_and_it_can_be_let_go(pair: Pair, desk: Client) -> None:
    relate(desk, pair.first, pair.second.reference, "link")
    relate(desk, pair.second, pair.first.reference, "link", "Autre raison.")

    assert [one.reason for one in ClaimLink.objects.all()] == ["Autre raison."]

    desk.post(f"/desk/claims/{pair.first.reference}/unlink/{pair.second.reference}/")
    assert not ClaimLink.objects.exists()


def test_what_an_agent_is_a_party_to_does_not_exist_beside_it_either(pair: Pair, desk: Client) -> None:
    relate(desk, pair.first, pair.second.reference, "link")
    chloe = pair.bench.chloe
    elsewhere = a_bench()
    ShopStaff.objects.create(shop=pair.bench.shop, user=chloe, role=ShopRole.STAFF)

    assert signed_in(chloe).get(f"/desk/claims/{pair.first.reference}/").status_code == 404
    assert relate(desk, pair.first, elsewhere.escalated().reference, "link").status_code == 409
    assert ClaimLink.objects.count() == 1


@pytest.mark.parametrize("other", ["L-AAAAAAAA", "x" * 16, "é\x00", "../.."])
def test_a_number_of_nothing_is_said_and_kept(pair: Pair, desk: Client, other: str) -> None:
    page = relate(desk, pair.first, other, "link")

    assert page.status_code in (409, 422)
    assert page.context["form"]["other"].value() == other
    assert page.context["form"]["reason"].value() == "Même colis."


@pytest.mark.parametrize("what", ["link", "merge"])
def test_with_itself_is_refused(pair: Pair, desk: Client, what: str) -> None:
    page = relate(desk, pair.first, pair.first.reference, what)

    assert page.status_code == 409
    assert "à lui-même" in plain(page)


def test_merged_the_one_leads_to_the_other(pair: Pair, desk: Client) -> None:
    page = relate(desk, pair.second, pair.first.reference, "merge")

    assert page.redirect_chain[-1][0] == f"/desk/claims/{pair.first.reference}/"
    assert "se poursuit ici" in plain(page)
    assert "A repris" in plain(page)
    assert "Se poursuit dans" in read(desk, pair.second)
    assert "Même colis." in plain(signed_in(pair.bench.bob).get(f"/seller/claims/{pair.second.reference}/"))


def test_the_wrong_way_round_says_which_is_right(pair: Pair, desk: Client) -> None:
    page = relate(desk, pair.first, pair.second.reference, "merge")

    assert page.status_code == 409
    assert f"réunissez {pair.second.reference} à {pair.first.reference}" in plain(page)


def test_what_cannot_be_merged_says_so_before_it_is_tried(desk: Client, pair: Pair) -> None:
    dispute = pair.bench.dispute()

    page = desk.get(f"/desk/claims/{dispute.reference}/relate/")

    assert "peut être lié, et non réuni" in plain(page)


def test_another_desk_relates_nothing_here(pair: Pair) -> None:
    stranger: Bench = a_bench()

    assert relate(signed_in(stranger.charlie), pair.first, pair.second.reference, "link").status_code == 404
