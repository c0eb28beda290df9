"""Opening a dispute, one question a page: the ways through, and what is refused."""

import datetime as dt

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.buyer.reading import plain
from tests.buyer.wizard.walking import GOODS, alice, base, browser, go, order, send
from tests.factories import a_buyer, a_claim, a_marketplace, a_payment, an_order

from recours.claims.models import Claim, Draft, Evidence
from recours.marketplaces.models import Buyer, Order, OrderLine
from recours.rules.lifecycle.vocabulary import State
from recours.rules.policy import preset

__all__ = ["alice", "base", "browser", "order"]

pytestmark = pytest.mark.django_db


def test_wizard_starts_at_the_first_question_that_applies(browser: Client, base: str) -> None:
    assert browser.get(base)["Location"] == f"{base}ground/"


def test_wizard_asks_which_lines_when_there_is_a_choice(browser: Client, alice: Buyer) -> None:
    base = f"/orders/{an_order(alice, lines=((9000, 3),)).pk}/dispute/"

    assert browser.get(base)["Location"] == f"{base}lines/"
    assert "Combien de « Casque Nova 1 » sur 3 ?" in plain(browser.get(f"{base}lines/"))


def test_wizard_does_not_jump_ahead(browser: Client, base: str) -> None:
    assert browser.get(f"{base}story/")["Location"] == f"{base}ground/"
    assert browser.get(f"{base}nowhere/")["Location"] == f"{base}ground/"


def test_wizard_opens_a_dispute_about_goods(browser: Client, base: str, order: Order) -> None:
    place = go(browser, base, **GOODS)
    page = plain(browser.get(place))

    response = send(browser, base)

    assert "C'est au vendeur de répondre, jusqu'au mercredi 25 novembre 2026, 23 h 59." in page
    assert "S'il ne répond pas, votre demande est acceptée : 12,50 €." in page
    assert "Et dans ce cas : vous devez être remboursé de 12,50 €" in page
    claim = Claim.objects.get()
    assert response["Location"] == f"/claims/{claim.reference}/"
    assert (claim.order, claim.state, claim.ground) == (order, State.WITH_SELLER, "damaged")
    assert claim.snapshot.wanted.amount.minor == 1250
    draft = Draft.objects.get()
    assert (draft.claim, draft.answers) == (claim, {})


def test_wizard_claims_the_chosen_lines_and_quantities(browser: Client, alice: Buyer) -> None:
    order = an_order(alice, lines=((9000, 3), 2000), shipping=500)
    base = f"/orders/{order.pk}/dispute/"
    first = OrderLine.objects.get(order=order, position=1)

    go(browser, base, lines={"lines": [first.pk], f"quantity_{first.pk}": "2"}, ground=GOODS["ground"])
    assert "Au plus 60,00 €" in plain(browser.get(f"{base}wanted/"))
    go(browser, base, wanted=GOODS["wanted"], story=GOODS["story"])
    send(browser, base)

    claim = Claim.objects.get()
    assert [(line.order_line_id, line.quantity) for line in claim.lines.all()] == [(first.pk, 2)]
    assert claim.disputed_minor == 6000


@pytest.mark.parametrize("quantity", ["0", "4", "-1", "deux"])
def test_wizard_refuses_a_quantity_that_was_not_bought(browser: Client, alice: Buyer, quantity: str) -> None:
    order = an_order(alice, lines=((9000, 3),))
    line = order.lines.get()

    response = browser.post(
        f"/orders/{order.pk}/dispute/lines/", {"lines": [line.pk], f"quantity_{line.pk}": quantity}
    )

    assert response.status_code == 422
    assert f'value="{quantity}"' in plain(response)


def test_wizard_refuses_lines_of_another_order(browser: Client, alice: Buyer) -> None:
    other = an_order(alice).lines.get()
    order = an_order(alice, lines=(1000, 2000))

    response = browser.post(f"/orders/{order.pk}/dispute/lines/", {"lines": [other.pk]})

    assert response.status_code == 422


