"""Each act of a seller, through its page: what it says before, what it does, what is kept when it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.at_once import at_once, kinds
from tests.conftest import PRESENT
from tests.factories import a_claim, a_marketplace, a_seller, a_shop, an_agent, an_order, euros, the_buyer
from tests.files.samples import picture

from recours.claims.commands import act
from recours.claims.models import Claim, ClaimEvent, Evidence
from recours.conversations.models import Message
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor, Terms
from recours.rules.lifecycle.vocabulary import AppealReason, Ground, Remedy, Role, State

pytestmark = pytest.mark.django_db


@dataclass
class Answering:
    """Bob before a claim, with his browser."""

    claim: Claim
    seller: Actor
    buyer: Actor
    agent: Actor
    browser: Client

    def url(self, name: str = "") -> str:
        return f"/seller/claims/{self.claim.reference}/{name + '/' if name else ''}"

    def post(self, name: str, follow: bool = True, **typed: Any) -> Any:
        self.claim.refresh_from_db()
        return self.browser.post(self.url(name), {"expected_seq": self.claim.seq, **typed}, follow=follow)

    def happened(self) -> list[str]:
        return list(
            ClaimEvent.objects.filter(claim=self.claim).order_by("seq").values_list("kind", flat=True)
        )

    @property
    def state(self) -> str:
        self.claim.refresh_from_db()
        return self.claim.state


def answering(client: Client, **asked: Any) -> Answering:
    place = a_marketplace()
    shop = a_shop(place)
    bob = a_seller(shop)
    order = an_order(shop=shop)
    client.force_login(bob)
    return Answering(
        claim=a_claim(order, **asked),
        seller=Actor(Role.SELLER, bob.pk),
        buyer=the_buyer(order.buyer_id),
        agent=Actor(Role.AGENT, an_agent(place).pk),
        browser=client,
    )


def test_accept_says_the_euros_before_and_does_it(client: Client) -> None:
    bob = answering(client)

    before = bob.browser.get(bob.url("accept")).content.decode()
    bob.post("accept")

    assert "89,90\u00a0€ seront rendus à l’acheteur, à votre charge." in before.replace("\u202f", "\u00a0")
    assert bob.state == State.REFUND_DUE


def test_accept_twice_accepts_once(client: Client) -> None:
    bob = answering(client)
    page = {"expected_seq": bob.claim.seq}

    first = bob.browser.post(bob.url("accept"), page)
    second = bob.browser.post(bob.url("accept"), page)

    assert (first.status_code, second.status_code) == (302, 302)
    assert bob.happened() == ["DisputeOpened", "RequestAccepted"]


def test_refuse_takes_reasons_and_evidence(client: Client) -> None:
    bob = answering(client)

    bob.post(
        "refuse", reasons="Le colis est parti intact.", exhibits=SimpleUploadedFile("depart.jpg", picture())
    )

    assert bob.state == State.WITH_BUYER
    assert [one.exhibit for one in Evidence.objects.all()] == ["V-1"]


def test_refuse_without_reasons_says_so(client: Client) -> None:
    bob = answering(client)

    page = bob.post("refuse", reasons="  ")

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"reasons"}
    assert bob.happened() == ["DisputeOpened"]


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ({"kind": "full", "goods_return": "no"}, Terms(remedy=Remedy.REFUND, amount=euros(8990))),
        (
            {"kind": "part", "amount": "20,50 €", "goods_return": "no"},
            Terms(remedy=Remedy.REFUND, amount=euros(2050)),
        ),
        (
            {"kind": "full", "goods_return": "seller"},
            Terms(remedy=Remedy.REFUND, amount=euros(8990), goods_return=True, return_paid_by=Role.SELLER),
        ),
        ({"kind": "replacement", "goods_return": "no"}, Terms(remedy=Remedy.REPLACEMENT)),
    ],
)
def test_offer_in_every_form(client: Client, typed: dict[str, str], terms: Terms) -> None:
    bob = answering(client)

    bob.post("make_offer", reasons="Avec nos excuses.", **typed)

    bob.claim.refresh_from_db()
    assert [offer.terms for offer in bob.claim.snapshot.offers] == [terms]


def test_offer_above_what_was_paid_keeps_what_was_typed(client: Client) -> None:
    bob = answering(client)

    page = bob.post("make_offer", kind="part", amount="1000", goods_return="no", reasons="Tout, et plus.")

    assert page.status_code == 422
    assert "Tout, et plus." in page.content.decode()
    assert bob.happened() == ["DisputeOpened"]


def test_ask_gives_the_turn_to_the_buyer(client: Client) -> None:
    bob = answering(client)

    bob.post("ask", text="L'emballage est-il ouvert ?")

    assert (bob.state, bob.claim.snapshot.seller_asked) == (State.WITH_BUYER, True)


def test_extend_response_says_what_it_entails_and_tells_the_buyer_why(client: Client) -> None:
    bob = answering(client)

    page = bob.browser.get(bob.url("extend_response")).content.decode()
    done = bob.post("extend_response", reason="L’entrepôt vérifie le colis.").content.decode()

    assert "Un délai ne se demande qu’une fois par dossier." in page
    assert "Ensuite\u202f: C’est à vous de répondre, jusqu’au samedi 28\u00a0novembre 2026" in page
    assert "Le délai est accordé, et l’acheteur en connaît la raison." in done
    assert bob.happened() == ["DisputeOpened", "ResponseExtended"]
    assert bob.url("extend_response") not in done


def test_extend_response_a_second_time_keeps_what_was_typed(client: Client) -> None:
    bob = answering(client)
    bob.post("extend_response", reason="L’entrepôt vérifie le colis.")

    page = bob.post("extend_response", reason="Il cherche encore.")

    assert page.status_code == 409
    assert "Un délai a déjà été demandé pour cette réclamation" in page.content.decode()
    assert "Il cherche encore." in page.content.decode()
    assert bob.happened() == ["DisputeOpened", "ResponseExtended"]


@pytest.mark.django_db(transaction=True)
def test_extend_response_by_two_of_the_staff_at_once_is_one_extension(client: Client) -> None:
    bob = answering(client)
    asked = [c.ExtendResponse(by=bob.seller, reason=reason) for reason in ("Je cherche.", "Je vérifie.")]

    results = at_once(*(partial(act, bob.claim.pk, command) for command in asked))

    assert kinds(results) == ["Claim", "ExtensionUsed"]
    assert bob.happened() == ["DisputeOpened", "ResponseExtended"]


def test_answer_to_a_first_message(client: Client) -> None:
    bob = answering(client, contact_first=True)

    bob.post("answer", text="Nous regardons cela.")

    assert bob.happened() == ["SellerContacted", "SellerAnswered"]


def test_escalate(client: Client) -> None:
    bob = answering(client)

    bob.post("escalate", reasons="")

    assert bob.state == State.WITH_PLATFORM


def test_give_evidence_when_the_platform_asked(client: Client) -> None:
    bob = answering(client)
    act(bob.claim.pk, c.Escalate(by=bob.seller))
    act(bob.claim.pk, c.AskEvidence(by=bob.agent, of=Role.SELLER, text="Le rapport ?"))

    shown = bob.browser.get(bob.url()).content.decode()
    bob.post("give_evidence", text="Le voici.", exhibits=SimpleUploadedFile("rapport.jpg", picture()))

    assert "Le délai de la décision est suspendu" in shown
    assert bob.happened()[-1] == "EvidenceGiven"
    assert Evidence.objects.count() == 1


def test_accept_the_platforms_proposal(client: Client) -> None:
    bob = answering(client)
    act(bob.claim.pk, c.Escalate(by=bob.seller))
    terms = Terms(remedy=Remedy.REFUND, amount=euros(4000))
    act(bob.claim.pk, c.Propose(by=bob.agent, terms=terms, reasons="Partageons."))

    page = bob.browser.get(bob.url("accept_offer") + "?offer=1").content.decode().replace("\u202f", "\u00a0")
    bob.post("accept_offer", number="1")

    assert "40,00\u00a0€ seront rendus à l’acheteur, à votre charge." in page
    assert bob.happened()[-1] == "OfferApproved"


def test_appeal(client: Client) -> None:
    bob = answering(client)
    act(bob.claim.pk, c.Escalate(by=bob.seller))
    act(bob.claim.pk, c.Rule(by=bob.agent, rule="L217-3", reasons="Défaut.", terms=bob.claim.snapshot.wanted))

    bob.post("appeal", reason=AppealReason.NEW_EVIDENCE.value, text="Nous avons une vidéo.")

    assert (bob.state, bob.claim.appealed) == (State.WITH_PLATFORM, True)


def returned(client: Client) -> Answering:
    bob = answering(client, goods_return=True)
    act(bob.claim.pk, c.Accept(by=bob.seller))
    act(
        bob.claim.pk,
        c.ShipReturn(by=bob.buyer, shipped_on=PRESENT.date(), carrier="Colissimo", tracking="6A12345678901"),
    )
    return bob


def test_record_arrival_then_accept_the_return(client: Client) -> None:
    bob = returned(client)

    bob.post("record_return_arrival", arrived_on=PRESENT.date().isoformat())
    page = bob.browser.get(bob.url("accept_return")).content.decode().replace("\u202f", "\u00a0")
    bob.post("accept_return")

    assert "89,90\u00a0€ seront rendus à l’acheteur, à votre charge." in page
    assert bob.state == State.REFUND_DUE


def test_contest_the_return(client: Client) -> None:
    bob = returned(client)
    bob.post("record_return_arrival", arrived_on=PRESENT.date().isoformat())

    bob.post(
        "contest_return", reasons="La boîte est vide.", exhibits=SimpleUploadedFile("boite.jpg", picture())
    )

    assert bob.state == State.WITH_PLATFORM


def test_a_day_that_does_not_exist_is_asked_again(client: Client) -> None:
    bob = returned(client)

    page = bob.post("record_return_arrival", arrived_on="31/11/2026")

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["arrived_on"])
    assert "31/11/2026" in page.content.decode()


def test_ship_the_replacement(client: Client) -> None:
    bob = answering(client, remedy=Remedy.REPLACEMENT)
    act(bob.claim.pk, c.Accept(by=bob.seller))

    bob.post("ship_replacement", carrier="Chronopost", tracking="XS123456785FR")

    assert (bob.state, bob.claim.resolution) == (State.CLOSED, "replaced")


def test_a_stale_page_writes_nothing_and_keeps_the_text(client: Client) -> None:
    bob = answering(client)
    read_at = bob.claim.seq
    act(bob.claim.pk, c.ChangeGround(by=bob.buyer, ground=Ground.DEFECTIVE, explanation="Il grésille aussi."))

    page = bob.browser.post(
        bob.url("refuse"), {"expected_seq": read_at, "reasons": "Le colis est parti intact."}
    )

    shown = page.content.decode()
    assert page.status_code == 409
    assert "L’autre partie a agi pendant que vous écriviez" in shown
    assert "Le colis est parti intact." in shown
    assert bob.happened() == ["DisputeOpened", "GroundChanged"]
    assert f'name="expected_seq" value="{read_at + 1}"' in shown


def test_an_act_that_closed_meanwhile_gives_the_text_back(client: Client) -> None:
    bob = answering(client)
    read_at = bob.claim.seq
    act(bob.claim.pk, c.Withdraw(by=bob.buyer))

    page = bob.browser.post(
        bob.url("refuse"), {"expected_seq": read_at, "reasons": "Le colis est parti intact."}
    )

    shown = page.content.decode()
    assert page.status_code == 409
    assert "Le colis est parti intact." in shown
    assert '<button class="button">Refuser' not in shown


def test_an_act_that_is_not_open_leads_back_to_the_claim(client: Client) -> None:
    bob = answering(client)

    page = bob.browser.get(bob.url("ship_replacement"), follow=True)

    assert page.redirect_chain == [(bob.url(), 302)]
    assert "Ce n’est pas possible à ce stade." in page.content.decode()


@pytest.mark.parametrize("name", ["rule", "withdraw", "take", "propose"])
def test_acts_of_others_do_not_exist(client: Client, name: str) -> None:
    bob = answering(client)

    page = bob.post(name, kind="reject", rule="x", reasons="y", goods_return="no")

    assert page.status_code == 404
    assert bob.happened() == ["DisputeOpened"]


@pytest.mark.parametrize("name", ["grant_by_default", "pay_refund", "nonsense"])
def test_what_is_no_act_of_a_person_does_not_exist(client: Client, name: str) -> None:
    bob = answering(client)

    assert bob.post(name).status_code == 404


def test_message_to_the_buyer_once(client: Client) -> None:
    bob = answering(client)

    for _ in range(2):
        bob.post("message", text="Bonjour, nous cherchons.")

    assert [message.text for message in Message.objects.all()] == ["Bonjour, nous cherchons."]


def test_evidence_is_added_with_its_number(client: Client) -> None:
    bob = answering(client)

    page = bob.post("evidence", exhibits=SimpleUploadedFile("depart.jpg", picture()))

    assert [file["number"] for file in page.context["files"]] == ["V-1"]
    for name, media_type in (("evidence/V-1", "image/jpeg"), ("evidence/V-1/thumbnail", "image/webp")):
        copy = bob.browser.get(bob.url(name))
        assert copy.headers["Content-Type"] == media_type
        assert b"".join(copy.streaming_content)
    assert bob.browser.get(bob.url("evidence/V-2")).status_code == 404


def test_an_empty_file_called_photo_is_refused_with_its_reason(client: Client) -> None:
    bob = answering(client)

    page = bob.post("evidence", exhibits=SimpleUploadedFile("photo.jpg", b""))

    assert page.status_code == 422
    assert "photo.jpg" in page.content.decode()
    assert not Evidence.objects.exists()


def test_a_claim_without_the_seller_is_not_theirs(client: Client) -> None:
    bob = answering(client)
    payment = bob.claim.order.payments.get()  # type: ignore[union-attr]
    theirs = a_claim(payment=payment)

    assert theirs.shop_id is None
    assert bob.browser.get(f"/seller/claims/{theirs.reference}/").status_code == 404
