"""After signing in: one's own face, or a choice between several."""

import pytest
from django.test import Client
from tests.factories import a_buyer, a_marketplace, a_seller, a_shop, a_user, an_agent

from recours.people.commands import appoint_to_desk, appoint_to_shop
from recours.people.models import DeskRole, User

pytestmark = pytest.mark.django_db


def lands(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get("/", follow=True).redirect_chain[-1][0]


def test_each_role_lands_on_its_face(client: Client) -> None:
    buyer = a_buyer()
    assert buyer.user is not None

    assert lands(client, buyer.user) == "/orders/"
    assert lands(client, a_seller(a_shop())) == "/seller/claims/"
    assert lands(client, an_agent(a_marketplace())) == "/desk/"
    assert lands(client, an_agent(a_marketplace(), role=DeskRole.ADMINISTRATOR)) == "/desk/"


def test_who_has_bought_nothing_yet_is_a_buyer(client: Client) -> None:
    assert lands(client, a_user()) == "/orders/"


def test_several_roles_have_a_choice(client: Client) -> None:
    shop = a_shop()
    user = a_buyer(shop.marketplace).user
    assert user is not None
    appoint_to_shop(user=user, shop_id=shop.pk)
    appoint_to_desk(user=user, marketplace_id=shop.marketplace_id, role=DeskRole.AGENT)
    client.force_login(user)

    page = client.get("/start/").content.decode()

    found = [page.index(f'href="{url}"') for url in ("/desk/", "/seller/claims/", "/orders/")]
    assert found == sorted(found)


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.get("/start/")["Location"] == "/account/login/?next=/start/"
