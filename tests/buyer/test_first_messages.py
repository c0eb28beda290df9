"""The first message: what it says of the order and of its sender, and what it refuses to be sent without."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from tests import factories
from tests.at_once import at_once
from tests.buyer.reading import plain
from tests.buyer.writing import about, user_of, written

from recours import clock
from recours.conversations.models import Conversation, Message, MessageDraft
from recours.marketplaces.models import Buyer, PolicyVersion, Shop
from recours.people.models import User
from recours.rules.conversation import LIMITS, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Buyer:
    return factories.a_buyer(name="Alice Martin")


@pytest.fixture
def browser(client: Client, alice: Buyer) -> Client:
    client.force_login(user_of(alice))
    return client


# -- about an order ----------------------------------------------------------------------------------------


def test_page_fills_in_what_it_knows(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice, factories.a_shop(alice.marketplace, name="Atelier du Son"))

    page = plain(browser.get(about(order, "damaged")))

    assert f"Commande {order.number}" in page
    assert "Casque Nova 1" in page
    assert "Atelier du Son" in page
    assert 'value="damaged" id="id_topic_0" required' in page or 'value="damaged" checked' in page.replace(
        ' id="id_topic_0"', ""
    ).replace("required ", "")
    assert "Le vendeur aura jusqu'au" in page
    assert "Pourquoi cette date ?" in page
    assert "Quels articles sont concernés ?" not in page


def test_message_states_order_articles_and_reason(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice, lines=[8990, 1200])
    chosen = order.lines.order_by("position")[1]

    response = browser.post(about(order), written(lines=[chosen.pk]))

    row = Conversation.objects.get()
    assert response["Location"] == reverse("buyer:conversation", args=[row.pk])
    assert (row.order, row.shop, row.buyer) == (order, order.shop, alice)
    assert list(row.lines.all()) == [chosen]
    assert (row.topic, row.subject, row.waiting_on) == ("damaged", "Casque Nova 2", "seller")
    assert row.answer_due_at is not None
    assert row.answer_due_at > clock.now()
    assert row.messages.get().text == "L'arceau est cassé net."


def test_only_article_needs_no_choice(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice)

    browser.post(about(order), written())

    assert list(Conversation.objects.get().lines.all()) == list(order.lines.all())


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"lines": []}, "Cochez au moins un article"),
        ({"topic": ""}, "Choisissez le motif de votre message."),
        ({"topic": "nonsense"}, "Choisissez l'un de ces motifs."),
        ({"topic": "before_purchase"}, "Choisissez l'un de ces motifs."),
        ({"text": " "}, "le vendeur doit pouvoir vous répondre"),
        ({"text": "a" * 200_000}, "5 000"),
    ],
)
def test_refuses_to_send_without(browser: Client, alice: Buyer, fields: dict[str, Any], why: str) -> None:
    order = factories.an_order(alice, lines=[8990, 1200])
    lines = [line.pk for line in order.lines.all()]

    response = browser.post(about(order), written(**({"lines": lines} | fields)))

    assert response.status_code == 422
    assert why in plain(response)
    assert not Conversation.objects.exists()


def test_everything_missing_is_named_at_once(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice, lines=[8990, 1200])

    response = browser.post(about(order), {})

    assert set(response.context["form"].errors) == {"lines", "topic", "text"}


def test_article_of_another_order_is_refused(browser: Client, alice: Buyer) -> None:
    order, other = (factories.an_order(alice, lines=[8990, 1200]) for _ in range(2))
    foreign = other.lines.first()
    assert foreign is not None

    for line in (foreign.pk, "x", "-1", "9" * 40, "\0"):
        response = browser.post(about(order), written(lines=[line]))
        assert response.status_code == 422
        assert "Cet article n'est pas dans cette commande." in plain(response)


def test_order_of_another_does_not_exist(browser: Client) -> None:
    order = factories.an_order()

    assert browser.get(about(order)).status_code == 404
    assert browser.post(about(order), written()).status_code == 404


def test_same_form_sent_twice_is_one_conversation(browser: Client, alice: Buyer) -> None:
    order, form = factories.an_order(alice), written()

    first, second = browser.post(about(order), form), browser.post(about(order), form)

    assert first["Location"] == second["Location"]
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_same_form_sent_twice_at_once_is_one_conversation(alice: Buyer) -> None:
    order, form = factories.an_order(alice), written()

    def post() -> str:
        client = Client()
        client.force_login(user_of(alice))
        return str(client.post(about(order), form)["Location"])

    assert len(set(at_once(post, post))) == 1
    assert Conversation.objects.count() == 1


def test_too_fast_keeps_what_was_typed_and_starts_nothing(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice)
    browser.post(about(order), written())
    row = Conversation.objects.get()
    for number in range(LIMITS[0].count):
        Message.objects.create(
            conversation=row,
            author=user_of(alice),
            author_role="buyer",
            text=f"{number}",
            sent_at=clock.now(),
        )

    response = browser.post(about(order), written(text="Encore"))

    assert response.status_code == 422
    assert "Attendez quelques minutes" in plain(response)
    assert "Encore" in plain(response)
    assert Conversation.objects.count() == 1
    assert MessageDraft.objects.get().answers == {"topic": "damaged", "text": "Encore"}
    assert "Encore" in plain(browser.get(about(order)))


def test_draft_keeps_articles_topic_and_text(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice, lines=[8990, 1200])
    line = order.lines.order_by("position")[1]

    answer = browser.post(
        about(order), written(lines=[line.pk], topic="late"), headers={"X-Requested-With": "autosave"}
    )

    assert plain(answer) == "Enregistré à 10 h 00"
    form = browser.get(about(order)).context["form"]
    assert form.initial == {"lines": [str(line.pk)], "topic": "late", "text": "L'arceau est cassé net."}


def test_offers_to_continue_what_was_begun(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice)
    browser.post(about(order), written())
    row = Conversation.objects.get()

    page = plain(browser.get(about(order)))

    assert "Vous avez déjà écrit au sujet de cette commande." in page
    assert reverse("buyer:conversation", args=[row.pk]) in page


def test_names_the_claim_that_is_open(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice)
    claim = factories.a_claim(order)

    assert f"/claims/{claim.reference}/#story" in plain(browser.get(about(order)))


def test_without_a_policy_no_date_is_promised(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice)
    PolicyVersion.objects.all().delete()

    assert "Le vendeur aura jusqu'au" not in plain(browser.get(about(order)))
    browser.post(about(order), written())
    assert Conversation.objects.get().answer_due_at is None


# -- withdrawal --------------------------------------------------------------------------------------------


def test_withdrawal_is_written_already(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice)

    response = browser.get(about(order, "withdrawal"))

    text = response.context["form"].initial["text"]
    assert "ma rétractation" in text
    assert "L221-21" in text
    assert order.number in text
    assert "Casque Nova 1" in text
    assert "Alice Martin" in text
    assert "vendredi 20 novembre 2026" in text.replace("\u00a0", " ")
    assert "Vous pouvez vous rétracter jusqu'au jeudi 26 novembre 2026, sans donner de raison." in plain(
        response
    )


def test_withdrawal_of_a_buyer_in_germany_names_german_law(browser: Client, alice: Buyer) -> None:
    Buyer.objects.filter(pk=alice.pk).update(country="DE")
    order = factories.an_order(alice)

    response = browser.get(about(order, "withdrawal"))

    text = response.context["form"].initial["text"]
    assert "§ 355 du code civil allemand (BGB)" in text
    assert "code de la consommation" not in text + plain(response)
    assert "renvoyez-le dans les 14 jours qui suivent" in plain(response)


def test_withdrawal_under_a_law_that_is_not_known_names_none(browser: Client, alice: Buyer) -> None:
    Buyer.objects.filter(pk=alice.pk).update(country="IT")
    order = factories.an_order(alice)

    response = browser.get(about(order, "withdrawal"))

    assert "Fondement légal" not in response.context["form"].initial["text"]
    assert "qui suivent" not in plain(response)


@pytest.mark.parametrize(
    ("delivered_on", "said"),
    [
        (None, "Vous pouvez déjà vous rétracter"),
        (dt.date(2026, 10, 1), "Le délai pour changer d'avis est passé."),
    ],
)
def test_withdrawal_says_where_its_term_stands(
    browser: Client, alice: Buyer, delivered_on: dt.date | None, said: str
) -> None:
    order = factories.an_order(
        alice, delivered_on=delivered_on, ordered_at=dt.datetime(2026, 9, 20, tzinfo=dt.UTC)
    )

    assert said in plain(browser.get(about(order, "withdrawal")))


def test_withdrawal_chosen_without_words_gets_them_to_read(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice)

    response = browser.post(about(order), written(topic="withdrawal", text=""))

    assert response.status_code == 422
    assert "Relisez-la, puis envoyez." in plain(response)
    assert "ma rétractation" in plain(response)
    assert not Conversation.objects.exists()


# -- to a shop ---------------------------------------------------------------------------------------------


def to_shop(shop: Shop) -> str:
    return reverse("buyer:write_to_shop", args=[shop.marketplace.slug, shop.ref])


def asked(**fields: Any) -> dict[str, Any]:
    return {"subject": "Casque Nova", "text": "Est-il étanche ?", "key": str(uuid4())} | fields


def proven(name: str = "Carole") -> User:
    user = factories.a_user(name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_stranger_with_a_proven_address_becomes_a_buyer(client: Client) -> None:
    shop, carole = factories.a_shop(ref="fr/12"), proven()
    client.force_login(carole)

    assert client.get(to_shop(shop)).status_code == 200
    assert not Buyer.objects.filter(user=carole).exists()
    client.post(to_shop(shop), asked())

    row = Conversation.objects.get()
    assert (row.shop, row.order, row.topic, row.subject) == (shop, None, "before_purchase", "Casque Nova")
    assert (row.buyer.user, row.buyer.email, row.buyer.name) == (carole, carole.email, "Carole")
    assert row.answer_due_at is None
    assert row.waiting_on == "seller"


def test_stranger_without_a_proven_address_is_told_how(client: Client) -> None:
    shop = factories.a_shop()
    client.force_login(factories.a_user("Mallory"))

    for response in (client.get(to_shop(shop)), client.post(to_shop(shop), asked())):
        assert "n'est pas encore confirmée" in plain(response)
    assert not Conversation.objects.exists()
    assert not Buyer.objects.exists()


def test_proven_address_of_anothers_buyer_is_not_taken_over(client: Client) -> None:
    shop, carole = factories.a_shop(), proven()
    factories.a_buyer(shop.marketplace, user=factories.a_user("Alice"), email=carole.email)
    client.force_login(carole)

    response = client.post(to_shop(shop), asked())

    assert response.status_code == 422
    assert not Conversation.objects.exists()


def test_buyer_of_the_marketplace_writes_as_who_they_are(browser: Client, alice: Buyer) -> None:
    browser.post(to_shop(factories.a_shop(alice.marketplace)), asked())

    assert Conversation.objects.get().buyer == alice


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"subject": ""}, "Dites de quoi il s'agit"),
        ({"subject": "\x01\x02 "}, "Dites de quoi il s'agit"),
        ({"subject": "a" * 121}, "120 caractères au plus"),
        ({"text": ""}, "Écrivez votre question."),
    ],
)
def test_question_to_a_shop_without(browser: Client, alice: Buyer, fields: dict[str, Any], why: str) -> None:
    response = browser.post(to_shop(factories.a_shop(alice.marketplace)), asked(**fields))

    assert response.status_code == 422
    assert why in plain(response)


def test_subject_is_one_line_of_text(browser: Client, alice: Buyer) -> None:
    browser.post(
        to_shop(factories.a_shop(alice.marketplace)), asked(subject="<b>Casque</b>\r\nBcc: x@example.org")
    )

    row = Conversation.objects.get()
    assert row.subject == "<b>Casque</b> Bcc: x@example.org"
    assert b"<b>Casque" not in browser.get("/messages/").content


def test_shop_that_does_not_exist(browser: Client, alice: Buyer) -> None:
    for ref in ("nowhere", "a/b", "%00"):
        assert browser.get(f"/messages/new/shop/{alice.marketplace.slug}/{ref}/").status_code == 404
    assert browser.get("/messages/new/shop/nowhere/x/").status_code == 404


def test_nobody_writes_to_their_own_shop(client: Client) -> None:
    shop = factories.a_shop()
    client.force_login(factories.a_seller(shop))

    assert client.get(to_shop(shop)).status_code == 302


# -- to support --------------------------------------------------------------------------------------------


def to_support(buyer: Buyer, query: str = "") -> str:
    return reverse("buyer:write_to_support", args=[buyer.marketplace.slug]) + query


def test_support_gets_topic_and_order(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice)

    page = browser.get(to_support(alice, f"?topic=overcharge&order={order.pk}"))
    browser.post(
        to_support(alice),
        {"topic": "overcharge", "order": str(order.pk), "text": "Débitée 2 fois", "key": str(uuid4())},
    )

    assert page.context["form"].initial == {"topic": "overcharge", "order": str(order.pk)}
    row = Conversation.objects.get()
    assert (row.shop, row.order, row.topic, row.waiting_on) == (None, order, "overcharge", "platform")


def test_support_without_an_order(browser: Client, alice: Buyer) -> None:
    response = browser.post(to_support(alice), {"topic": "question", "text": "Bonjour", "key": str(uuid4())})

    row = Conversation.objects.get()
    page = plain(browser.get(response["Location"]))
    assert f"Service client de {alice.marketplace.name}" in page
    assert "C'est au service client de Belle de répondre." in page
    assert row.order is None


def test_support_with_anothers_order_does_not_exist(browser: Client, alice: Buyer) -> None:
    theirs = factories.an_order(factories.a_buyer(alice.marketplace))

    for order in (theirs.pk, "x", uuid4()):
        assert browser.get(to_support(alice, f"?order={order}")).status_code == 404
        form = {"topic": "question", "order": str(order), "text": "Bonjour"}
        assert browser.post(to_support(alice), form).status_code == 404
    assert browser.get("/messages/new/support/nowhere/").status_code == 404


def test_every_topic_has_words_in_both_languages(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice)
    for topic in (Topic.DAMAGED, Topic.INVOICE):
        browser.cookies["recours_language"] = "en"
        assert plain(browser.get(about(order, topic.value))).count("Item arrived damaged") == 1
