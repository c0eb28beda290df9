"""The shop's inbox: what waits longest first, one conversation, and what its staff can do with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.test import Client
from tests import factories
from tests.buyer.reading import plain
from tests.conftest import PRESENT
from tests.seller.inboxes import HOUR, a_question, says

from recours.conversations.commands.canned import save_answer
from recours.conversations.models import Conversation, Message, MessageDraft, Reading, Settlement
from recours.conversations.queries import PAGE
from recours.files.models import StoredFile
from recours.marketplaces.models import Buyer, Marketplace, Shop
from recours.people.commands import appoint_to_shop
from recours.people.models import User
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

INBOX = "/seller/messages/"
MOMENT = dt.timedelta(microseconds=1)


@dataclass
class Stall:
    """Bob's shop, with Alice as its buyer, and Bob's browser."""

    place: Marketplace
    shop: Shop
    bob: User
    alice: Buyer
    browser: Client

    def question(self, **fields: object) -> Conversation:
        return a_question(self.alice, self.shop, **fields)  # type: ignore[arg-type]

    def read(self, url: str) -> str:
        response = self.browser.get(url)
        assert response.status_code == 200
        return plain(response)


@pytest.fixture
def stall(client: Client) -> Stall:
    place = factories.a_marketplace()
    shop = factories.a_shop(place, name="Atelier du Son")
    bob = factories.a_seller(shop)
    client.force_login(bob)
    alice = factories.a_buyer(place, name="Alice Martin")
    return Stall(place, shop, bob, alice, client)


def page_of(row: Conversation) -> str:
    return f"{INBOX}{row.pk}/"


def listed(browser: Client, url: str = INBOX) -> list[UUID]:
    return [row.id for row in browser.get(url).context["rows"]]


def test_what_waits_longest_comes_first(stall: Stall) -> None:
    young, old = stall.question(ago=HOUR), stall.question(ago=5 * HOUR)
    answered = stall.question(ago=9 * HOUR)
    says(answered, Role.SELLER, stall.bob.pk, PRESENT)

    assert listed(stall.browser) == [old.pk, young.pk]
    assert listed(stall.browser, f"{INBOX}?tab=all") == [answered.pk, young.pk, old.pk]


def test_a_row_says_what_it_is_about_and_until_when(stall: Stall) -> None:
    order = factories.an_order(stall.alice, stall.shop)
    stall.question(order=order, ago=5 * HOUR)

    page = stall.read(INBOX)

    for text in ("Casque Nova 1", f"commande {order.number}", "Non lu", "Bonjour, le casque grésille."):
        assert text in page
    assert "il y a 5 heures" in page or "il y a 5 h" in page
    assert "À répondre avant :" in page
    assert "Alice" in page
    assert "Martin" not in page


@pytest.mark.parametrize(
    ("ago", "level"), [(HOUR, 'class="pill amber"'), (36 * HOUR, 'class="pill amber"'),
                       (36 * HOUR + MOMENT, 'class="pill red"'), (48 * HOUR, 'class="pill late"')]
)  # fmt: skip
def test_urgency_has_its_colours(stall: Stall, ago: dt.timedelta, level: str) -> None:
    stall.question(ago=ago)

    assert level in stall.browser.get(INBOX).content.decode()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("tab", ["to_answer", "all"])
def test_the_list_costs_the_same_with_more(
    stall: Stall, count: int, tab: str, django_assert_num_queries
) -> None:  # type: ignore[no-untyped-def]
    for _ in range(count):
        stall.question(order=factories.an_order(stall.alice, stall.shop))
    stall.browser.get(INBOX)

    # Session, user, identity; shops; rows, what they show; how many wait; the bell, and the count beside the link.
    with django_assert_num_queries(9):
        stall.browser.get(f"{INBOX}?tab={tab}")


@pytest.mark.parametrize("count", [1, 3])
def test_a_conversation_costs_the_same_with_more(stall: Stall, count: int, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    row = stall.question(order=factories.an_order(stall.alice, stall.shop))
    for hours in range(1, count):
        says(row, Role.BUYER, stall.alice.user_id, PRESENT + hours * HOUR)
    stall.browser.get(page_of(row))

    with django_assert_num_queries(16):
        stall.browser.get(page_of(row))


def test_pages_follow_each_other_without_a_gap(stall: Stall) -> None:
    for number in range(PAGE + 2):
        buyer = factories.a_buyer(stall.place, email=f"b{number}@example.org", user=None)
        a_question(buyer, stall.shop, ago=(number + 1) * HOUR)
    first = stall.browser.get(INBOX)

    second = stall.browser.get(first.context["page"].next_url)

    ids = [row.id for response in (first, second) for row in response.context["rows"]]
    assert len(ids) == len(set(ids)) == PAGE + 2


def test_a_tampered_place_is_the_beginning(stall: Stall) -> None:
    row = stall.question()

    assert listed(stall.browser, f"{INBOX}?after=x~y&tab=nonsense&shop=1") == [row.pk]


def test_several_shops_are_one_list_or_each(stall: Stall) -> None:
    second = factories.a_shop(stall.place, name="Orion")
    appoint_to_shop(user=stall.bob, shop_id=second.pk)
    here, there = stall.question(ago=2 * HOUR), a_question(stall.alice, second, ago=HOUR)

    assert listed(stall.browser) == [here.pk, there.pk]
    assert listed(stall.browser, f"{INBOX}?shop={second.pk}") == [there.pk]
    assert "Orion" in stall.read(INBOX)


def test_the_search_looks_at_words_and_orders(stall: Stall) -> None:
    order = factories.an_order(stall.alice, stall.shop)
    found = stall.question(order=order, text="Le bouton du volume est resté enfoncé.")
    stall.question(text="Tout va bien.")

    for words in ("boutons enfoncés", order.number):
        assert listed(stall.browser, f"{INBOX}?q={words}") == [found.pk]
    assert "Rien ne correspond à cette recherche." in stall.read(f"{INBOX}?q=introuvable")
    assert stall.browser.get(INBOX, {"q": "x" * 4000 + "\0'\""}).status_code == 200


def test_what_is_written_to_others_does_not_exist(stall: Stall) -> None:
    foreign = a_question(stall.alice, factories.a_shop(stall.place))
    support = a_question(stall.alice, None)

    assert listed(stall.browser) == []
    for row in (foreign, support):
        assert stall.browser.get(page_of(row)).status_code == 404
        for act in ("send", "insert", "draft", "settle", "unread"):
            assert stall.browser.post(f"{page_of(row)}{act}/", {"text": "x"}).status_code == 404
    assert stall.browser.get(f"{INBOX}{uuid4()}/").status_code == 404


def test_the_page_shows_the_order_and_who_waits(stall: Stall) -> None:
    order = factories.an_order(stall.alice, stall.shop, shipping=490)
    row = stall.question(order=order)

    page = stall.read(page_of(row))

    for text in (
        f"Commande {order.number}",
        "89,90 €",
        "4,90 €",
        "Livrée le",
        "L'acheteur attend votre réponse, jusqu'au dimanche 22 novembre 2026, 9 h 00.",
        "Sans réponse à cette date, l'acheteur pourra ouvrir un litige avec ces messages.",
    ):
        assert text in page
    assert "Martin" not in page
    assert stall.alice.email not in page


def test_past_the_term_it_is_said(stall: Stall) -> None:
    row = stall.question(ago=48 * HOUR)

    assert "Le délai de réponse est passé" in stall.read(page_of(row))


def test_reading_is_noted_for_this_reader(stall: Stall) -> None:
    row = stall.question()
    assert "Non lu" in stall.read(INBOX)

    stall.read(page_of(row))

    assert "Non lu" not in stall.read(INBOX)
    assert Reading.objects.filter(user=stall.bob, conversation=row).exists()
    stall.browser.post(f"{page_of(row)}unread/")
    assert "Non lu" in stall.read(INBOX)


def test_an_answer_empties_the_queue_and_its_time_is_counted(stall: Stall) -> None:
    row = stall.question()

    response = stall.browser.post(
        f"{page_of(row)}send/", {"text": "Nous le remplaçons.", "key": str(uuid4())}
    )

    sent = Message.objects.get(author_role=Role.SELLER)
    assert response["Location"] == f"{page_of(row)}#m{sent.pk}"
    row.refresh_from_db()
    assert (row.waiting_on, row.answered_at) == ("", PRESENT)
    assert listed(stall.browser) == []


def test_a_form_sent_twice_is_one_message(stall: Stall) -> None:
    row, key = stall.question(), str(uuid4())

    for _ in range(2):
        stall.browser.post(f"{page_of(row)}send/", {"text": "Bonjour", "key": key})

    assert Message.objects.filter(author_role=Role.SELLER).count() == 1


@pytest.mark.parametrize("text", ["", "   ", "é" * 200_000, "a\0b"])
def test_what_cannot_be_sent_is_kept_and_said(stall: Stall, text: str) -> None:
    row = stall.question()

    response = stall.browser.post(f"{page_of(row)}send/", {"text": text})

    assert response.status_code == 422
    assert Message.objects.filter(author_role=Role.SELLER).count() == 0
    if text == "é" * 200_000:
        assert text in response.content.decode()


def test_too_many_messages_keep_the_text(stall: Stall) -> None:
    row = stall.question()
    for number in range(20):
        says(row, Role.SELLER, stall.bob.pk, PRESENT, f"Message {number}")

    response = stall.browser.post(f"{page_of(row)}send/", {"text": "Un de plus <b>gras</b>"})

    assert response.status_code == 422
    assert "Un de plus <b>gras</b>" in plain(response)
    assert "&lt;b&gt;" in response.content.decode()
    assert MessageDraft.objects.get().answers == {"text": "Un de plus <b>gras</b>"}


def test_a_draft_is_kept_and_found_again(stall: Stall) -> None:
    row = stall.question()

    said = stall.browser.post(f"{page_of(row)}draft/", {"text": "Je cherche votre"}).content.decode()

    assert "Enregistré à" in said
    assert "Je cherche votre" in stall.read(page_of(row))
    stall.browser.post(f"{page_of(row)}send/", {"text": "Voilà.", "key": str(uuid4())})
    assert not MessageDraft.objects.exists()


def test_a_canned_answer_is_put_into_the_form_and_not_sent(stall: Stall) -> None:
    order = factories.an_order(stall.alice, stall.shop)
    row = stall.question(order=order)
    answer = save_answer(
        marketplace_id=stall.place.pk, shop_id=stall.shop.pk, title="Retour", now=PRESENT,
        text="Bonjour {{ buyer }}, au sujet de {{ article }} ({{ order }}) : {{ prix }}. {{ me }}, {{ shop }}",
    )  # fmt: skip
    key = str(uuid4())

    response = stall.browser.post(
        f"{page_of(row)}insert/", {"text": "D'abord ceci.", "answer": str(answer.pk), "key": key}
    )

    page = plain(response)
    assert response.status_code == 200
    expected = f"au sujet de Casque Nova 1 ({order.number}) : {{{{ prix }}}}. Bob, Atelier du Son"
    assert f"D'abord ceci.\n\nBonjour Alice, {expected}" in page
    assert "« prix » n'est pas un mot que nous remplaçons" in page
    assert key in page
    assert Message.objects.filter(author_role=Role.SELLER).count() == 0
    assert expected in stall.read(page_of(row))


def test_the_answer_of_another_shop_is_not_put_in(stall: Stall) -> None:
    row = stall.question()
    other = factories.a_shop(stall.place)
    answer = save_answer(
        marketplace_id=stall.place.pk, shop_id=other.pk, title="Secret", text="Secret", now=PRESENT
    )

    for given in (str(answer.pk), "", "x", "9" * 50):
        page = plain(stall.browser.post(f"{page_of(row)}insert/", {"text": "Ceci.", "answer": given}))
        assert "Secret" not in page
        assert "Ceci." in page


def test_nothing_to_answer_empties_the_queue_without_an_answer(stall: Stall) -> None:
    row = stall.question()

    stall.browser.post(f"{page_of(row)}settle/")

    assert listed(stall.browser) == []
    row.refresh_from_db()
    assert row.answered_at is None
    assert Settlement.objects.get().user == stall.bob
    assert "Bob a indiqué le" in stall.read(page_of(row))
    says(row, Role.BUYER, stall.alice.user_id, PRESENT + HOUR)
    assert listed(stall.browser) == [row.pk]


def test_a_conversation_that_a_claim_took_in_is_on_its_page(stall: Stall) -> None:
    order = factories.an_order(stall.alice, stall.shop)
    row = stall.question(order=order, ago=72 * HOUR)
    claim = factories.a_claim(order, conversation_id=row.pk, now=PRESENT)

    assert stall.browser.get(page_of(row))["Location"] == f"/seller/claims/{claim.reference}/"
    assert f"Litige {claim.reference}" in stall.read(INBOX)


def test_attachments_are_handed_out_to_parties_alone(stall: Stall, client: Client) -> None:
    row = stall.question()
    stored = factories.a_stored_file(stall.alice.user)
    Message.objects.get().files.add(stored)
    foreign = StoredFile.objects.exclude(pk=stored.pk)
    assert not foreign.exists()
    elsewhere = factories.a_stored_file()

    assert f"{page_of(row)}files/{stored.pk}/?thumbnail" in stall.read(page_of(row))
    # Its bytes are in no store here: found, asked for, and not there.
    for key in (stored.pk, elsewhere.pk, uuid4()):
        assert stall.browser.get(f"{page_of(row)}files/{key}/").status_code == 404


def test_a_fragment_brings_what_is_new(stall: Stall) -> None:
    row = stall.question()
    url = stall.browser.get(page_of(row)).context["live"].url
    assert stall.browser.get(url, headers={"HX-Request": "true"}).status_code == 204

    says(row, Role.BUYER, stall.alice.user_id, PRESENT, "Encore une chose.")
    response = stall.browser.get(url, headers={"HX-Request": "true"})

    page = plain(response)
    assert "Encore une chose." in page
    assert "Nouveau message de Alice." in page
    assert 'id="where" hx-swap-oob="true"' in page
    assert "<html" not in page


def test_the_list_comes_alone_as_a_fragment(stall: Stall) -> None:
    stall.question()

    page = plain(stall.browser.get(INBOX, headers={"HX-Request": "true"}))

    assert page.lstrip().startswith('<section id="inbox"')


def test_the_navigation_counts_what_waits(stall: Stall) -> None:
    for _ in range(2):
        stall.question()

    assert '<span class="count">2</span>' in stall.read("/seller/claims/")