def test_wizard_offers_what_is_left_beside_an_open_claim(browser: Client, alice: Buyer) -> None:
    order = an_order(alice, lines=(1000, 2000))
    first, second = order.lines.order_by("position")
    a_claim(order, lines={first.pk: 1})

    base = f"/orders/{order.pk}/dispute/"
    go(browser, base, **GOODS)
    send(browser, base)

    newest = Claim.objects.order_by("disputed_minor").last()
    assert newest is not None
    assert [line.order_line_id for line in newest.lines.all()] == [second.pk]


def test_wizard_leads_to_the_claim_that_has_everything(browser: Client, order: Order, base: str) -> None:
    claim = a_claim(order)

    page = plain(browser.get(base))

    assert "Un litige est déjà ouvert" in page
    assert f"/claims/{claim.reference}/" in page


def test_ground_shows_the_closed_ones_with_their_reason(browser: Client, alice: Buyer) -> None:
    order = an_order(alice, delivered_on=None, promised_on=dt.date(2026, 11, 28))

    page = plain(browser.get(f"/orders/{order.pk}/dispute/ground/"))

    assert "Ce colis est encore dans son délai de livraison" in page
    assert "Possible à partir du dimanche 29 novembre." in page
    assert 'aria-describedby="id_ground_4_hint" disabled>' in page
    assert "Vous avez changé d'avis ?" in page


def test_ground_that_is_closed_is_refused_whoever_posts_it(browser: Client, alice: Buyer) -> None:
    order = an_order(alice, delivered_on=None, promised_on=dt.date(2026, 11, 28))

    response = browser.post(f"/orders/{order.pk}/dispute/ground/", {"ground": "lost"})

    assert response.status_code == 422
    assert "Vous pourrez ouvrir un litige à partir du dimanche 29 novembre 2026." in plain(response)


def test_ground_says_that_a_change_of_mind_needs_no_dispute(browser: Client, base: str) -> None:
    assert "jusqu'au <strong>jeudi 26 novembre 2026</strong>" in plain(browser.get(f"{base}ground/"))


def test_ground_when_everything_is_over_says_what_else(browser: Client, alice: Buyer) -> None:
    order = an_order(
        alice,
        ordered_at=dt.datetime(2023, 1, 1, tzinfo=dt.UTC),
        promised_on=dt.date(2023, 1, 10),
        delivered_on=dt.date(2023, 1, 9),
    )

    page = plain(browser.get(f"/orders/{order.pk}/dispute/ground/"))

    assert "Aucun litige possible aujourd'hui" in page
    assert "Saisir le médiateur de la consommation" in page


def test_wizard_asks_the_day_when_nobody_knows_it(browser: Client, alice: Buyer) -> None:
    order = an_order(alice, delivered_on=None)
    base = f"/orders/{order.pk}/dispute/"

    place = go(browser, base, ground=GOODS["ground"])
    after = go(browser, base, received={"day": "2026-11-18"})

    assert place == f"{base}received/"
    assert after == f"{base}wanted/"
    parcel = order.parcels.get()
    assert (parcel.delivered_on, parcel.delivery_source) == (dt.date(2026, 11, 18), "buyer")
    go(browser, base, received={"day": "2026-11-17"}, wanted=GOODS["wanted"], story=GOODS["story"])
    send(browser, base)
    assert Claim.objects.get().snapshot.opening.delivered_on == dt.date(2026, 11, 17)


def test_received_that_leaves_nothing_to_claim_is_not_recorded(browser: Client, alice: Buyer) -> None:
    order = an_order(
        alice,
        delivered_on=None,
        promised_on=dt.date(2023, 1, 10),
        ordered_at=dt.datetime(2023, 1, 1, tzinfo=dt.UTC),
    )
    base = f"/orders/{order.pk}/dispute/"
    go(browser, base, ground=GOODS["ground"])

    response = browser.post(f"{base}received/", {"day": "2023-01-20"})

    assert response.status_code == 422
    assert "Le délai pour réclamer" in plain(response)
    assert order.parcels.get().delivered_on is None


