"""Store credit as the three sides meet it: offered, accepted with open eyes, shown, noted as spent, taken back."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.desk.stage import Bench, a_bench, signed_in
from tests.factories import a_marketplace, an_agent, euros

from recours.claims.commands import act
from recours.claims.models import Claim
from recours.refunds.commands import prepare, submit_due
from recours.refunds.models import StoreCredit
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Terms
from recours.rules.lifecycle.vocabulary import Remedy, State

pytestmark = pytest.mark.django_db

CREDIT = Terms(remedy=Remedy.CREDIT, amount=euros(5000))


@pytest.fixture
def bench() -> Bench:
    return a_bench()


@pytest.fixture
def alice(bench: Bench) -> Client:
    assert bench.alice.user is not None
    return signed_in(bench.alice.user)


@pytest.fixture
def desk(bench: Bench) -> Client:
    return signed_in(bench.charlie)


def offered(bench: Bench) -> Claim:
    return act(bench.dispute().pk, c.MakeOffer(by=bench.seller, terms=CREDIT, reasons="Un geste."))


def credited(bench: Bench) -> StoreCredit:
    act(offered(bench).pk, c.AcceptOffer(by=bench.buyer, number=1))
    prepare()
    submit_due()
    return StoreCredit.objects.get()


def text(browser: Client, address: str) -> str:
    return browser.get(address).content.decode().replace("\u202f", " ").replace("\xa0", " ")


def test_seller_offers_credit_on_the_page_of_offers(bench: Bench) -> None:
    claim = bench.dispute()
    bob = signed_in(bench.bob)
    address = f"/seller/claims/{claim.reference}/make_offer/"
    assert "le bon ne vaut que s’il l’accepte" in text(bob, address)

    given = {"kind": "credit", "amount": "50,00", "goods_return": "no", "expected_seq": "1"}
    assert bob.post(address, given).status_code == 302

    claim.refresh_from_db()
    assert claim.snapshot.offers[0].terms == CREDIT


@pytest.mark.parametrize(("amount", "says"), [("", "Indiquez le montant du bon"), ("89,91", "89,90")])
def test_offer_of_credit_keeps_what_was_typed_and_says_why(bench: Bench, amount: str, says: str) -> None:
    claim = bench.dispute()
    given = {
        "kind": "credit",
        "amount": amount,
        "goods_return": "no",
        "reasons": "Un geste.",
        "expected_seq": "1",
    }

    page = signed_in(bench.bob).post(f"/seller/claims/{claim.reference}/make_offer/", given)

    assert page.status_code == 422
    assert says in page.content.decode().replace("\xa0", " ")
    assert "Un geste." in page.content.decode()


@pytest.mark.parametrize("act_name", ["counter"])
def test_buyer_is_not_given_credit_to_ask_for(bench: Bench, alice: Client, act_name: str) -> None:
    claim = bench.dispute()

    page = alice.get(f"/claims/{claim.reference}/{act_name}/")

    assert 'value="credit"' not in page.content.decode()


def test_desk_is_not_given_credit_to_order(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()

    ruling = desk.get(f"/desk/claims/{claim.reference}/rule/").content.decode()
    proposal = desk.get(f"/desk/claims/{claim.reference}/propose/").content.decode()

    assert 'value="credit"' not in ruling
    assert 'value="credit"' in proposal


def test_buyer_reads_what_credit_is_not_before_accepting_it(bench: Bench, alice: Client) -> None:
    claim = offered(bench)

    page = text(alice, f"/claims/{claim.reference}/")
    asked = text(alice, f"/claims/{claim.reference}/accept_offer/?number=1")

    assert "En argent, vous demandez 89,90 €. Rien ne vous oblige à accepter un bon d’achat." in page
    for said in (
        "Bon d’achat de 50,00 €, à la place d’un remboursement, sans retour.",
        "En argent, vous demandez 89,90 €.",
        "Ce n’est pas de l’argent",
        "articles L217-17 et L221-24",
        "Accepter ce bon d’achat",
    ):
        assert said in asked


def test_code_is_shown_to_the_buyer_and_the_desk_and_to_nobody_else(
    bench: Bench, alice: Client, desk: Client
) -> None:
    credit = credited(bench)
    reference = credit.claim.reference
    bob = signed_in(bench.bob)

    assert credit.code in text(alice, f"/claims/{reference}/")
    assert credit.code in text(desk, f"/desk/claims/{reference}/")
    theirs = text(bob, f"/seller/claims/{reference}/")
    assert credit.code not in theirs
    assert "l’acheteur a accepté un bon d’achat de 50,00 €" in theirs
    assert credit.code not in text(bob, f"/seller/claims/{reference}/dossier/")


def test_desk_notes_on_what_it_was_spent(bench: Bench, desk: Client) -> None:
    credit = credited(bench)
    address = f"/desk/refunds/credits/{credit.pk}/"

    answer = desk.post(address, {"answer": "used", "because": "Commande MIR-77"})

    credit.refresh_from_db()
    assert (answer.status_code, credit.status, credit.ended_because) == (302, "used", "Commande MIR-77")
    again = desk.post(address, {"answer": "void", "because": "Trop tard."})
    assert again.status_code == 409
    assert "a déjà utilisé ce bon d’achat" in again.content.decode()


def test_desk_takes_it_back_with_a_reason_that_the_buyer_reads(
    bench: Bench, alice: Client, desk: Client
) -> None:
    credit = credited(bench)
    address = f"/desk/refunds/credits/{credit.pk}/"
    assert desk.post(address, {"answer": "void", "because": " "}).status_code == 409

    assert desk.post(address, {"answer": "void", "because": "Émis pour un autre article."}).status_code == 302

    credit.claim.refresh_from_db()
    assert credit.claim.state == State.WITH_PLATFORM
    assert "Émis pour un autre article." in text(alice, f"/claims/{credit.claim.reference}/")


def test_credit_of_another_marketplace_does_not_exist(bench: Bench) -> None:
    credit = credited(bench)
    stranger = signed_in(an_agent(a_marketplace()))

    assert stranger.get(f"/desk/refunds/credits/{credit.pk}/").status_code == 404
    assert (
        stranger.post(f"/desk/refunds/credits/{credit.pk}/", {"answer": "void", "because": "x"}).status_code
        == 404
    )
    credit.refresh_from_db()
    assert credit.status == "issued"
