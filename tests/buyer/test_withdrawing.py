"""The two named steps, by account and by mailed link: what they show, refuse, keep and never tell."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.buyer.reading import plain
from tests.conftest import PRESENT
from tests.factories import a_buyer, a_claim, a_shop, a_user, a_withdrawal, an_order

from recours.claims.models import Claim, WithdrawalKey
from recours.marketplaces.models import Buyer, Marketplace, Order, Payment
from recours.outbox.models import Mail
from recours.outbox.sending import send_due
from recours.rules.lifecycle.vocabulary import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Buyer:
    return a_buyer()


@pytest.fixture
def browser(client: Client, alice: Buyer) -> Client:
    assert alice.user is not None
    client.force_login(alice.user)
    return client


def step(order: Order) -> str:
    return f"/orders/{order.pk}/withdraw/"


def filled(order: Order, **more: Any) -> dict[str, Any]:
    lines = [str(pk) for pk in order.lines.values_list("pk", flat=True)]
    return {
        "key": str(uuid4()),
        "lines": lines,
        "name": "Alice Martin",
        "email": "alice@example.org",
    } | more


def test_two_named_steps_lead_to_the_acknowledgement(browser: Client, alice: Buyer) -> None:
    order = an_order(alice, a_shop(alice.marketplace, name="Atelier du Son"), shipping=490)
    assert "Renoncer au contrat ici" in plain(browser.get(f"/orders/{order.pk}/"))

    first = plain(browser.get(step(order)))
    assert "Vous pouvez vous rétracter jusqu'au jeudi 26 novembre 2026, 23 h 59." in first
    assert "Vous n'avez pas de raison à donner" in first

    data = filled(order)
    second = browser.post(step(order), data)
    assert second.status_code == 200
    page = plain(second)
    assert "Confirmer la rétractation" in page
    assert "1 × Casque Nova 1 (89,90 €)" in page
    assert "dont 4,90 € de livraison standard" in page
    assert not Claim.objects.exists()

    done = browser.post(f"{step(order)}confirm/", hidden_of(page))
    claim = Claim.objects.get()
    assert done["Location"] == f"/claims/{claim.reference}/acknowledgement/"
    told = plain(browser.get(done["Location"]))
    assert "Accusé de réception de votre rétractation" in told
    assert "vendredi 20 novembre 2026, 10 h 00 (heure de Paris)" in told
    assert "Alice Martin, alice@example.org" in told
    assert "Renvoyez les articles au plus tard le vendredi 4 décembre 2026" in told
    assert "Vous serez remboursé au plus tard le vendredi 4 décembre 2026" in told
    assert bytes(claim.events.get(seq=1).hash).hex() in told


def hidden_of(page: str) -> dict[str, list[str]]:
    """What the second step's form carries from the first."""
    form = page[page.index("/confirm/") :]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


def test_same_form_sent_twice_shows_the_same_acknowledgement(browser: Client, alice: Buyer) -> None:
    order = an_order(alice)
    data = filled(order)

    first = browser.post(f"{step(order)}confirm/", data)
    again = browser.post(f"{step(order)}confirm/", data)

    assert first["Location"] == again["Location"]
    assert Claim.objects.count() == 1


def test_quantities_are_chosen_and_come_back_when_one_wants_to_change(browser: Client, alice: Buyer) -> None:
    order = an_order(alice, lines=((3000, 3), 2000))
    first, second = order.lines.order_by("position")
    data = filled(order, lines=[str(first.pk)], **{f"quantity_{first.pk}": "2"})

    confirm = plain(browser.post(step(order), data))
    changing = plain(browser.post(step(order), data | {"change": "1"}))

    assert "2 × Casque Nova 1 (20,00 €)" in confirm
    assert "Casque Nova 2" not in confirm[confirm.index("blockquote") : confirm.index("/blockquote")]
    assert re.search(rf'name="quantity_{first.pk}" value="2"', changing)
    assert "Alice Martin" in changing
    assert second.title in changing


