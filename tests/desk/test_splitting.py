"""Splitting a claim at the desk: first shown, then done, by who may."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.buyer.reading import plain
from tests.claims.test_splitting import Whole, a_whole
from tests.desk.stage import a_bench, signed_in

from recours.claims.commands import act
from recours.claims.models import Claim
from recours.rules.lifecycle import commands as c

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole() -> Whole:
    return a_whole()


@pytest.fixture
def desk(whole: Whole) -> Client:
    return signed_in(whole.bench.charlie)


def split(desk: Client, whole: Whole, **typed: Any) -> Any:
    whole.claim.refresh_from_db()
    page = {"lines": [str(whole.lines[1])], "reason": "Deux affaires.", "expected_seq": whole.claim.seq}
    return desk.post(f"/desk/claims/{whole.claim.reference}/split/", page | typed, follow=True)


def test_the_claims_page_leads_there_where_it_may_be_split(whole: Whole, desk: Client) -> None:
    there = f"/desk/claims/{whole.claim.reference}/split/"

    assert there in desk.get(f"/desk/claims/{whole.claim.reference}/").content.decode()
    held_by_charlie = signed_in(whole.bench.chloe).get(f"/desk/claims/{whole.claim.reference}/")
    assert there not in held_by_charlie.content.decode()


def test_both_claims_are_shown_before_anything_is_done(whole: Whole, desk: Client) -> None:
    page = split(desk, whole)

    text = plain(page)
    assert page.status_code == 200
    assert "Rien n'est encore fait" in text
    assert f"{whole.claim.reference} garde" in text
    assert "94,90 €" in text
    assert "Un nouveau dossier reprend" in text
    assert "40,00 €" in text
    assert "Les frais de port aussi." in text
    assert Claim.objects.count() == 1


def test_what_is_missing_is_said_once_and_what_was_typed_is_kept(whole: Whole, desk: Client) -> None:
    page = split(desk, whole, lines=[])

    text = plain(page)
    assert page.status_code == 422
    assert text.count("Il reste quelque chose à corriger") == 1
    assert "Cochez au moins un article." in text
    assert "Deux affaires." in text
    assert Claim.objects.count() == 1


def test_said_again_it_is_done_and_each_leads_to_the_other(whole: Whole, desk: Client) -> None:
    page = split(desk, whole, sure="1")

    other = Claim.objects.exclude(pk=whole.claim.pk).get()
    assert page.redirect_chain[-1][0] == f"/desk/claims/{whole.claim.reference}/"
    assert f"Le dossier {other.reference} est né de celui-ci" in plain(page)
    assert f'Se poursuit aussi dans</strong> <a href="/desk/claims/{other.reference}/"' in plain(page)
    there = plain(desk.get(f"/desk/claims/{other.reference}/"))
    assert f'Issu de</strong> <a href="/desk/claims/{whole.claim.reference}/"' in there
    assert "L'arceau est cassé net." in there
    assert "Ce qui s'est dit avant est sur le dossier" in there
    assert "N'a encore rien dit." not in there
    assert f"/relate/?other={whole.claim.reference}&what=merge" in there
    bob = plain(signed_in(whole.bench.bob).get(f"/seller/claims/{other.reference}/"))
    assert "Deux affaires." in bob
    assert f"Issu du dossier {whole.claim.reference}" in bob
    assert f'<a href="/seller/claims/{whole.claim.reference}/">' in bob
    alice = plain(signed_in(whole.bench.alice.user).get(f"/claims/{other.reference}/"))
    assert f'<a href="/claims/{whole.claim.reference}/">' in alice


def test_the_way_back_is_one_page_away(whole: Whole, desk: Client) -> None:
    split(desk, whole, sure="1")
    other = Claim.objects.exclude(pk=whole.claim.pk).get()
    there = f"/desk/claims/{other.reference}/relate/"

    form = desk.get(f"{there}?other={whole.claim.reference}&what=merge").context["form"]
    desk.post(
        there,
        {name: form[name].value() for name in ("other", "what")}
        | {
            "reason": "Finalement une seule.",
            "expected_seq": other.seq,
        },
    )

    whole.claim.refresh_from_db()
    assert whole.claim.snapshot.took_in == (other.reference,)
    assert len(whole.claim.snapshot.opening.lines) == 2
    # Each says once what the other is to it.
    buyer = signed_in(whole.bench.alice.user)
    for page in (desk, buyer):
        face = "/desk/claims" if page is desk else "/claims"
        origin = plain(page.get(f"{face}/{whole.claim.reference}/"))
        part = plain(page.get(f"{face}/{other.reference}/"))
        assert "A repris</strong>" in origin
        assert "Se poursuit aussi dans</strong>" not in origin
        assert "Se poursuit dans</strong>" in part
        assert "Issu de</strong>" not in part


@pytest.mark.parametrize("sure", ["", "1"])
def test_all_of_it_does_not_leave_and_what_was_typed_stays(whole: Whole, desk: Client, sure: str) -> None:
    page = split(desk, whole, lines=[str(line) for line in whole.lines], sure=sure)

    assert page.status_code == 409
    assert "au moins un article" in plain(page)
    assert page.context["form"]["reason"].value() == "Deux affaires."
    assert Claim.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"lines": []},
        {"lines": ["0"]},
        {"lines": ["x"]},
        {"lines": ["1" * 40]},
        {"reason": ""},
        {"reason": "a\x00b"},
    ],
)
def test_what_cannot_be_is_said_beside_its_field(whole: Whole, desk: Client, typed: dict[str, Any]) -> None:
    page = split(desk, whole, **typed, sure="1")

    assert page.status_code in (409, 422)
    assert Claim.objects.count() == 1


def test_a_page_that_is_out_of_date_splits_nothing(whole: Whole, desk: Client) -> None:
    page = split(desk, whole, sure="1", expected_seq=1)

    assert page.status_code == 409
    assert Claim.objects.count() == 1


def test_what_cannot_be_split_says_so_before_it_is_tried(whole: Whole, desk: Client) -> None:
    act(whole.claim.pk, c.Accept(by=whole.bench.seller))

    page = desk.get(f"/desk/claims/{whole.claim.reference}/split/")

    text = plain(page)
    assert "n'est pas devant la plateforme" in text
    assert "menez-le à son terme tel qu'il est" in text
    assert "form" not in page.context


def test_a_claim_about_one_article_says_so_instead_of_asking(whole: Whole, desk: Client) -> None:
    claim = whole.bench.escalated()

    page = desk.get(f"/desk/claims/{claim.reference}/split/")

    assert "ne porte que sur un article" in plain(page)
    assert "Voir les deux dossiers" not in plain(page)


def test_a_claim_that_a_colleague_holds_says_so_instead_of_asking(whole: Whole) -> None:
    page = signed_in(whole.bench.chloe).get(f"/desk/claims/{whole.claim.reference}/split/")

    assert "Ce dossier est suivi par une autre personne." in plain(page)
    assert "Voir les deux dossiers" not in plain(page)


def test_another_desk_splits_nothing_here(whole: Whole) -> None:
    assert split(signed_in(a_bench().charlie), whole).status_code == 404
