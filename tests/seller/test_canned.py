"""Answers kept ready, on a claim's page: put into the message, never evaluated, and sent only when sent."""

from __future__ import annotations

import pytest
from django.test import Client
from tests import factories
from tests.conftest import PRESENT

from recours.claims.models import Claim
from recours.conversations.commands.canned import save_answer
from recours.conversations.models import CannedAnswer, Message
from recours.marketplaces.models import Shop

pytestmark = pytest.mark.django_db

TEXT = "Bonjour {{ acheteur }}, pour {{ article }} ({{ commande }}) : {{ claim.__class__ }} {{ moi }}"


@pytest.fixture
def claim(client: Client) -> Claim:
    shop = factories.a_shop()
    client.force_login(factories.a_seller(shop))
    return factories.a_claim(factories.an_order(shop=shop))


def an_answer(shop: Shop | None, text: str = TEXT) -> CannedAnswer:
    assert shop is not None
    return save_answer(
        marketplace_id=shop.marketplace_id, shop_id=shop.pk, title="Accueil", text=text, now=PRESENT
    )


def insert(client: Client, claim: Claim, answer: object) -> str:
    typed = {"text": "Déjà tapé.", "answer": str(answer), "insert": "1"}
    return client.post(f"/seller/claims/{claim.reference}/message/", typed).content.decode()


def test_answer_is_put_after_what_is_typed_and_nothing_is_sent(client: Client, claim: Claim) -> None:
    page = insert(client, claim, an_answer(claim.shop).pk)

    assert "Déjà tapé.\n\nBonjour Alice, pour " in page
    assert "{{ claim.__class__ }} Bob" in page
    assert "n’est pas un mot que nous remplaçons" in page
    assert not Message.objects.exists()


def test_answer_of_another_shop_does_not_exist(client: Client, claim: Claim) -> None:
    other = an_answer(factories.a_shop(claim.marketplace), "Secret")

    page = insert(client, claim, other.pk)

    assert "Secret" not in page
    assert "Déjà tapé." in page


@pytest.mark.parametrize("answer", ["", "x", "-1", "9" * 30])
def test_answer_that_is_none_leaves_what_was_typed(client: Client, claim: Claim, answer: str) -> None:
    assert "Déjà tapé." in insert(client, claim, answer)
