"""A shop's holiday: announced by its administrator, read by buyers, and no date moves."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from tests import factories
from tests.conftest import PRESENT

from recours.claims.acknowledgements import render as render_acknowledgement
from recours.claims.models import Claim
from recours.marketplaces.models import Shop
from recours.outbox.models import Mail
from recours.people.commands import appoint_to_shop
from recours.people.models import ShopRole, User

pytestmark = pytest.mark.django_db

TODAY = PRESENT.date()
FIRST, LAST = TODAY + dt.timedelta(days=2), TODAY + dt.timedelta(days=12)
TYPED = {
    "first_on": FIRST.isoformat(),
    "last_on": LAST.isoformat(),
    "fr": "Paul répond <b>chaque soir</b>.",
    "zh": "由小李回复。",
}
STAYS = "Les dates de vos échanges et de vos réclamations restent les mêmes"


@pytest.fixture
def shop() -> Shop:
    return factories.a_shop(name="Nova")


@pytest.fixture
def bob(shop: Shop, client: Client) -> User:
    user = factories.a_user("Bob")
    appoint_to_shop(user=user, shop_id=shop.pk, role=ShopRole.ADMINISTRATOR)
    client.force_login(user)
    return user


def announce(client: Client, shop: Shop, **typed: str) -> Any:
    return client.post(f"/seller/shops/{shop.pk}/holiday/", TYPED | typed, follow=True)


def test_announcing_says_what_falls_due_meanwhile_and_moves_nothing(
    client: Client, shop: Shop, bob: User
) -> None:
    claim = factories.a_claim(factories.an_order(shop=shop))
    foreign = factories.a_claim(factories.an_order())
    before = Claim.objects.values().get(pk=claim.pk)

    page = announce(client, shop).content.decode()

    assert "L’annonce est enregistrée. Aucune date de vos dossiers n’a changé." in page
    assert claim.reference in page
    assert foreign.reference not in page
    assert Claim.objects.values().get(pk=claim.pk) == before
    assert "Elle ne suspend aucun délai." in client.get("/seller/claims/").content.decode()


def test_buyers_read_it_where_they_write_and_on_their_claim(client: Client, shop: Shop, bob: User) -> None:
    claim = factories.a_claim(factories.an_order(shop=shop))
    announce(client, shop)
    buyer = Client()
    buyer.force_login(claim.buyer.user)

    for path in (
        f"/shops/{shop.marketplace.slug}/{shop.ref}/",
        f"/messages/new/shop/{shop.marketplace.slug}/{shop.ref}/",
        f"/messages/new/order/{claim.order_id}/",
        f"/claims/{claim.reference}/",
    ):
        page = buyer.get(path).content.decode().replace("\xa0", " ")
        assert "Nova annonce une absence du dimanche 22 novembre 2026 au mercredi 2 décembre 2026" in page, (
            path
        )
        assert "Paul répond &lt;b&gt;chaque soir&lt;/b&gt;." in page, path
        assert STAYS in page, path


def test_notice_of_a_past_holiday_is_not_shown(client: Client, shop: Shop, bob: User) -> None:
    Shop.objects.filter(pk=shop.pk).update(
        away_first_on=TODAY - dt.timedelta(days=9),
        away_last_on=TODAY - dt.timedelta(days=1),
        away_fr="Partis.",
    )

    assert STAYS not in Client().get(f"/shops/{shop.marketplace.slug}/{shop.ref}/").content.decode()


def test_acknowledgement_mail_says_that_the_shop_is_away(client: Client, shop: Shop, bob: User) -> None:
    announce(client, shop)
    claim = factories.a_withdrawal(factories.an_order(shop=shop))
    mail = Mail.objects.filter(payload__claim=str(claim.pk), renderer="withdrawals").first()

    content = render_acknowledgement(mail) if mail else None

    assert content is not None
    assert "Paul répond <b>chaque soir</b>." in content.paragraphs[-1]
    assert content.paragraphs[-1].endswith("son absence ne suspend aucun délai.")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first_on": LAST.isoformat(), "last_on": FIRST.isoformat()}, "Le dernier jour précède le premier."),
        ({"first_on": "31/02/2026"}, "Ce jour n’existe pas."),
        ({"first_on": "2026-01-01", "last_on": "2026-01-02"}, "Le dernier jour est déjà passé."),
        ({"last_on": "2027-06-01"}, "60 jours au plus"),
        ({"fr": "", "en": "", "zh": " "}, "Il manque les mots que les acheteurs liront."),
        ({"fr": "x" * 501}, "501"),
        ({"fr": "Nul\0"}, "nul"),
    ],
)
def test_what_makes_no_sense_is_refused_and_kept(
    typed: dict[str, str], said: str, client: Client, shop: Shop, bob: User
) -> None:
    page = announce(client, shop, **{"en": "Li answers."} | typed)

    assert page.status_code == 422
    assert said in page.content.decode()
    assert typed.get("en", "Li answers.") in page.content.decode()
    assert Shop.objects.get(pk=shop.pk).holiday is None


def test_withdrawing_takes_the_notice_down(client: Client, shop: Shop, bob: User) -> None:
    announce(client, shop)

    page = client.post(f"/seller/shops/{shop.pk}/holiday/", {"withdraw": "1"}, follow=True).content.decode()

    assert "L’annonce est retirée." in page
    assert Shop.objects.get(pk=shop.pk).holiday is None


def test_staff_read_and_do_not_announce(client: Client, shop: Shop) -> None:
    client.force_login(factories.a_seller(shop))

    page = client.get(f"/seller/shops/{shop.pk}/holiday/").content.decode()

    assert "Un administrateur de la boutique annonce ses absences." in page
    assert announce(client, shop).status_code == 404
