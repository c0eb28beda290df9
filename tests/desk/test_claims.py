"""A claim at the desk: both stories, the acts of agents, the appeal before another one, notes that stay inside."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench, happened, send, signed_in
from tests.factories import a_claim, a_payment, a_stored_file, euros

from recours.claims.commands import act
from recours.claims.commands.evidence import add_evidence, write_message, write_note
from recours.claims.models import Claim, InternalNote
from recours.claims.sweep import sweep
from recours.conversations.models import Message
from recours.people.commands import appoint_to_desk
from recours.people.models import DeskRole
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Terms
from recours.rules.lifecycle.vocabulary import AppealReason, Remedy, Role, State

pytestmark = pytest.mark.django_db

PAGE_QUERIES = 10

REJECTION = {
    "kind": "reject",
    "goods_return": "no",
    "rule": "law:FR:conso:L217-3",
    "reasons": "Rien ne montre un défaut à la livraison.",
}


@pytest.fixture
def bench() -> Bench:
    return a_bench()


@pytest.fixture
def desk(bench: Bench) -> Client:
    return signed_in(bench.charlie)


def url(claim: Claim, name: str = "") -> str:
    return f"/desk/claims/{claim.reference}/{name + '/' if name else ''}"


def test_page_shows_both_sides_with_their_evidence(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    add_evidence(claim_id=claim.pk, by=bench.buyer, files=[a_stored_file(), a_stored_file()])
    add_evidence(claim_id=claim.pk, by=bench.seller, files=[a_stored_file()])

    buyer, seller = desk.get(url(claim)).context["sides"]

    assert [told.text for told in buyer["said"]] == ["L'arceau est cassé net."]
    assert [told.text for told in seller["said"]] == ["Voyez nos photos."]
    assert [file["number"] for file in buyer["files"]] == ["A-1", "A-2"]
    assert [file["number"] for file in seller["files"]] == ["V-1"]


def test_page_names_policy_version_and_articles(bench: Bench, desk: Client) -> None:
    shown = desk.get(url(bench.escalated())).content.decode()

    assert "conditions «\u202fdefault\u202f», version 1" in shown
    assert "art. L217-3 du code de la consommation" in shown


@pytest.mark.parametrize("rounds", [1, 3])
def test_page_costs_the_same_with_a_longer_story(
    bench: Bench, desk: Client, rounds: int, django_assert_num_queries: Any
) -> None:
    claim = bench.escalated()
    for _ in range(rounds):
        act(claim.pk, c.Take(by=bench.agent(bench.charlie)))
        act(claim.pk, c.Release(by=bench.agent(bench.charlie)))
        write_note(claim_id=claim.pk, by=bench.agent(bench.charlie), text="Vu.")
        add_evidence(claim_id=claim.pk, by=bench.buyer, files=[a_stored_file()])
    desk.get(url(claim))

    with django_assert_num_queries(PAGE_QUERIES):
        page = desk.get(url(claim))

    assert len(page.content) < 60_000


def test_a_message_that_came_by_mail_says_so(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    write_message(claim_id=claim.pk, by=bench.buyer, text="Toujours cassé.")
    before = desk.get(url(claim)).content.decode()
    Message.objects.update(channel=Message.Channel.MAIL)

    page = desk.get(url(claim)).content.decode()

    assert "<span>par courriel</span>" not in before
    assert "<span>par courriel</span>" in page


def test_the_file_is_not_called_the_agents_own(bench: Bench, desk: Client) -> None:
    page = desk.get(url(bench.escalated())).content.decode()

    assert 'aria-label="Où en est le dossier"' in page
    assert "votre dossier" not in page


def test_a_claim_on_a_payment_has_one_side(bench: Bench, desk: Client) -> None:
    claim = a_claim(payment=a_payment(bench.alice))

    page = desk.get(url(claim))

    assert [side["role"] for side in page.context["sides"]] == [Role.BUYER]
    assert page.status_code == 200


def test_take_then_release(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()

    send(desk, claim, "take")
    taken = happened(claim)
    send(desk, claim, "release")

    assert taken == ["DisputeOpened", "Escalated", "Assigned"]
    assert happened(claim) == [*taken, "Released"]


def test_what_another_agent_holds_says_who(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    act(claim.pk, c.Take(by=bench.agent(bench.chloe)))

    page = desk.get(url(claim))
    refused = send(desk, claim, "rule", **REJECTION)

    assert f"{bench.chloe.name} suit ce dossier." in page.content.decode()
    assert page.context["actions"] == []
    assert refused.status_code == 409
    assert REJECTION["reasons"] in refused.content.decode()


def test_only_administrators_assign(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    admin = signed_in(bench.admin)

    refused = [desk.get(url(claim, "assign")), send(desk, claim, "assign", agent=bench.chloe.pk)]
    send(admin, claim, "assign", agent=str(bench.chloe.pk))

    claim.refresh_from_db()
    assert [page.status_code for page in refused] == [404, 404]
    assert claim.assigned_to == bench.chloe


def test_a_claim_is_not_assigned_to_a_party(bench: Bench) -> None:
    claim = bench.escalated()
    for user in (bench.bob, bench.alice.user):
        appoint_to_desk(user=user, marketplace_id=bench.place.pk, role=DeskRole.AGENT)

    page = signed_in(bench.admin).get(url(claim, "assign"))

    offered = {key for key, _ in page.context["form"].fields["agent"].choices}
    assert offered == {str(user.pk) for user in (bench.charlie, bench.chloe, bench.admin)}


def test_a_claim_without_a_seller_can_be_assigned(bench: Bench) -> None:
    claim = a_claim(payment=a_payment(bench.alice))

    send(signed_in(bench.admin), claim, "assign", agent=str(bench.chloe.pk))

    claim.refresh_from_db()
    assert claim.assigned_to == bench.chloe


def test_asking_for_evidence_stops_the_clock_and_says_so(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()

    page = send(desk, claim, "ask_evidence", of="buyer", text="Une photo de l'étiquette ?")

    assert happened(claim)[-1] == "EvidenceRequested"
    assert "Le délai de la décision est suspendu" in page.content.decode()


def test_propose(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()

    send(
        desk,
        claim,
        "propose",
        kind="part",
        amount="45",
        goods_return="no",
        reasons="Les torts sont partagés.",
    )

    claim.refresh_from_db()
    assert [offer.terms for offer in claim.snapshot.offers] == [
        Terms(remedy=Remedy.REFUND, amount=euros(4500))
    ]


def test_a_ruling_names_its_rule(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    typed = {"kind": "wanted", "goods_return": "no", "reasons": "Le défaut existait à la livraison."}

    without = send(desk, claim, "rule", **typed)
    send(desk, claim, "rule", rule="law:FR:conso:L217-3", **typed)

    claim.refresh_from_db()
    assert without.status_code == 422
    assert "Le défaut existait à la livraison." in without.content.decode()
    assert (claim.state, claim.snapshot.ruling.rule) == (State.RULED, "law:FR:conso:L217-3")


def test_what_a_ruling_may_have_to_name_is_not_called_optional(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()

    page = desk.get(f"/desk/claims/{claim.reference}/rule/").content.decode()

    assert "(facultatif)" not in page
    assert page.count("Une décision nomme sa règle") == 1


def test_record_the_arrival_of_a_return(bench: Bench, desk: Client) -> None:
    claim = bench.dispute(goods_return=True)
    act(claim.pk, c.Accept(by=bench.seller))
    act(
        claim.pk,
        c.ShipReturn(
            by=bench.buyer, shipped_on=PRESENT.date(), carrier="Colissimo", tracking="6A12345678901"
        ),
    )

    send(desk, claim, "record_return_arrival", arrived_on=PRESENT.date().isoformat())

    assert happened(claim)[-1] == "ReturnArrived"


def contested(bench: Bench) -> Claim:
    claim = bench.escalated()
    act(claim.pk, c.Rule(by=bench.agent(bench.charlie), rule="L217-3", reasons="Intact.", terms=None))
    return act(claim.pk, c.AppealRuling(by=bench.buyer, reason=AppealReason.NEW_EVIDENCE, text="Une vidéo."))


def test_who_ruled_first_cannot_act_on_the_appeal_and_sees_why(bench: Bench, desk: Client) -> None:
    claim = contested(bench)

    page = desk.get(url(claim))
    asked = {"of": "buyer", "text": "Une photo ?"}
    refused = [
        send(desk, claim, name, **typed).status_code
        for name, typed in (("take", {}), ("ask_evidence", asked), ("rule", REJECTION))
    ]

    assert "Vous avez rendu la décision contestée" in page.content.decode()
    assert page.context["actions"] == []
    assert refused == [409, 409, 409]
    assert happened(claim)[-1] == "RulingAppealed"


def test_another_agent_judges_the_appeal(bench: Bench) -> None:
    claim = contested(bench)
    chloe = signed_in(bench.chloe)

    page = chloe.get(url(claim))
    send(chloe, claim, "rule", **(REJECTION | {"kind": "wanted"}))

    claim.refresh_from_db()
    assert page.context["blocked"] is None
    assert claim.state == State.REFUND_DUE


def test_an_appeal_is_not_assigned_to_who_ruled(bench: Bench) -> None:
    claim = contested(bench)
    admin = signed_in(bench.admin)

    page = send(admin, claim, "assign", agent=str(bench.charlie.pk))

    assert page.status_code == 422
    assert str(bench.charlie.pk) not in {key for key, _ in page.context["form"].fields["agent"].choices}


def test_notes_stay_at_the_desk(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()

    page = desk.post(url(claim, "note"), {"note": "Troisième dossier de ce vendeur."}, follow=True)

    assert [note.text for note in InternalNote.objects.all()] == ["Troisième dossier de ce vendeur."]
    assert "Note interne, jamais visible des parties" in page.content.decode()
    for user, face in ((bench.alice.user, ""), (bench.bob, "/seller")):
        theirs = signed_in(user).get(f"{face}/claims/{claim.reference}/")
        assert theirs.status_code == 200
        assert "Troisième dossier" not in theirs.content.decode()


@pytest.mark.parametrize("text", ["  ", "é" * 5001])
def test_a_note_that_is_refused_is_kept(bench: Bench, desk: Client, text: str) -> None:
    page = desk.post(url(bench.escalated(), "note"), {"note": text})

    assert (page.status_code, page.context["note"]) == (422, text)
    assert "autre partie" not in page.context["note_error"]  # nobody but the desk reads it
    assert not InternalNote.objects.exists()


def test_question_without_words_says_what_is_missing(bench: Bench, desk: Client) -> None:
    page = desk.post(url(bench.escalated(), "ask_evidence"), {})

    assert page.status_code == 422
    errors = page.context["form"].errors
    assert errors == {"of": ["Choisissez une réponse."], "text": ["Écrivez quelques mots."]}


def test_message_to_both_parties(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()

    desk.post(url(claim, "message"), {"text": "Nous lisons votre dossier."})

    assert [message.author_role for message in Message.objects.all()] == ["agent"]


def test_log_says_when_it_was_written_down_late(bench: Bench, desk: Client) -> None:
    claim = bench.dispute(now=PRESENT - dt.timedelta(days=8))
    sweep(PRESENT)

    log = desk.get(url(claim)).context["log"]

    assert [(line.seq, line.what, line.late) for line in log] == [
        (1, "Litige ouvert", False),
        (2, "Demande acceptée\u202f: le vendeur n’a pas répondu", True),
    ]


def test_a_stale_page_keeps_the_reasons(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    read_at = claim.seq
    act(claim.pk, c.MakeOffer(by=bench.seller, terms=Terms(remedy=Remedy.REFUND, amount=euros(3000))))

    page = desk.post(url(claim, "rule"), {"expected_seq": read_at, **REJECTION})

    assert page.status_code == 409
    assert REJECTION["reasons"] in page.content.decode()
    assert happened(claim)[-1] == "OfferMade"


@pytest.mark.parametrize("name", ["accept", "withdraw", "pay_refund", "nonsense"])
def test_acts_of_others_do_nothing(bench: Bench, desk: Client, name: str) -> None:
    claim = bench.escalated()

    assert send(desk, claim, name).status_code in (404, 409)
    assert happened(claim) == ["DisputeOpened", "Escalated"]
