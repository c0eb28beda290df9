"""An order that is older than the latest ones, found by its number for the claim that an agent opens."""

from __future__ import annotations

import datetime as dt
from typing import Any

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
    found = client.post(page, asked(client.get(page), order=oldest.number, look_up="1"))

    answer = client.post(page, asked(found, ground="damaged"))

    claim = Claim.objects.get()
    assert (answer.status_code, claim.order) == (302, oldest)


def test_all_that_was_typed_comes_back_with_the_order_that_was_found(
    client: Client, page: str, oldest: Order
) -> None:
    typed = {
        "ground": "damaged",
        "remedy": "replacement",
        "amount": "12,5 au plus",
        "goods_return": "on",
        "explanation": "L’anse est <cassée>.",
        "messages": [],
    }

    found = client.post(page, asked(client.get(page), order=oldest.number, look_up="1", **typed))

    assert found.status_code == 200
    assert asked(found) == asked(client.get(page, {"order": oldest.number}), after="0", **typed)
    assert f"La commande {oldest.number} est la première de la liste." in found.content.decode()
    assert "error-summary" not in found.content.decode()


def test_articles_that_an_agent_ticked_stay_ticked(client: Client, page: str, oldest: Order) -> None:
    shown = client.get(page)
    ticked = [f"{shown.context['form'].orders[3].pk}:"]

    found = client.post(page, asked(shown, lines=ticked, order=oldest.number, look_up="1"))

    assert found.context["form"].orders[0] == oldest
    assert asked(found)["lines"] == ticked


def test_article_of_an_older_order_stays_while_another_is_looked_up(
    client: Client, page: str, oldest: Order
) -> None:
    ticked = [f"{oldest.pk}:"]
    found = client.post(page, asked(client.get(page), order=oldest.number, look_up="1"))

    missed = client.post(page, asked(found, lines=ticked, order="4471", look_up="1"))
    answer = client.post(page, asked(missed, ground="overcharge"))

    assert (missed.status_code, asked(missed)["lines"]) == (422, ticked)
    assert (answer.status_code, Claim.objects.get().order) == (302, oldest)


def test_number_that_was_not_looked_up_opens_nothing_yet(client: Client, page: str, oldest: Order) -> None:
    answer = client.post(page, asked(client.get(page), order=oldest.number, ground="damaged"))

    assert (answer.status_code, Claim.objects.exists()) == (200, False)
    assert (answer.context["form"].orders[0], asked(answer)["ground"]) == (oldest, "damaged")


def test_number_that_was_taken_out_again_is_looked_up_no_more(
    client: Client, page: str, oldest: Order
) -> None:
    missed = client.post(page, asked(client.get(page), order="4471", look_up="1", lines=[f"{oldest.pk}:"]))

    answer = client.post(page, asked(missed, order="", ground="overcharge"))

    assert (answer.status_code, Claim.objects.get().order) == (302, oldest)


@pytest.mark.parametrize("ticked", ["4471", "\0", f"{'9' * 40}:1", ":"])
def test_article_of_no_order_is_refused(client: Client, page: str, ticked: str) -> None:
    answer = client.post(page, asked(client.get(page), lines=[ticked], ground="damaged"))

    assert (answer.status_code, Claim.objects.exists()) == (422, False)


@pytest.mark.parametrize("number", ["4471", "\0", "x" * 500, "<b>"])
def test_number_of_no_order_of_theirs_says_so(client: Client, page: str, number: str) -> None:
    content = client.get(page, {"order": number}).content.decode()

    assert ("Cet acheteur n’a pas de commande" in content) is (number != "\0")
    assert "<b>" not in content.replace("<b></b>", "")


def test_order_of_another_buyer_is_not_found(client: Client, page: str, place: Marketplace) -> None:
    other = an_order(a_buyer(place))

    answer = client.post(
        page, asked(client.get(page), order=other.number, look_up="1", lines=[f"{other.pk}:"])
    )

    assert answer.status_code == 422
    assert other not in answer.context["form"].orders
    assert "Cet acheteur n’a pas de commande" in answer.content.decode()


def asked(shown: Any, **typed: Any) -> dict[str, Any]:
    """Return what a browser sends of a page that was shown, with what somebody types there."""
    form = shown.context["form"]
    values = {each.html_name: each.value() for each in form}
    values |= {"order": form.number, "looked_up": form.number, "filled": form.filled} | typed
    return {
        name: "on" if value is True else value
        for name, value in values.items()
        if value is not None and value is not False
    }
