"""Who is what to whom, and that an address which was only typed gives nothing."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from recours.marketplaces.models import Buyer, Marketplace, Shop
from recours.people.commands import appoint_to_desk, appoint_to_shop, link_buyers, link_new_buyers
from recours.people.models import DeskRole, User
from recours.people.queries import NOBODY, Identity, identity, identity_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Marketplace:
    return Marketplace.objects.create(
        slug="belle", name="Belle", country="FR", zone="Europe/Paris", currency="EUR"
    )


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("Alice@Example.org", "a-long-password-1")


@pytest.fixture
def bought(place: Marketplace) -> Buyer:
    return Buyer.objects.create(marketplace=place, email="alice@example.org")


def prove(user: User, *, verified: bool = True) -> None:
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)


def test_link_buyers_with_a_proven_address_links_once(alice: User, bought: Buyer) -> None:
    prove(alice)

    assert (link_buyers(alice), link_buyers(alice)) == (1, 0)

    bought.refresh_from_db()
    assert bought.user == alice


def test_link_buyers_with_a_typed_address_links_nothing(alice: User, bought: Buyer) -> None:
    prove(alice, verified=False)

    assert link_buyers(alice) == 0


def test_link_buyers_leaves_a_buyer_to_who_has_it(alice: User, bought: Buyer) -> None:
    bob = User.objects.create_user("bob@example.org")
    Buyer.objects.update(user=bob)
    prove(alice)

    assert link_buyers(alice) == 0


def test_link_new_buyers_after_an_import(alice: User, place: Marketplace, bought: Buyer) -> None:
    prove(alice)
    Buyer.objects.create(marketplace=place, email="bob@example.org")

    assert link_new_buyers(place.pk) == 1
    assert Buyer.objects.get(user=alice) == bought


def test_identity_in_one_query(
    alice: User, place: Marketplace, bought: Buyer, django_assert_num_queries: object
) -> None:
    shop = Shop.objects.create(marketplace=place, ref="s", name="S")
    other = Marketplace.objects.create(
        slug="autre", name="Autre", country="FR", zone="Europe/Paris", currency="EUR"
    )
    Buyer.objects.update(user=alice)
    appoint_to_shop(user=alice, shop_id=shop.pk)
    appoint_to_desk(user=alice, marketplace_id=place.pk, role=DeskRole.AGENT)
    appoint_to_desk(user=alice, marketplace_id=other.pk, role=DeskRole.ADMINISTRATOR)

    with django_assert_num_queries(1):  # type: ignore[operator]
        found = identity_of(alice)

    assert found == Identity(
        user_id=alice.pk,
        buyer_ids=frozenset({bought.pk}),
        shop_ids=frozenset({shop.pk}),
        agent_of=frozenset({place.pk, other.pk}),
        administrator_of=frozenset({other.pk}),
    )


def test_identity_of_nobody(alice: User) -> None:
    alice.is_active = False

    assert identity_of(AnonymousUser()) == NOBODY
    assert identity_of(alice) == NOBODY


def test_identity_is_asked_once_per_request(alice: User, django_assert_num_queries: object) -> None:
    request = RequestFactory().get("/")
    request.user = alice

    with django_assert_num_queries(1):  # type: ignore[operator]
        assert identity(request) is identity(request)


def test_signing_in_with_a_proven_address_brings_the_orders(
    client: Client, alice: User, bought: Buyer
) -> None:
    prove(alice)

    client.post("/account/login/", {"login": "alice@example.org", "password": "a-long-password-1"})

    assert Buyer.objects.get().user == alice
