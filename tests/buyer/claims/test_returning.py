"""What a buyer is told of a return: what to pack, print and send; where to; and each date."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.buyer.claims.stage import Stage, browser, plain
from tests.conftest import PRESENT
from tests.factories import a_claim, a_withdrawal, an_order
from tests.papers import page_count, stated, words

from recours.claims.models import ClaimEvent
from recours.claims.slips import qr_code
from recours.claims.sweep import sweep
from recours.claims.verify import differences
from recours.marketplaces.models import Marketplace, Shop
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.vocabulary import State

pytestmark = pytest.mark.django_db

ADDRESS = "Boutique Bob, retours\nQuai 3\n2 rue du Port\n44000 Nantes"
TODAY = PRESENT.date()


def returning(**asked: object) -> Stage:
    stage = Stage(goods_return=True, **asked)
    Shop.objects.filter(pk=stage.shop.pk).update(return_address=ADDRESS)
    return stage.do(c.Accept(by=stage.as_seller))


def shipped(stage: Stage, **fields: object) -> Stage:
    plain_parcel = {"shipped_on": TODAY, "carrier": "Colissimo", "tracking": "6A12345678901"}
    return stage.do(c.ShipReturn(by=stage.as_buyer, **(plain_parcel | fields)))  # type: ignore[arg-type]


def page_of(stage: Stage, what: str = "return/") -> str:
    return plain(stage.client.get(f"{stage.url}{what}").content.decode())


def test_return_is_told_step_by_step() -> None:
    stage = returning()

    page = page_of(stage)

    assert "dans son emballage d’origine" in page
    assert "2 rue du Port" in page
    assert "Les frais de renvoi sont à la charge du vendeur" in page
    assert "Photographiez le colis ouvert, puis fermé." in page
    assert stage.claim.reference in page
    assert (
        'href="/claims/' + stage.claim.reference + '/return/"' in stage.client.get(stage.url).content.decode()
    )


def test_each_clock_says_who_by_when_and_why() -> None:
    page = page_of(returning())

    assert "Envoyer le colis, vous" in page
    assert "Selon les conditions : lundi 30 novembre" in page
    assert "Selon la loi : vendredi 4 décembre" in page
    assert "L221-23" in page
    assert "dans les 30 jours qui suivent l’envoi" in page
    assert "Envoyer le colis : pourquoi cette date ?" in page


def test_law_starts_the_refund_at_proof_of_shipment_and_the_page_says_so() -> None:
    page = page_of(shipped(returning()))

    assert "La preuve d’envoi suffit" in page
    assert "L221-24" in page
    assert "Remboursement : pourquoi cette date ?" in page
    assert "fait le vendredi 20 novembre" in page


def test_marketplace_receives_for_a_shop_without_an_address_and_nobody_else_does() -> None:
    stage = Stage(goods_return=True)
    stage.do(c.Accept(by=stage.as_seller))
    Marketplace.objects.update(return_address="Dépôt central\n1 rue Neuve\n75002 Paris")

    assert "Dépôt central" in page_of(stage)
    assert "n’a pas d’adresse de retour" in page_of(stage)

    Marketplace.objects.update(return_address="")
    assert "demandez-la au vendeur par un message" in page_of(stage)


def test_slip_names_goods_and_reference_and_nobody() -> None:
    stage = returning()

    page = page_of(stage, "return/slip/")

    assert f"/seller/claims/{stage.claim.reference}/return/" in page
    assert "<svg" in stage.client.get(f"{stage.url}return/slip/").content.decode()
    slip = page.split("Bon de retour", 2)[-1]
    assert stage.alice is not None
    assert stage.alice.email not in slip


def test_slip_is_one_page_of_pdf() -> None:
    stage = returning()

    answer = stage.client.get(f"{stage.url}return/slip.pdf")

    text = words(answer.content)
    assert page_count(answer.content) == 1
    assert stage.claim.reference in text
    assert "44000 Nantes" in text
    assert stated(answer.content)["part"] == "2"
    assert answer["Content-Disposition"] == f'attachment; filename="retour-{stage.claim.reference}.pdf"'


def test_qr_code_carries_no_style_of_its_own() -> None:
    drawn = qr_code("https://recours.example.org/seller/claims/L-7F3K9QXM/return/")

    assert drawn.startswith("<svg")
    assert "style=" not in drawn


def test_sending_a_part_says_what_it_costs_before_it_takes_anything() -> None:
    stage = Stage(goods_return=True)
    order = an_order(stage.buyer, stage.shop, lines=[(8990, 2)])
    stage.claim = a_claim(order, goods_return=True)
    stage.do(c.Accept(by=stage.as_seller))
    line = order.lines.get()
    parcel = {
        "shipped_on": TODAY.isoformat(),
        "carrier": "Colissimo",
        "tracking": "6A12345678901",
        f"sent_{line.pk}": "1",
    }

    asked = stage.post("ship_return", **parcel)

    assert asked.status_code == 422
    assert "le remboursement sera de 44,95 € au lieu de 89,90 €" in plain(asked.content.decode())
    assert stage.now.state == State.AWAITING_RETURN

    stage.post("ship_return", **parcel, partly="on")

    assert stage.now.state == State.RETURN_IN_TRANSIT
    assert stage.now.snapshot.agreed.amount.minor == 4495
    assert "1 sur 2" in page_of(stage)


@pytest.mark.parametrize("typed", ["3", "-1", "deux", ""])
def test_more_pieces_than_there_are_are_refused_and_kept(typed: str) -> None:
    stage = Stage(goods_return=True)
    order = an_order(stage.buyer, stage.shop, lines=[(8990, 2)])
    stage.claim = a_claim(order, goods_return=True)
    stage.do(c.Accept(by=stage.as_seller))
    line = order.lines.get()

    answer = stage.post(
        "ship_return",
        shipped_on=TODAY.isoformat(),
        carrier="Colissimo",
        tracking="6A12345678901",
        partly="on",
        **{f"sent_{line.pk}": typed},
    )

    assert answer.status_code == 422
    assert stage.now.state == State.AWAITING_RETURN


def test_what_the_carrier_lost_or_the_seller_refused_is_said_in_one_step() -> None:
    stage = shipped(returning())
    page = stage.client.get(f"{stage.url}return/").content.decode()
    assert f"{stage.url}report_return_refused/" in page
    assert f"{stage.url}report_return_lost/" in page

    stage.post("report_return_refused", refused_on=TODAY.isoformat(), text="Refusé par le destinataire.")

    assert stage.now.snapshot.trip.refused
    assert "à la disposition du vendeur, à ses frais" in page_of(stage)


def test_return_sent_too_late_is_refused_with_the_way_on(frozen_clock: object) -> None:
    stage = returning()
    frozen_clock.move_to(PRESENT + dt.timedelta(days=20))  # type: ignore[attr-defined]
    stage.client = browser(stage.alice)
    late = (PRESENT + dt.timedelta(days=20)).date().isoformat()

    answer = stage.post("ship_return", shipped_on=late, carrier="Colissimo", tracking="6A12345678901")

    assert answer.status_code == 409
    assert "envoyé après, il ne rouvre pas la réclamation de lui-même" in plain(answer.content.decode())
    assert 'value="6A12345678901"' in answer.content.decode()

    sweep(PRESENT + dt.timedelta(days=20))
    stage.post("ship_return", shipped_on="2026-12-04", carrier="Colissimo", tracking="6A12345678901")
    assert stage.now.state == State.RETURN_IN_TRANSIT


def test_address_stays_as_it_was_given_when_the_shop_moves() -> None:
    stage = returning()
    event = ClaimEvent.objects.get(claim=stage.claim, kind="RequestAccepted")
    assert event.body["return_to"] == ADDRESS

    Shop.objects.filter(pk=stage.shop.pk).update(return_address="Ailleurs\n69000 Lyon")

    page = page_of(stage)
    assert "2 rue du Port" in page
    assert "Ailleurs" not in page
    assert "Une autre est indiquée depuis" in page
    assert "2 rue du Port" in page_of(stage, "return/slip/")
    assert "Une autre est indiquée depuis" not in page_of(shipped(stage))
    assert list(differences(stage.claim.reference)) == []


def test_address_that_comes_late_is_recorded_when_the_parcel_leaves() -> None:
    stage = Stage(goods_return=True)
    stage.do(c.Accept(by=stage.as_seller))
    assert "return_to" not in ClaimEvent.objects.get(claim=stage.claim, kind="RequestAccepted").body

    Shop.objects.filter(pk=stage.shop.pk).update(return_address=ADDRESS)
    assert "2 rue du Port" in page_of(stage)
    shipped(stage)

    assert ClaimEvent.objects.get(claim=stage.claim, kind="ReturnShipped").body["return_to"] == ADDRESS


def test_silence_and_a_withdrawal_record_the_address_too() -> None:
    stage = Stage(goods_return=True)
    Shop.objects.filter(pk=stage.shop.pk).update(return_address=f"  {ADDRESS}\n\n")
    stage.claim.refresh_from_db()
    assert stage.claim.due_at is not None
    sweep(stage.claim.due_at)

    assert ClaimEvent.objects.get(claim=stage.claim, kind="GrantedBySilence").body["return_to"] == ADDRESS

    withdrawn = a_withdrawal(an_order(stage.buyer, stage.shop))
    assert ClaimEvent.objects.get(claim=withdrawn, kind="ContractWithdrawn").body["return_to"] == ADDRESS
    assert list(differences()) == []


def test_wrong_number_is_put_right_in_one_step_and_both_stay_in_the_story() -> None:
    stage = shipped(returning())

    page = stage.client.get(f"{stage.url}return/").content.decode()
    assert f"{stage.url}correct_tracking/" in page
    form = stage.client.get(f"{stage.url}correct_tracking/").content.decode()
    assert 'value="6A12345678901"' in form
    stage.post("correct_tracking", carrier="Colissimo", tracking="6A98765432109")

    told = stage.client.get(stage.url).content.decode()
    assert "6A98765432109" in page_of(stage)
    assert "6A12345678901" in told
    assert "6A98765432109" in told


def test_correction_that_looks_wrong_is_asked_again_and_kept() -> None:
    stage = shipped(returning())

    answer = stage.post("correct_tracking", carrier="UPS", tracking="1Z5R89390357567120")

    assert answer.status_code == 422
    assert "1Z5R89390357567120" in answer.content.decode()
    stage.claim.refresh_from_db()
    assert stage.claim.snapshot.trip is not None
    assert stage.claim.snapshot.trip.tracking == "6A12345678901"