@pytest.mark.parametrize(
    ("amount", "why"),
    [
        ("90,00 €", "Indiquez au plus 89,90 €."),
        ("0", "Indiquez un montant supérieur à zéro."),
        ("", "Indiquez un montant supérieur à zéro."),
        ("-5", ""),
        ("beaucoup", ""),
    ],
)
def test_wanted_refuses_an_amount_and_keeps_it(browser: Client, base: str, amount: str, why: str) -> None:
    go(browser, base, ground=GOODS["ground"])

    response = browser.post(f"{base}wanted/", {**GOODS["wanted"], "amount": amount})

    assert response.status_code == 422
    assert why in plain(response)
    assert not amount or f'value="{amount}"' in plain(response)
    assert browser.get(f"{base}story/")["Location"] == f"{base}wanted/"


def test_wanted_is_prefilled_with_all_that_was_paid(browser: Client, base: str) -> None:
    go(browser, base, ground=GOODS["ground"])

    page = plain(browser.get(f"{base}wanted/"))

    assert 'value="89,90"' in page
    assert "Nouvel envoi de l'article" in page


def test_send_twice_opens_one_claim(browser: Client, base: str) -> None:
    go(browser, base, **GOODS)
    data = {"draft": Draft.objects.get().pk}

    first = browser.post(f"{base}summary/", data)
    second = browser.post(f"{base}summary/", data)

    assert first["Location"] == second["Location"]
    assert Claim.objects.count() == 1