@pytest.mark.parametrize("count", ["0", "4", "-1", "x"])
def test_quantity_out_of_bounds_is_said_beside_it_and_the_rest_kept(
    browser: Client, alice: Buyer, count: str
) -> None:
    order = an_order(alice, lines=((3000, 3),))
    (line,) = order.lines.all()

    for url in (step(order), f"{step(order)}confirm/"):
        response = browser.post(url, filled(order, **{f"quantity_{line.pk}": count}))

        assert response.status_code == 422
        assert "Alice Martin" in plain(response)
    assert not Claim.objects.exists()


def test_line_of_another_order_is_no_choice(browser: Client, alice: Buyer) -> None:
    order, other = an_order(alice), an_order(alice)

    response = browser.post(f"{step(order)}confirm/", filled(other))

    assert response.status_code == 422
    assert not Claim.objects.exists()


def test_name_and_address_are_asked_for(browser: Client, alice: Buyer) -> None:
    order = an_order(alice)

    response = browser.post(step(order), filled(order, name=" ", email="nowhere"))

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"name", "email"}


def test_after_the_term_the_page_says_why_and_what_else(browser: Client, alice: Buyer) -> None:
    order = an_order(alice, delivered_on=dt.date(2026, 10, 30))

    page = plain(browser.get(step(order)))
    of_order = plain(browser.get(f"/orders/{order.pk}/"))
    late = browser.post(f"{step(order)}confirm/", filled(order))

    assert "Le délai pour se rétracter est terminé depuis le vendredi 13 novembre 2026, 23 h 59." in page
    assert "garantie légale de conformité" in page
    assert "Signaler un défaut" in page
    assert f"/messages/new/support/{order.marketplace.slug}/" in page
    assert "Renoncer au contrat ici" not in of_order
    assert "Puis-je encore renoncer au contrat ?" in of_order
    assert late.status_code == 422
    assert not Claim.objects.exists()


def test_term_that_ends_between_the_two_steps_is_refused(
    browser: Client, alice: Buyer, frozen_clock: Any
) -> None:
    order = an_order(alice)
    data = filled(order)
    assert browser.post(step(order), data).status_code == 200
    frozen_clock.move_to(dt.datetime(2026, 11, 26, 23, tzinfo=dt.UTC))

    response = browser.post(f"{step(order)}confirm/", data)

    assert response.status_code == 422
    assert "terminé" in plain(response)


def test_before_anything_came_one_may_withdraw(browser: Client, alice: Buyer) -> None:
    order = an_order(alice, delivered_on=None)

    page = plain(browser.get(step(order)))
    browser.post(f"{step(order)}confirm/", filled(order))

    assert "dès maintenant" in page
    claim = Claim.objects.get()
    assert claim.state == State.REFUND_DUE
    told = plain(browser.get(f"/claims/{claim.reference}/acknowledgement/"))
    assert "Si le colis arrive quand même, refusez-le" in told


def test_excluded_article_is_explained_and_may_be_declared_all_the_same(
    browser: Client, alice: Buyer
) -> None:
    order = an_order(alice, lines=(8990, 2000))
    excluded, _ = order.lines.order_by("position")
    order.lines.filter(pk=excluded.pk).update(exclusion="personalised")

    page = plain(browser.get(step(order)))
    refused = browser.post(step(order), filled(order))
    agreed = plain(browser.post(step(order), filled(order, contests_exclusion="on")))

    assert "Exclu d'après le vendeur : fait sur mesure ou personnalisé pour vous." in page
    assert refused.status_code == 422
    assert "art. L221-28" in plain(refused)
    assert "la plateforme tranchera" in agreed
    browser.post(f"{step(order)}confirm/", filled(order, contests_exclusion="on"))
    assert Claim.objects.get().state == State.WITH_PLATFORM


def test_what_the_law_excludes_is_said_with_the_article_of_the_buyers_country(
    browser: Client, alice: Buyer
) -> None:
    Buyer.objects.filter(pk=alice.pk).update(country="DE")

    page = plain(browser.get(step(an_order(alice))))

    assert "La loi exclut les articles et services suivants." in page
    assert "§ 312g du code civil allemand (BGB) (article à vérifier)" in page
    assert "code de la consommation" not in page


