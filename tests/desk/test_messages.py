"""Customer service's inbox: agents of that marketplace alone, and never about their own questions."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.test import Client
from tests import factories
from tests.buyer.reading import plain
from tests.conftest import PRESENT
from tests.seller.inboxes import HOUR, a_question, says

from recours.conversations.commands.canned import save_answer
from recours.conversations.models import CannedAnswer, Conversation, Message, Settlement
from recours.marketplaces.models import Buyer, Marketplace
from recours.people.models import User
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db
INBOX, ANSWERS = "/desk/messages/", "/desk/messages/answers/"


@dataclass
class Counter:
    """Charlie's desk, with Alice as a buyer there."""

    place: Marketplace
    charlie: User
    alice: Buyer
    browser: Client

    def question(self, **fields: object) -> Conversation:
        return a_question(self.alice, None, **({"subject": "Mon colis"} | fields))  # type: ignore[arg-type]

    def read(self, url: str) -> str:
        response = self.browser.get(url)
        assert response.status_code == 200
        return plain(response)


@pytest.fixture
def counter(client: Client) -> Counter:
    place = factories.a_marketplace()
    charlie = factories.an_agent(place)
    client.force_login(charlie)
    return Counter(place, charlie, factories.a_buyer(place, name="Alice Martin"), client)


def listed(browser: Client, url: str = INBOX) -> list[UUID]:
    return [row.id for row in browser.get(url).context["rows"]]


def page_of(row: Conversation) -> str:
    return f"{INBOX}{row.pk}/"


def test_what_waits_longest_comes_first(counter: Counter) -> None:
    young, old = counter.question(ago=HOUR), counter.question(ago=5 * HOUR)
    to_a_shop = a_question(counter.alice, factories.a_shop(counter.place), ago=9 * HOUR)

    assert listed(counter.browser) == [old.pk, young.pk]
    assert listed(counter.browser, f"{INBOX}?tab=all") == [young.pk, old.pk]
    assert counter.browser.get(page_of(to_a_shop)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_more(counter: Counter, count: int, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(count):
        counter.question()
    counter.browser.get(INBOX)

    # Session, user, identity; places; rows, what they show, by which way; how many wait; the bell, and what the menu
    # counts.
    with django_assert_num_queries(9):
        counter.browser.get(INBOX)


def test_other_desks_and_ones_own_questions_do_not_exist(counter: Counter) -> None:
    elsewhere = a_question(factories.a_buyer(factories.a_marketplace()), None)
    own = a_question(factories.a_buyer(counter.place, user=counter.charlie), None)

    assert listed(counter.browser) == []
    for row in (elsewhere, own):
        assert counter.browser.get(page_of(row)).status_code == 404
        for act in ("send", "insert", "draft", "settle", "unread"):
            assert counter.browser.post(f"{page_of(row)}{act}/", {"text": "x"}).status_code == 404


def test_the_page_knows_what_the_buyer_bought_and_disputes(counter: Counter) -> None:
    order = factories.an_order(counter.alice, factories.a_shop(counter.place))
    claim = factories.a_claim(order)
    row = counter.question(order=order)

    page = counter.read(page_of(row))

    for text in ("Alice Martin", claim.reference, order.number, f"/orders/{order.pk}/dispute/"):
        assert text in page
    assert "L'acheteur attend la réponse du service client." in page


def test_an_answer_empties_the_queue(counter: Counter) -> None:
    row = counter.question()

    counter.browser.post(f"{page_of(row)}send/", {"text": "Nous regardons.", "key": str(uuid4())})

    assert listed(counter.browser) == []
    row.refresh_from_db()
    assert row.answered_at == PRESENT


@pytest.mark.parametrize("text", ["", "é" * 200_000])
def test_what_cannot_be_sent_is_kept_and_said(counter: Counter, text: str) -> None:
    row = counter.question()

    response = counter.browser.post(f"{page_of(row)}send/", {"text": text})

    assert response.status_code == 422
    assert text in response.content.decode()
    assert Message.objects.count() == 1


def test_the_desk_has_answers_of_its_own(counter: Counter) -> None:
    row = counter.question()
    shop = factories.a_shop(counter.place)
    save_answer(marketplace_id=counter.place.pk, shop_id=shop.pk, title="Boutique", text="x", now=PRESENT)

    counter.browser.post(
        f"{ANSWERS}new/", {"title": "Accueil", "text": "Bonjour {{ acheteur }}, ici {{ boutique }}."}
    )
    answer = CannedAnswer.objects.get(shop=None)
    page = plain(counter.browser.post(f"{page_of(row)}insert/", {"answer": str(answer.pk)}))

    assert f"Bonjour Alice Martin, ici {counter.place.name}." in page
    assert ">Boutique</option>" not in page
    assert "Accueil" in counter.read(ANSWERS)


def test_the_answers_of_another_desk_do_not_exist(counter: Counter) -> None:
    other = factories.a_marketplace()
    theirs = save_answer(marketplace_id=other.pk, shop_id=None, title="Secret", text="x", now=PRESENT)

    assert "Secret" not in counter.read(f"{ANSWERS}?place={other.slug}")
    assert counter.browser.get(f"{ANSWERS}{theirs.pk}/").status_code == 404
    assert counter.browser.post(f"{ANSWERS}{theirs.pk}/delete/").status_code == 404


def test_nothing_to_answer(counter: Counter) -> None:
    row = counter.question()

    counter.browser.post(f"{page_of(row)}settle/")

    assert listed(counter.browser) == []
    assert Settlement.objects.get().role == Role.AGENT
    assert "Charlie a indiqué le" in counter.read(page_of(row))


def test_a_fragment_brings_what_is_new(counter: Counter) -> None:
    row = counter.question()
    url = counter.browser.get(page_of(row)).context["live"].url
    assert counter.browser.get(url, headers={"HX-Request": "true"}).status_code == 204

    says(row, Role.BUYER, counter.alice.user_id, PRESENT, "Encore une chose.")

    assert "Encore une chose." in plain(counter.browser.get(url, headers={"HX-Request": "true"}))


def test_the_navigation_counts_what_waits(counter: Counter) -> None:
    counter.question()

    assert '<span class="count">1</span>' in counter.read("/desk/")
