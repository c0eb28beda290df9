"""An order that is older than the latest ones, found by its number for the claim that an agent opens."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from tests.channels import whatsapp
from tests.channels.whatsapp import a_message, comes
from tests.factories import a_buyer, an_agent, an_order

from recours import clock
from recours.channels.commands.joining import link_by_agent
from recours.claims.models import Claim
from recours.conversations.models import Contact, Conversation
from recours.desk.messages.dispute_form import ORDERS
from recours.marketplaces.models import Buyer, Marketplace, Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings: Settings) -> Marketplace:
    return whatsapp.connect(settings)


@pytest.fixture
def alice(place: Marketplace) -> Buyer:
    return a_buyer(place)


@pytest.fixture
def oldest(alice: Buyer) -> Order:
    """The first of more orders than the form offers."""
    orders = [an_order(alice) for _ in range(ORDERS + 1)]
    before = orders[1].ordered_at - dt.timedelta(hours=1)
    Order.objects.filter(pk=orders[0].pk).update(ordered_at=before)
    return orders[0]


@pytest.fixture
def page(place: Marketplace, alice: Buyer, oldest: Order, client: Client) -> str:
    comes(a_message())
    link_by_agent(
        contact_id=Contact.objects.get().pk, email=alice.email, reason="Sûr.", user_id=None, now=clock.now()
    )
    client.force_login(an_agent(place))
    return reverse("desk:open_claim", args=[Conversation.objects.get().pk])


def test_older_order_is_found_by_its_number_and_chosen(client: Client, page: str, oldest: Order) -> None:
    assert oldest not in client.get(page).context["form"].orders

    form = client.get(page, {"order": f" {oldest.number} "}).context["form"]

    assert form.orders[0] == oldest
    assert form["lines"].value() == [f"{oldest.pk}:{oldest.lines.get().pk}"]


def test_claim_opens_on_the_order_that_was_found(client: Client, page: str, oldest: Order) -> None:
    address = f"{page}?order={oldest.number}"
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    kept = {name: value for name, value in values.items() if value or name == "after"}

    answer = client.post(address, kept | {"ground": "damaged"})

    claim = Claim.objects.get()
    assert (answer.status_code, claim.order) == (302, oldest)


@pytest.mark.parametrize("number", ["4471", "\0", "x" * 500, "<b>"])
def test_number_of_no_order_of_theirs_says_so(client: Client, page: str, number: str) -> None:
    content = client.get(page, {"order": number}).content.decode()

    assert ("Cet acheteur n’a pas de commande" in content) is (number != "\0")
    assert "<b>" not in content.replace("<b></b>", "")


def test_order_of_another_buyer_is_not_found(client: Client, page: str, place: Marketplace) -> None:
    other = an_order(a_buyer(place))

    answer = client.get(page, {"order": other.number})

    assert other not in answer.context["form"].orders
    assert "Cet acheteur n’a pas de commande" in answer.content.decode()
