"""The help centre as its readers find it: no account needed, no script needed, nothing of anybody's shown."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from tests import factories
from tests.conftest import PRESENT
from tests.helpcentre.stage import TRACKING, again, an_article

from recours.claims.models import Draft
from recours.helpcentre.commands import publish
from recours.helpcentre.models import Article, Verdict
from recours.marketplaces.models import Marketplace

pytestmark = pytest.mark.django_db

ARTICLE_QUERIES = 4  # the marketplace, the text, the related ones, the count
HOME_QUERIES = 3  # the marketplace, what was read most, the articles


@pytest.fixture
def place() -> Marketplace:
    return factories.a_marketplace(slug="belle")


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub("[\u00a0\u202f]", " ", response.content.decode()))


def counts() -> tuple[int, int, int, int]:
    (row,) = Verdict.objects.values_list("read", "solved", "not_solved", "claimed")
    return row


def test_help_leads_to_the_only_marketplace(client: Client, place: Marketplace) -> None:
    assert client.get("/help/")["Location"] == "/help/belle/"


def test_help_asks_where_one_bought(client: Client, place: Marketplace) -> None:
    factories.a_marketplace(slug="beta", name="Bêta")

    page = text(client.get("/help/"))

    assert "Où avez-vous acheté ?" in page
    assert 'href="/help/beta/"' in page


def test_help_leads_a_buyer_to_where_they_buy(client: Client, place: Marketplace) -> None:
    factories.a_marketplace(slug="beta")
    user = factories.a_user()
    factories.a_buyer(place, user=user)
    client.force_login(user)

    assert client.get("/help/")["Location"] == "/help/belle/"


def test_help_without_any_marketplace_says_so(client: Client) -> None:
    assert "pas encore ouvert" in text(client.get("/help/"))


def test_home_shows_the_categories(client: Client, place: Marketplace) -> None:
    an_article(place)
    an_article(place, **TRACKING)

    page = text(client.get("/help/belle/"))

    assert 'href="/help/belle/c/shipping/">Livraison' in page
    assert 'href="/help/belle/colis-non-recu/"' in page
    assert 'action="/help/belle/search/"' in page
    assert "Remboursements" not in page


def test_home_shows_first_what_is_read_most(client: Client, place: Marketplace) -> None:
    for position in range(6):
        an_article(place, slug=f"a{position}", position=position, title=f"Article {position}")
    client.get("/help/belle/a5/")

    page = client.get("/help/belle/")

    (card,) = page.context["cards"]
    assert [link["title"] for link in card["links"]] == ["Article 5", "Article 0", "Article 1", "Article 2"]


def test_home_without_articles_has_a_way_on(client: Client, place: Marketplace) -> None:
    page = text(client.get("/help/belle/"))

    assert "Aucun article n’est encore publié." in page


@pytest.mark.parametrize("how_many", [1, 3])
def test_pages_cost_the_same_with_more_articles(
    client: Client, place: Marketplace, how_many: int, django_assert_num_queries: Any
) -> None:
    for number in range(how_many):
        an_article(place, slug=f"a{number}")

    with django_assert_num_queries(HOME_QUERIES):
        client.get("/help/belle/")
    with django_assert_num_queries(2):
        client.get("/help/belle/c/shipping/")
    with django_assert_num_queries(ARTICLE_QUERIES):
        client.get("/help/belle/a0/")


def test_category_lists_its_sections(client: Client, place: Marketplace) -> None:
    an_article(place)
    an_article(place, **TRACKING)

    page = client.get("/help/belle/c/shipping/")

    assert [str(section["name"]) for section in page.context["sections"]] == [
        "Suivre un colis",
        "Colis non reçu",
    ]
    assert "le vendeur a 5 jours pour répondre" in text(page)
    assert "Aucun article" in text(client.get("/help/belle/c/refunds/"))


@pytest.mark.parametrize(
    "address",
    ["/help/laide/", "/help/belle/c/nothing/", "/help/belle/nothing/", "/help/laide/colis-non-recu/"],
)
def test_what_is_not_there_is_not_found(client: Client, place: Marketplace, address: str) -> None:
    assert client.get(address).status_code == 404


def test_article_says_the_answer_then_what_to_do(client: Client, place: Marketplace) -> None:
    an_article(place)
    an_article(place, **TRACKING)

    page = text(client.get("/help/belle/colis-non-recu/"))

    assert "<h1>Je n’ai jamais reçu mon colis</h1>" in page
    assert "le vendeur a 5 jours pour répondre" in page
    assert "<h2>Avant</h2>" in page
    assert "À lire aussi" in page
    assert 'href="/help/belle/suivre-mon-colis/"' in page
    assert 'href="/help/belle/c/shipping/">Livraison' in page
    assert 'href="/account/login/?next=%2Fhelp%2Fbelle%2Fcolis-non-recu%2F%23next">Ouvrir un litige' in page
    assert "Vous vous connectez d’abord" in page
    assert counts() == (1, 0, 0, 0)


def test_article_of_another_language_is_the_french_one_with_a_note(
    client: Client, place: Marketplace
) -> None:
    an_article(place)
    client.cookies["recours_language"] = "en"

    page = text(client.get("/help/belle/colis-non-recu/"))

    assert "does not exist in your language yet" in page
    assert '<article class="help-article" lang="fr">' in page
    assert "Did this article solve your problem?" in page


def test_article_in_the_readers_language(client: Client, place: Marketplace) -> None:
    article = an_article(place)
    again(
        article, language="en", title="My parcel never came", summary="Within {{ policy.seller.response }}."
    )
    publish(article_id=article.pk, language="en", now=PRESENT)
    client.cookies["recours_language"] = "en"

    page = text(client.get("/help/belle/colis-non-recu/"))

    assert "My parcel never came" in page
    assert "Within 5 days." in page


def test_pages_of_a_stranger_are_kept_by_their_browser_only(client: Client, place: Marketplace) -> None:
    article = an_article(place)

    assert client.get("/help/belle/colis-non-recu/")["Cache-Control"] == "private, no-cache"
    client.force_login(factories.a_user())
    assert client.get("/help/belle/colis-non-recu/")["Cache-Control"] == "private, no-store"
    assert article.slug


def test_reading_without_an_account_makes_no_session(client: Client, place: Marketplace) -> None:
    an_article(place)

    client.get("/help/belle/colis-non-recu/")

    assert "sessionid" not in client.cookies


def test_one_tap_is_counted_once(client: Client, place: Marketplace) -> None:
    an_article(place)
    for answer in ("yes", "yes", "no"):
        response = client.post("/help/belle/colis-non-recu/verdict/", {"answer": answer})
        assert response["Location"] == "/help/belle/colis-non-recu/#verdict"

    assert counts() == (0, 1, 0, 0)
    page = text(client.get("/help/belle/colis-non-recu/"))
    assert "Tant mieux" in page
    assert "a-t-il résolu" not in page

    Client().post("/help/belle/colis-non-recu/verdict/", {"answer": "no"})
    assert counts() == (1, 1, 1, 0)


def test_a_no_offers_the_next_step_in_place(client: Client, place: Marketplace) -> None:
    an_article(place)

    page = client.post(
        "/help/belle/colis-non-recu/verdict/", {"answer": "no"}, headers={"HX-Request": "true"}
    )

    assert "<html" not in text(page)
    assert '<a href="#next">Ouvrir un litige</a>' in text(page)


@pytest.mark.parametrize("answer", ["", "maybe", "x" * 5000])
def test_another_answer_counts_nothing(client: Client, place: Marketplace, answer: str) -> None:
    an_article(place)

    assert client.post("/help/belle/colis-non-recu/verdict/", {"answer": answer}).status_code == 302
    assert not Verdict.objects.exists()


def a_buyer_signed_in(client: Client, place: Marketplace, **order: Any) -> Any:
    user = factories.a_user()
    buyer = factories.a_buyer(place, user=user)
    client.force_login(user)
    return factories.an_order(buyer, **order)


def test_the_fitting_order_is_chosen_already(client: Client, place: Marketplace) -> None:
    an_article(place)
    late = a_buyer_signed_in(client, place, delivered_on=None)
    still_coming = factories.an_order(late.buyer, delivered_on=None, promised_on=dt.date(2026, 12, 24))

    page = client.get("/help/belle/colis-non-recu/")

    step = page.context["step"]
    assert [choice.value for choice in step.choices] == [f"order:{late.pk}"]
    assert "Pour quel achat ?" in text(page)
    assert str(still_coming.pk) not in text(page)


def test_going_on_begins_the_dispute_and_is_counted(client: Client, place: Marketplace) -> None:
    an_article(place)
    order = a_buyer_signed_in(client, place, delivered_on=None)

    response = client.post("/help/belle/colis-non-recu/next/", {"about": f"order:{order.pk}"})

    assert response["Location"] == f"/orders/{order.pk}/dispute/"
    assert Draft.objects.get().answers["ground"] == {"ground": ["lost"]}
    assert client.get(response["Location"])["Location"] == f"/orders/{order.pk}/dispute/wanted/"
    assert counts() == (0, 0, 0, 1)


def test_going_on_keeps_what_was_begun(client: Client, place: Marketplace) -> None:
    an_article(place)
    order = a_buyer_signed_in(client, place, delivered_on=None)
    client.post(f"/orders/{order.pk}/dispute/ground/", {"ground": "late"})

    client.post("/help/belle/colis-non-recu/next/", {"about": f"order:{order.pk}"})

    assert Draft.objects.get().answers["ground"]["ground"] == ["late"]


@pytest.mark.parametrize(
    "about", ["", "order:x", "payment:1", "order:00000000-0000-4000-8000-000000000000", "shop:s1", "\0"]
)
def test_going_on_with_what_is_not_theirs_leads_nowhere(
    client: Client, place: Marketplace, about: str
) -> None:
    an_article(place)
    a_buyer_signed_in(client, place, delivered_on=None)

    response = client.post("/help/belle/colis-non-recu/next/", {"about": about})

    assert response["Location"] in ("/help/belle/colis-non-recu/#next", "/orders/")
    assert not Draft.objects.exists()


def test_another_buyers_order_is_not_theirs(client: Client, place: Marketplace) -> None:
    an_article(place)
    theirs = factories.an_order(factories.a_buyer(place), delivered_on=None)
    a_buyer_signed_in(client, place, delivered_on=None)

    response = client.post("/help/belle/colis-non-recu/next/", {"about": f"order:{theirs.pk}"})

    assert response["Location"] == "/help/belle/colis-non-recu/#next"
    assert not Draft.objects.exists()


def test_a_reader_whom_no_order_fits_is_told(client: Client, place: Marketplace) -> None:
    an_article(place)
    a_buyer_signed_in(client, place, delivered_on=None, promised_on=dt.date(2026, 12, 24))

    page = text(client.get("/help/belle/colis-non-recu/"))

    assert "Aucun de vos achats récents" in page
    assert "Voir mes commandes" in page
    assert client.post("/help/belle/colis-non-recu/next/")["Location"] == "/orders/"


def test_going_on_signed_out_signs_in_first(client: Client, place: Marketplace) -> None:
    an_article(place)

    response = client.post("/help/belle/colis-non-recu/next/")

    assert response["Location"] == "/account/login/?next=%2Fhelp%2Fbelle%2Fcolis-non-recu%2F%23next"
    assert not Verdict.objects.exists()


def test_a_charge_is_contested_by_payment_or_order(client: Client, place: Marketplace) -> None:
    an_article(place, action="payment:overcharge")
    order = a_buyer_signed_in(client, place)
    payment = factories.a_payment(order.buyer)

    page = client.get("/help/belle/colis-non-recu/")
    response = client.post("/help/belle/colis-non-recu/next/", {"about": f"payment:{payment.pk}"})

    values = [choice.value for choice in page.context["step"].choices]
    assert values == [f"payment:{payment.pk}", f"order:{order.pk}"]
    assert response["Location"] == f"/payments/{payment.pk}/dispute/"
    assert Draft.objects.get().answers["ground"] == {"ground": ["overcharge"]}


def test_an_order_in_dispute_is_not_offered_again(client: Client, place: Marketplace) -> None:
    an_article(place, action="dispute")
    order = a_buyer_signed_in(client, place)
    assert len(client.get("/help/belle/colis-non-recu/").context["step"].choices) == 1

    factories.a_claim(order)

    assert client.get("/help/belle/colis-non-recu/").context["step"].choices == ()


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("orders", "/orders/"),
        ("claims", "/claims/"),
        ("purchase", "/purchases/belle/dispute/"),
        ("support", "/messages/new/support/belle/"),
        ("message:invoice", "/messages/new/order/{order}/?topic=invoice"),
        ("message:withdrawal", "/messages/new/order/{order}/?topic=withdrawal"),
        ("before_purchase", "/messages/new/shop/belle/{shop}/"),
    ],
)
def test_each_action_leads_to_its_place(
    client: Client, place: Marketplace, action: str, expected: str
) -> None:
    an_article(place, action=action)
    order = a_buyer_signed_in(client, place)
    step = client.get("/help/belle/colis-non-recu/").context["step"]
    about = step.choices[0].value if step.choices else ""

    response = client.post("/help/belle/colis-non-recu/next/", {"about": about})

    assert response["Location"] == expected.format(order=order.pk, shop=order.shop.ref)
    assert counts() == (1, 0, 0, 1)


def test_withdrawal_offers_first_the_order_that_can_still_go_back(client: Client, place: Marketplace) -> None:
    an_article(place, action="message:withdrawal")
    fresh = a_buyer_signed_in(client, place, ordered_at=PRESENT - dt.timedelta(days=30))
    old = factories.an_order(fresh.buyer, delivered_on=dt.date(2026, 9, 1), promised_on=dt.date(2026, 9, 1))

    values = [choice.value for choice in client.get("/help/belle/colis-non-recu/").context["step"].choices]

    assert values == [f"order:{fresh.pk}", f"order:{old.pk}"]


def test_every_article_of_the_set_has_a_page(client: Client, place: Marketplace) -> None:
    from recours.helpcentre.commands import load_starting_set  # the whole set: slow

    load_starting_set(place.pk, PRESENT)
    addresses = {f"/help/belle/{slug}/" for slug in Article.objects.values_list("slug", flat=True)}

    for address in sorted(addresses):
        page = text(client.get(address))
        links = {f"/help/belle/{slug}/" for slug in re.findall(r'href="\.\./([a-z0-9-]+)/"', page)}
        assert links <= addresses, address


def test_search_page_answers_any_question(client: Client, place: Marketplace) -> None:
    an_article(place)
    for question in ("", "colis", "x" * 4000, "أين طردي", "%_'\"\\", "\0", "<script>alert(1)</script>"):
        for headers in ({}, {"HX-Request": "true"}):
            response = client.get("/help/belle/search/", {"q": question}, headers=headers)
            assert response.status_code == 200, question
            assert "<script>alert" not in text(response)
            assert ("<html" in text(response)) is not bool(headers)


def test_search_finds_the_article_and_says_when_there_is_none(client: Client, place: Marketplace) -> None:
    an_article(place)
    an_article(factories.a_marketplace(), slug="ailleurs")

    found = text(client.get("/help/belle/search/", {"q": "COLIS recu"}))
    nothing = text(client.get("/help/belle/search/", {"q": "trottinette"}))

    assert 'href="/help/belle/colis-non-recu/"' in found
    assert "1 article trouvé" in found
    assert "/ailleurs/" not in found
    assert "Nous n’avons rien trouvé avec ces mots." in nothing
    assert "/messages/new/support/belle/" in nothing


def test_a_long_question_is_cut_and_says_so(client: Client, place: Marketplace) -> None:
    page = client.get("/help/belle/search/", {"q": "colis perdu " * 400})

    assert "Votre question est longue" in text(page)
    assert len(page.context["query"]) == 200