def test_send_after_somebody_else_took_the_line_keeps_the_draft(
    browser: Client, base: str, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(browser, base, **GOODS)
    draft = Draft.objects.get()
    a_claim(order)
    monkeypatch.setattr("recours.buyer.wizard.matter.claims_on_lines", lambda order_id: {})

    response = browser.post(f"{base}summary/", {"draft": draft.pk})

    assert response.status_code == 422
    assert "Une réclamation est déjà ouverte" in plain(response)
    draft.refresh_from_db()
    assert draft.answers["story"] == {"explanation": ["L'arceau est cassé net."]}
    assert Evidence.objects.count() == 0


def test_send_when_the_order_was_refunded_meanwhile_asks_again(
    browser: Client, base: str, order: Order
) -> None:
    go(browser, base, **GOODS)
    order.lines.update(refunded_minor=8990)

    response = send(browser, base)

    assert response["Location"] == f"{base}ground/"
    assert "Tout ce qui a été payé ici a déjà été remboursé." in plain(browser.get(f"{base}ground/"))
    assert Draft.objects.get().claim is None


def test_send_where_the_seller_is_asked_first(browser: Client, client: Client) -> None:
    policy = preset("default").replace("required = false", "required = true")
    alice = a_buyer(a_marketplace(policy=policy))
    assert alice.user is not None
    client.force_login(alice.user)
    base = f"/orders/{an_order(alice).pk}/dispute/"

    page = plain(client.get(go(client, base, **GOODS)))
    send(client, base)

    assert "Les conditions demandent d'écrire d'abord au vendeur." in page
    assert "Envoyer au vendeur" in page
    assert Claim.objects.get().state == State.CONTACTING_SELLER


def test_payment_goes_to_the_platform(browser: Client, alice: Buyer) -> None:
    payment = a_payment(alice, ref="CB-881", minor=4500)
    base = f"/payments/{payment.pk}/dispute/"

    go(browser, base, ground={"ground": "unauthorised_charge"})
    assert "Ce motif concerne la place de marché" in plain(browser.get(f"{base}wanted/"))
    go(browser, base, wanted={"amount": "45"})
    assert "Prévenez votre banque sans attendre." in plain(browser.get(f"{base}story/"))
    page = plain(browser.get(go(browser, base, story={"explanation": "Ce n'est pas moi."})))
    send(browser, base)

    assert "Votre demande va directement à la place de marché" in page
    claim = Claim.objects.get()
    assert (claim.payment, claim.order, claim.shop, claim.state) == (
        payment,
        None,
        None,
        State.WITH_PLATFORM,
    )
    assert "Ce débit est déjà contesté." in plain(browser.get(base))


def test_payment_offers_no_ground_about_goods(browser: Client, alice: Buyer) -> None:
    payment = a_payment(alice)

    page = plain(browser.get(f"/payments/{payment.pk}/dispute/ground/"))

    assert 'value="damaged"' not in page
    assert 'value="payment_error"' in page
    assert "changé d'avis" not in page


def test_order_with_no_article_concerned_offers_payment_grounds(browser: Client, alice: Buyer) -> None:
    order = an_order(alice, lines=(1000, 2000), shipping=300)
    base = f"/orders/{order.pk}/dispute/"

    go(browser, base, lines={"lines": ["none"]})
    page = plain(browser.get(f"{base}ground/"))
    go(
        browser,
        base,
        ground={"ground": "overcharge"},
        wanted={"amount": "5"},
        story={"explanation": "Trop cher."},
    )
    send(browser, base)

    assert 'value="damaged"' not in page
    claim = Claim.objects.get()
    assert (claim.state, claim.disputed_minor) == (State.WITH_PLATFORM, 3300)


@pytest.mark.parametrize(("amount", "disputed"), [("", 0), ("19,99", 1999)])
def test_purchase_that_failed(browser: Client, alice: Buyer, amount: str, disputed: int) -> None:
    assert browser.get("/purchases/dispute/")["Location"] == "/purchases/belle/dispute/"
    base = "/purchases/belle/dispute/"

    place = go(
        browser,
        base,
        ground={"ground": "technical_fault"},
        wanted={"amount": amount},
        story={"explanation": "La page de paiement a planté."},
    )
    page = plain(browser.get(place))
    send(browser, base)

    assert "Un achat qui a échoué sur Belle" in page
    claim = Claim.objects.get()
    assert (claim.about, claim.state, claim.disputed_minor) == ("purchase", State.WITH_PLATFORM, disputed)


def test_purchase_on_two_sites_asks_which(browser: Client, alice: Buyer) -> None:
    a_buyer(a_marketplace(slug="autre", name="Autre Place"), user=alice.user)

    page = plain(browser.get("/purchases/dispute/"))

    assert "Sur quel site l'achat a-t-il échoué ?" in page
    assert "/purchases/autre/dispute/" in page


def test_what_others_bought_does_not_exist(browser: Client) -> None:
    order, payment = an_order(), a_payment()

    for url in (
        f"/orders/{order.pk}/dispute/",
        f"/orders/{order.pk}/dispute/ground/",
        f"/payments/{payment.pk}/dispute/",
        "/purchases/ailleurs/dispute/",
    ):
        assert browser.get(url).status_code == 404
        assert browser.post(url, {"ground": "damaged"}).status_code == 404
    assert not Draft.objects.exists()


def test_send_with_the_draft_of_another_reveals_nothing(browser: Client, base: str, order: Order) -> None:
    theirs = a_claim()
    assert theirs.buyer.user_id is not None
    draft = Draft.objects.create(
        user_id=theirs.buyer.user_id,
        marketplace=theirs.marketplace,
        order=theirs.order,
        claim=theirs,
        saved_at=theirs.opened_at,
    )

    response = browser.post(f"{base}summary/", {"draft": draft.pk})

    assert response["Location"] == f"{base}ground/"


def test_wizard_in_english(browser: Client, base: str) -> None:
    browser.cookies["recours_language"] = "en"
    go(browser, base, ground=GOODS["ground"], wanted={**GOODS["wanted"], "amount": "12.50"})

    page = plain(browser.get(go(browser, base, story=GOODS["story"])))

    assert "It is the seller's turn to answer, until" in page
    assert "€12.50" in page


def test_wizard_pages_cost_few_queries(
    browser: Client, base: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    go(browser, base, **GOODS)

    with django_assert_num_queries(9):
        browser.get(f"{base}ground/")
    with django_assert_num_queries(13):
        browser.get(f"{base}summary/")