def test_open_dispute_is_named_and_replaced_when_the_buyer_says_so(browser: Client, alice: Buyer) -> None:
    order = an_order(alice)
    dispute = a_claim(order)

    refused = browser.post(step(order), filled(order))
    done = browser.post(f"{step(order)}confirm/", filled(order, closes_disputes="on"))

    assert refused.status_code == 422
    assert dispute.reference in plain(refused)
    assert done.status_code == 302
    dispute.refresh_from_db()
    assert dispute.state == State.CLOSED


def test_cancelled_payment_is_explained(browser: Client, alice: Buyer) -> None:
    order = an_order(alice)
    Payment.objects.filter(order=order).update(status="failed")

    assert "rien ne vous a été débité" in plain(browser.get(step(order)))


def test_withdrawn_order_leads_to_its_acknowledgement(browser: Client, alice: Buyer) -> None:
    order = an_order(alice)
    claim = a_withdrawal(order)

    page = plain(browser.get(step(order)))
    of_order = plain(browser.get(f"/orders/{order.pk}/"))
    of_claim = plain(browser.get(f"/claims/{claim.reference}/"))
    to_choose = plain(browser.get(f"/withdraw/{alice.marketplace.slug}/"))

    assert f"/claims/{claim.reference}/acknowledgement/" in page
    assert f"Rétractation {claim.reference}" in of_order
    assert f"rétractation {claim.reference} en cours" in of_order
    assert "litige" not in of_order.lower().split("articles", 1)[1].split("livraison", 1)[0]
    assert f"Rétractation {claim.reference}" in of_claim
    assert "Renoncer au contrat ici" not in of_order
    assert "Puis-je encore renoncer" not in of_order
    assert step(order) not in to_choose


def test_what_is_left_of_an_order_can_still_be_withdrawn_from(browser: Client, alice: Buyer) -> None:
    order = an_order(alice, lines=(1000, 2000))
    first, second = order.lines.order_by("position")
    a_withdrawal(order, lines={first.pk: 1})

    of_order = plain(browser.get(f"/orders/{order.pk}/"))
    page = plain(browser.get(step(order)))
    to_choose = plain(browser.get(f"/withdraw/{alice.marketplace.slug}/"))

    assert "Renoncer au contrat ici" in of_order
    assert step(order) in to_choose
    assert second.title in page[page.index("De quels articles") :]
    assert f'value="{first.pk}"' not in page


def test_public_page_survives_signing_in(client: Client, alice: Buyer) -> None:
    order = an_order(alice)
    here = f"/withdraw/{alice.marketplace.slug}/"

    page = plain(client.get(here))
    assert f"/account/login/?next={here}" in page
    assert "Vous avez 14 jours après avoir reçu votre commande" in page

    assert alice.user is not None
    client.force_login(alice.user)
    assert step(order) in plain(client.get(here))


def test_link_is_mailed_to_the_order_and_answers_nobody_else(client: Client, mailoutbox: list[Any]) -> None:
    buyer = a_buyer(email="invitee@example.org")
    order = an_order(buyer)
    here = f"/withdraw/{buyer.marketplace.slug}/"

    known = client.post(here, {"number": order.number, "email": "invitee@example.org"})
    unknown = client.post(here, {"number": "C-00000", "email": "invitee@example.org"})
    wrong = client.post(here, {"number": order.number, "email": "mallory@example.org"})
    send_due()

    def same(response: Any) -> str:
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", plain(response))
        text = re.sub(r'CSRFToken": "\w+"', "", text)
        return text.replace("C-00000", "N").replace(order.number, "N").replace("mallory@", "invitee@")

    assert known.status_code == unknown.status_code == wrong.status_code == 200
    assert same(known) == same(unknown) == same(wrong)
    assert [letter.to for letter in mailoutbox] == [[mailoutbox[0].to[0]]]
    assert "invitee@example.org" in mailoutbox[0].to[0]


