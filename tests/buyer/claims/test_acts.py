"""Each act of the buyer, through the pages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests import factories as f
from tests.buyer.claims.stage import TODAY, Stage, refund, said
from tests.files.samples import picture

from recours.claims.models import ClaimEvent, Evidence
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor, Terms
from recours.rules.lifecycle.vocabulary import Ground, Remedy, Resolution, Role, State

pytestmark = pytest.mark.django_db


def kinds(stage: Stage) -> list[str]:
    return list(ClaimEvent.objects.filter(claim=stage.claim).order_by("seq").values_list("kind", flat=True))


def test_accepting_an_offer_says_first_what_it_entails() -> None:
    stage = Stage().offered(2000)

    page = said(stage.client.get(f"{stage.url}accept_offer/?number=1"))

    assert "Remboursement de 20,00 €, sans retour." in page
    assert "Soit 69,90 € de moins que votre demande." in page
    assert "L’accord est définitif" in page
    assert "Ensuite : Vous devez être remboursé de 20,00 €" in page
    assert stage.now.state == State.WITH_BUYER


def test_accepting_an_offer_agrees_and_says_what_comes_next() -> None:
    stage = Stage().offered(2000)

    answer = stage.post("accept_offer", number=1)

    assert answer.redirect_chain == [(stage.url, 302)]
    assert "La proposition est acceptée. Vous devez être remboursé de 20,00 €" in said(answer)
    assert stage.now.state == State.REFUND_DUE
    assert stage.now.snapshot.agreed == refund(2000)


def test_accepting_twice_accepts_once() -> None:
    stage = Stage().offered()
    seq = stage.now.seq

    stage.post("accept_offer", number=1, seq=seq)
    again = stage.post("accept_offer", number=1, seq=seq)

    assert again.status_code == 200
    assert "La proposition est acceptée." in said(again)
    assert kinds(stage) == ["DisputeOpened", "OfferMade", "OfferAccepted"]


def test_accepting_the_platforms_proposal_waits_for_the_other_party() -> None:
    stage = Stage().with_platform()
    stage.do(c.Propose(by=stage.as_agent, terms=refund(6000), reasons="Réparable."))

    assert "dès que l’autre partie" in said(stage.client.get(f"{stage.url}accept_offer/?number=1"))
    stage.post("accept_offer", number=1)

    assert stage.now.state == State.WITH_PLATFORM
    assert stage.now.snapshot.offers[0].accepted_by == (Role.BUYER,)


def test_an_expired_offer_is_refused_with_a_way_on(frozen_clock) -> None:
    stage = Stage().offered()
    frozen_clock.shift(dt.timedelta(days=8))

    answer = stage.post("accept_offer", number=1)

    assert answer.status_code == 409
    assert "Cette proposition a expiré." in said(answer)
    assert "Voir ce que vous pouvez faire maintenant" in said(answer)


def test_an_offer_that_does_not_exist_leads_back_to_the_claim() -> None:
    stage = Stage().offered()

    answer = stage.client.get(f"{stage.url}accept_offer/?number=9", follow=True)

    assert answer.redirect_chain == [(stage.url, 302)]
    assert "Cette proposition n’existe pas." in said(answer)


def test_refusing_an_offer_keeps_the_reasons() -> None:
    stage = Stage().offered()

    stage.post("refuse_offer", number=1, reasons="Trop peu.")

    assert stage.now.snapshot.offers[0].refused_by == (Role.BUYER,)
    assert "Trop peu." in stage.page


@pytest.mark.parametrize("amount", ["45,50 €", "45.50", " 45,5 "])
def test_counter_reads_an_amount_as_people_write_it(amount: str) -> None:
    stage = Stage().offered()

    stage.post("counter", kind="part", amount=amount, goods_return="no", text="La moitié.")

    assert stage.now.state == State.WITH_SELLER
    assert stage.now.snapshot.wanted == refund(4550)


def test_counter_can_ask_for_everything_with_a_return() -> None:
    stage = Stage().offered()

    stage.post("counter", kind="full", amount="", goods_return="seller", text="")

    assert stage.now.snapshot.wanted == refund(8990, goods_return=True)


def test_counter_can_ask_for_the_goods_again() -> None:
    stage = Stage().offered()

    stage.post("counter", kind="replacement", amount="", goods_return="no", text="")

    assert stage.now.snapshot.wanted == Terms(remedy=Remedy.REPLACEMENT)


@pytest.mark.parametrize(
    ("amount", "kind", "complaint"),
    [
        ("90,00", "part", "Indiquez au plus 89,90 €."),
        ("", "part", "Indiquez le montant du remboursement partiel."),
        ("0", "part", "Indiquez le montant du remboursement partiel."),
        ("beaucoup", "part", "montant"),
        ("-5", "part", "montant"),
        ("20", "full", "Vous avez choisi un remboursement entier."),
        ("20", "replacement", "Ce choix n’a pas de montant."),
        ("20", "", "Choisissez l’une des réponses."),
    ],
)
def test_counter_refuses_a_wrong_amount_and_keeps_what_was_typed(
    amount: str, kind: str, complaint: str
) -> None:
    stage = Stage().offered()

    answer = stage.post("counter", kind=kind, amount=amount, goods_return="no", text="Voici pourquoi.")

    assert answer.status_code == 422
    assert complaint in said(answer)
    assert "Voici pourquoi." in answer.content.decode()
    assert f'value="{amount}"' in answer.content.decode() or not amount
    assert stage.now.state == State.WITH_BUYER


def test_answering_the_sellers_question_shows_it() -> None:
    stage = Stage()
    stage.do(c.Ask(by=stage.as_seller, text="S'allume-t-il ?"))

    assert "S'allume-t-il ?" in said(stage.client.get(f"{stage.url}answer/"))
    stage.post("answer", text="Non.")

    assert stage.now.state == State.WITH_SELLER
    assert kinds(stage)[-1] == "QuestionAnswered"


def test_escalating_goes_to_the_platform() -> None:
    stage = Stage().offered()

    answer = stage.post("escalate", reasons="")

    assert stage.now.state == State.WITH_PLATFORM
    assert "La plateforme est saisie. C’est à la plateforme de faire une proposition" in said(answer)


def test_changing_the_ground_keeps_the_claim_open() -> None:
    stage = Stage()

    assert "Il est arrivé abîmé" not in said(stage.client.get(f"{stage.url}change_ground/"))
    stage.post("change_ground", ground="defective", explanation="Il ne s'allume plus.")

    assert stage.now.ground == Ground.DEFECTIVE
    assert stage.now.state == State.WITH_SELLER


def test_giving_evidence_answers_the_platform_with_files() -> None:
    stage = Stage().with_platform()
    stage.do(c.AskEvidence(by=stage.as_agent, of=Role.BUYER, text="Une photo de l'étiquette ?"))

    assert "Une photo de l'étiquette ?" in said(stage.client.get(f"{stage.url}give_evidence/"))
    photo = SimpleUploadedFile("etiquette.jpg", picture())
    stage.post("give_evidence", text="La voici.", exhibits=[photo])

    assert stage.now.snapshot.request is None
    assert [str(one) for one in Evidence.objects.filter(claim=stage.claim)] == ["A-1"]


def test_a_bad_file_is_named_and_does_not_stop_the_act() -> None:
    stage = Stage().offered()
    files = [SimpleUploadedFile("bonne.jpg", picture()), SimpleUploadedFile("photo.jpg", b"")]

    answer = stage.post("escalate", reasons="", exhibits=files)

    assert stage.now.state == State.WITH_PLATFORM
    assert "photo.jpg" in said(answer)
    assert Evidence.objects.filter(claim=stage.claim).count() == 1


def test_an_appeal_goes_to_another_agent() -> None:
    stage = Stage().ruled()

    assert "Demande rejetée" in stage.page
    assert "art. L217-3 du code de la consommation" in stage.page
    stage.post("appeal", reason="new_evidence", text="J'ai retrouvé la facture.")

    assert stage.now.state == State.WITH_PLATFORM
    assert stage.now.appealed


def test_a_second_appeal_is_not_offered_nor_taken() -> None:
    stage = Stage().ruled()
    stage.post("appeal", reason="new_evidence", text="J'ai retrouvé la facture.")
    other = Actor(Role.AGENT, f.an_agent(stage.place).pk)
    stage.do(c.Rule(by=other, rule="x", reasons="y"))

    answer = stage.post("appeal", reason="error_of_rule", text="Encore.")

    assert stage.now.state == State.CLOSED
    assert answer.status_code == 409
    assert "Encore." in answer.content.decode()


def test_sending_the_goods_back_needs_a_number_and_a_day_that_exists() -> None:
    stage = Stage(goods_return=True)
    stage.do(c.Accept(by=stage.as_seller))

    wrong = stage.post("ship_return", shipped_on="2026-11-31", carrier="Colissimo", tracking="")

    assert wrong.status_code == 422
    assert "Ce jour n’existe pas." in said(wrong)
    assert 'value="Colissimo"' in wrong.content.decode()

    stage.post("ship_return", shipped_on=TODAY.isoformat(), carrier="Colissimo", tracking="6A12345678901")

    assert stage.now.state == State.RETURN_IN_TRANSIT
    assert stage.now.snapshot.trip.tracking == "6A12345678901"


def test_a_number_with_a_wrong_digit_is_refused_with_a_way_out() -> None:
    stage = Stage(goods_return=True)
    stage.do(c.Accept(by=stage.as_seller))
    parcel = {"shipped_on": TODAY.isoformat(), "carrier": "la poste", "tracking": "RA 473 124 828 GB"}

    wrong = stage.post("ship_return", **parcel)

    assert wrong.status_code == 422
    assert "Un chiffre semble faux dans RA473124828GB" in said(wrong)
    assert 'value="RA 473 124 828 GB"' in wrong.content.decode()
    assert 'name="sure"' in wrong.content.decode()

    stage.post("ship_return", **parcel, sure="on")

    trip = stage.now.snapshot.trip
    assert (trip.carrier, trip.tracking) == ("La Poste", "RA473124828GB")


def test_nobody_is_asked_whether_they_are_sure_of_a_number_that_looks_right() -> None:
    stage = Stage(goods_return=True)
    stage.do(c.Accept(by=stage.as_seller))

    page = stage.client.get(f"{stage.url}ship_return/").content.decode()

    assert 'name="sure"' not in page
    assert '<option value="Mondial Relay">' in page


@pytest.mark.parametrize(
    ("carrier", "number", "sentence"),
    [
        ("La Poste", "RA473124829GB", "Ce numéro est bien formé."),
        ("La Poste", "RA473124828GB", "Un chiffre semble faux"),
        ("UPS", "123456789", "il s’écrit comme 1Z"),
        ("Mondial Relay", "12345678", "Ce numéro a la forme de ceux de Mondial Relay."),
        ("Un cousin", "12345678", "Nous ne savons pas vérifier"),
        ("La Poste", "RA47", ""),
    ],
)
def test_a_number_is_judged_while_it_is_typed(carrier: str, number: str, sentence: str) -> None:
    stage = Stage(goods_return=True)
    stage.do(c.Accept(by=stage.as_seller))

    answer = stage.client.get(f"{stage.url}ship_return/tracking/", {"carrier": carrier, "tracking": number})

    assert sentence in said(answer)
    assert bool(said(answer).strip()) == bool(sentence)


def test_a_parcel_is_not_sent_tomorrow() -> None:
    stage = Stage(goods_return=True)
    stage.do(c.Accept(by=stage.as_seller))

    answer = stage.post("ship_return", shipped_on="2026-11-21", carrier="Colissimo", tracking="6A12345678901")

    assert answer.status_code == 409
    assert "n’est pas encore arrivé" in said(answer)
    assert 'value="6A12345678901"' in answer.content.decode()


def test_withdrawing_can_be_undone() -> None:
    stage = Stage()

    assert "jusqu’au samedi 21 novembre 2026, 10 h 00" in said(stage.client.get(f"{stage.url}withdraw/"))
    stage.post("withdraw", reason="Réglé par téléphone.")
    assert stage.now.resolution == Resolution.WITHDRAWN
    assert "Annuler le retrait" in stage.page
    stage.post("undo_withdrawal")

    assert stage.now.state == State.WITH_SELLER


def test_a_withdrawal_is_final_after_a_day_but_can_be_reopened(frozen_clock) -> None:
    stage = Stage()
    stage.post("withdraw", reason="")
    frozen_clock.shift(dt.timedelta(hours=24))

    late = stage.post("undo_withdrawal")

    assert late.status_code == 409
    assert "ne peut plus être annulé" in said(late)
    assert "Annuler le retrait" not in stage.page.replace("« Annuler le retrait »", "")

    stage.post("reopen", reasons="Rien n'est venu.")
    assert stage.now.state == State.WITH_PLATFORM


def test_marking_solved_closes_and_says_so() -> None:
    stage = Stage()

    assert "Rien ne vous sera versé" in said(stage.client.get(f"{stage.url}mark_solved/"))
    stage.post("mark_solved")

    assert stage.now.resolution == Resolution.SETTLED


def test_the_dispute_opens_from_the_claim_once_the_seller_has_answered() -> None:
    stage = Stage(contact_first=True)
    stage.do(c.Answer(by=stage.as_seller, text="Nous regardons."))

    assert "Ouvrir le litige" in stage.page
    stage.post("open_dispute")

    assert stage.now.state == State.WITH_SELLER


def test_a_stale_page_is_told_and_the_text_kept() -> None:
    stage = Stage()
    shown = stage.now.seq
    stage.offered()

    answer = stage.post("counter", seq=shown, kind="part", amount="50", goods_return="no", text="Mon texte.")

    assert answer.status_code == 409
    assert "L’autre partie a agi pendant que vous écriviez." in said(answer)
    assert "C’est à vous de répondre" in said(answer)
    assert "Mon texte." in answer.content.decode()
    assert f'name="expected_seq" value="{stage.now.seq}"' in answer.content.decode()
    assert stage.now.snapshot.wanted == refund(8990)

    stage.post("counter", kind="part", amount="50", goods_return="no", text="Mon texte.")
    assert stage.now.snapshot.wanted == refund(5000)


def test_what_is_no_longer_possible_gives_the_text_back() -> None:
    stage = Stage().offered()
    shown = stage.now.seq
    stage.do(c.Accept(by=stage.as_seller))

    answer = stage.post("escalate", seq=shown, reasons="Un long récit.")

    assert answer.status_code == 409
    assert "Un long récit." in answer.content.decode()
    assert "readonly" in answer.content.decode()
    assert 'name="reasons"' not in answer.content.decode()


def test_a_text_that_is_too_long_is_kept_whole() -> None:
    stage = Stage().offered()
    text = "é" * 5001

    answer = stage.post("escalate", reasons=text)

    assert answer.status_code == 422
    assert "5 001 caractères" in said(answer) or "5001 caractères" in said(answer)
    assert text in answer.content.decode()


def test_five_thousand_emoji_with_line_breaks_are_taken() -> None:
    stage = Stage()
    text = "😀\r\n" * 2500

    stage.post("change_ground", ground="defective", explanation=text)

    assert stage.now.ground == Ground.DEFECTIVE


def test_an_act_of_the_seller_has_no_page() -> None:
    stage = Stage()

    for other in ("accept", "refuse", "make_offer", "rule", "take", "grant_by_default", "anything"):
        assert stage.client.get(f"{stage.url}{other}/").status_code == 404
        assert stage.post(other).status_code == 404


def test_an_act_that_is_not_open_leads_back_with_a_reason() -> None:
    stage = Stage()

    answer = stage.client.get(f"{stage.url}appeal/", follow=True)

    assert answer.redirect_chain == [(stage.url, 302)]
    assert "Ce n’est plus possible à ce stade" in said(answer)
