"""The pages on which a shop keeps its canned answers."""

from __future__ import annotations

import pytest
from django.test import Client
from tests import factories
from tests.buyer.reading import plain
from tests.conftest import PRESENT

from recours.conversations.commands.canned import save_answer
from recours.conversations.models import CannedAnswer
from recours.marketplaces.models import Shop
from recours.people.commands import appoint_to_shop
from recours.people.models import User

pytestmark = pytest.mark.django_db
LIST, NEW = "/seller/messages/answers/", "/seller/messages/answers/new/"


@pytest.fixture
def shop() -> Shop:
    return factories.a_shop(name="Nova")


@pytest.fixture
def bob(shop: Shop, client: Client) -> User:
    user = factories.a_seller(shop)
    client.force_login(user)
    return user


def kept(shop: Shop, title: str = "Retour", text: str = "Bonjour {{ acheteur }}") -> CannedAnswer:
    return save_answer(
        marketplace_id=shop.marketplace_id, shop_id=shop.pk, title=title, text=text, now=PRESENT
    )


def test_an_answer_is_written_changed_and_deleted(client: Client, shop: Shop, bob: User) -> None:
    assert "Aucune réponse type pour le moment." in plain(client.get(LIST))

    client.post(NEW, {"title": "Retour", "text": "Bonjour\r\n{{ acheteur }}"})
    answer = CannedAnswer.objects.get()
    assert (answer.shop, answer.text) == (shop, "Bonjour\n{{ acheteur }}")
    page = client.post(f"{LIST}{answer.pk}/", {"title": "Renvoi", "text": "Merci"}, follow=True)
    assert "« Renvoi » est enregistrée." in plain(page)
    client.post(f"{LIST}{answer.pk}/delete/")

    assert not CannedAnswer.objects.exists()


def test_a_preview_keeps_nothing(client: Client, shop: Shop, bob: User) -> None:
    page = plain(
        client.post(
            NEW, {"title": "Retour", "text": "Bonjour {{ buyer }} de {{ shop }}, {{ prix }}", "preview": "1"}
        )
    )

    assert "Bonjour Camille de Nova, {{ prix }}" in page
    assert "« prix » n'est pas un mot que nous remplaçons" in page
    assert not CannedAnswer.objects.exists()


@pytest.mark.parametrize(
    ("title", "text"),
    [("", "Bonjour"), ("Retour", ""), ("x" * 81, "Bonjour"), ("Retour", "x" * 200_000), ("a\0", "Bonjour"),
     ("Pris", "Bonjour")],
)  # fmt: skip
def test_what_cannot_be_kept_is_said_and_stays(
    client: Client, shop: Shop, bob: User, title: str, text: str
) -> None:
    kept(shop, "Pris")

    response = client.post(NEW, {"title": title, "text": text})

    assert response.status_code == 422
    assert CannedAnswer.objects.count() == 1


def test_the_answers_of_others_do_not_exist(client: Client, shop: Shop, bob: User) -> None:
    theirs = kept(factories.a_shop(shop.marketplace), "Secret")
    desks = save_answer(
        marketplace_id=shop.marketplace_id, shop_id=None, title="Du service", text="x", now=PRESENT
    )

    assert "Secret" not in plain(client.get(f"{LIST}?shop={theirs.shop_id}"))
    for answer in (theirs, desks):
        assert client.get(f"{LIST}{answer.pk}/").status_code == 404
        assert client.post(f"{LIST}{answer.pk}/", {"title": "a", "text": "b"}).status_code == 404
        assert client.post(f"{LIST}{answer.pk}/delete/").status_code == 404
    assert client.get(f"{LIST}{2**62}0/").status_code == 404
    assert CannedAnswer.objects.count() == 2


def test_each_shop_has_its_own(client: Client, shop: Shop, bob: User) -> None:
    second = factories.a_shop(shop.marketplace, name="Orion")
    appoint_to_shop(user=bob, shop_id=second.pk)
    kept(shop, "De Nova")

    client.post(f"{NEW}?shop={second.pk}", {"title": "D’Orion", "text": "Bonjour"})

    page = plain(client.get(f"{LIST}?shop={second.pk}"))
    assert "D'Orion" in page
    assert "De Nova" not in page