@pytest.fixture
def link(client: Client, mailoutbox: list[Any]) -> str:
    buyer = a_buyer(email="invitee@example.org")
    order = an_order(buyer)
    client.post(
        f"/withdraw/{buyer.marketplace.slug}/", {"number": order.number, "email": "invitee@example.org"}
    )
    send_due()
    found = re.search(r"/withdrawal/key/[\w-]+/", mailoutbox[0].body)
    assert found is not None
    return found[0]


def test_mailed_link_opens_one_order_without_an_account(client: Client, link: str) -> None:
    order = Order.objects.get()
    Marketplace.objects.update(return_address="Mirabelle, retours\n5 quai des Inventions\n69000 Lyon")
    opened = client.get(link)
    assert opened["Location"] == "/withdrawal/order/"  # the secret is gone from the address
    assert "no-store" in opened["Cache-Control"]

    assert "Étape 1 sur 2" in plain(client.get("/withdrawal/order/"))
    assert "Étape 2 sur 2" in plain(client.post("/withdrawal/order/", filled(order)))
    done = client.post("/withdrawal/order/confirm/", filled(order))

    claim = Claim.objects.get()
    assert done["Location"] == f"/withdrawal/order/{claim.reference}/"
    page = plain(client.get(done["Location"]))
    assert "Accusé de réception de votre rétractation" in page
    assert "créez un compte" in page
    assert "À renvoyer à" in page
    assert "5 quai des Inventions" in page
    assert Mail.objects.filter(renderer="withdrawals").count() == 2


def test_mailed_link_opens_nothing_else(client: Client, link: str) -> None:
    client.get(link)
    other = a_withdrawal()

    assert client.get(f"/withdrawal/order/{other.reference}/").status_code == 404
    assert client.get(f"/claims/{other.reference}/acknowledgement/").status_code == 302
    assert client.get("/orders/").status_code == 302


@pytest.mark.parametrize("change", ["expired", "truncated", "case", "longer", "spaces", "another"])
def test_sec_12_wrong_key_does_not_exist(client: Client, link: str, frozen_clock: Any, change: str) -> None:
    secret = link.split("/")[3]
    tried = {
        "expired": secret,
        "truncated": secret[:-1],
        "case": secret.swapcase(),
        "longer": secret + "A",
        "spaces": "%20%20",
        "another": "0",
    }[change]
    if change == "expired":
        frozen_clock.move_to(PRESENT + dt.timedelta(hours=24))

    assert client.get(f"/withdrawal/key/{tried}/").status_code == 404
    assert client.get("/withdrawal/order/").status_code == 404


def test_opened_key_shuts_when_it_expires(client: Client, link: str, frozen_clock: Any) -> None:
    client.get(link)
    frozen_clock.move_to(PRESENT + dt.timedelta(hours=24))

    assert client.get("/withdrawal/order/").status_code == 404
    assert client.post("/withdrawal/order/confirm/", filled(Order.objects.get())).status_code == 404
    assert WithdrawalKey.objects.count() == 1
    assert not Claim.objects.exists()


def test_acknowledgement_is_a_pdf_too_and_the_same_each_time(browser: Client, alice: Buyer) -> None:
    claim = a_withdrawal(an_order(alice))
    there = f"/claims/{claim.reference}/acknowledgement/?pdf"

    first, again = browser.get(there), browser.get(there)

    assert first.content[:5] == b"%PDF-"
    assert first.content == again.content
    assert first["Content-Disposition"] == f'attachment; filename="{claim.reference}.pdf"'


def test_stranger_sees_no_step_and_no_acknowledgement(client: Client, alice: Buyer) -> None:
    order = an_order(alice)
    claim = a_withdrawal(an_order(alice))
    client.force_login(a_user("Mallory"))

    assert client.get(step(order)).status_code == 404
    assert client.post(f"{step(order)}confirm/", filled(order)).status_code == 404
    assert client.get(f"/claims/{claim.reference}/acknowledgement/").status_code == 404


def test_first_step_takes_few_queries(
    browser: Client, alice: Buyer, django_assert_max_num_queries: Any
) -> None:
    order = an_order(alice, lines=(1000, 2000, 3000))
    browser.get(step(order))

    with django_assert_max_num_queries(14):
        browser.get(step(order))
