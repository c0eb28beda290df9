"""The operator's side of the help centre: administrators write, agents read, and nothing typed is ever lost."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from tests import factories
from tests.helpcentre.stage import LOST, TRACKING, a_draft, again, an_article

from recours.desk.help.differences import differences
from recours.helpcentre.commands import count
from recours.helpcentre.models import Article, ArticleVersion, NothingFound, PublishedText, Synonyms
from recours.marketplaces.models import Marketplace
from recours.people.models import DeskRole, User

pytestmark = pytest.mark.django_db

LIST_QUERIES = (
    9  # session, user, identity, places, questions, three for the articles, and what the header counts
)


@pytest.fixture
def place() -> Marketplace:
    return factories.a_marketplace(slug="belle")


@pytest.fixture
def editor(place: Marketplace) -> User:
    return factories.an_agent(place, role=DeskRole.ADMINISTRATOR)


@pytest.fixture
def desk(editor: User) -> Client:
    return signed_in(editor)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub("[\u00a0\u202f]", " ", response.content.decode()))


def typed(**fields: Any) -> dict[str, str]:
    """What the form holds when it is sent."""
    given = LOST | fields
    shown = {
        "slug": given["slug"],
        "section": fields.get("place_in", f"{given['category'].value}/{given['section']}"),
        "action": given["action"],
        "position": "10",
        "title": given["title"],
        "summary": given["summary"],
        "body": given["body"],
        "keywords": "\n".join(given["keywords"]),
        "related": fields.get("also", ""),
        "seen": fields.get("seen", ""),
    }
    return shown | {name: value for name, value in fields.items() if name in ("save", "publish", "preview")}


def seen(desk: Client, address: str) -> str:
    return str(desk.get(address).context["form"].initial["seen"])


def address_of(article: Article, language: str = "fr") -> str:
    return f"/desk/help/{article.pk}/{language}/edit/"


SHORT = {"body": "Ouvrez vos commandes. {{ says.seller_silence }}"}


def test_a_new_article_is_a_draft_then_published(desk: Client, place: Marketplace, editor: User) -> None:
    response = desk.post("/desk/help/new/?language=fr", typed(save="1", **SHORT))

    article = Article.objects.get()
    assert response["Location"] == address_of(article)
    assert not PublishedText.objects.exists()
    version = ArticleVersion.objects.get()
    assert (version.saved_by, version.published_at) == (editor, None)
    assert (article.category, article.section, article.action) == ("shipping", "not_arrived", "dispute:lost")

    desk.post(address_of(article), typed(publish="1", seen=seen(desk, address_of(article)), **SHORT))

    assert ArticleVersion.objects.count() == 1
    assert PublishedText.objects.get().plain.startswith("Ouvrez vos commandes.")
    assert "L’article est publié." in text(desk.get(address_of(article)))


def test_publishing_a_change_is_one_press(desk: Client, place: Marketplace) -> None:
    article = an_article(place, **SHORT, related=())
    page = address_of(article)

    desk.post(page, typed(publish="1", seen=seen(desk, page), body="Neuf."))

    assert PublishedText.objects.get().plain == "Neuf."
    assert ArticleVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"title": "  "}, "title", "obligatoire"),
        ({"title": "x" * 300}, "title", "200"),
        ({"body": "{{ policy.nothing }}"}, "body", "{{ policy.nothing }}"),
        ({"body": "{{ 1 + 1"}, "body", "Référence inconnue"),
        ({"summary": "{{ x }}"}, "summary", "{{ x }}"),
        ({"body": "[ici](nulle-part)"}, "body", "nulle-part"),
        ({"body": "x" * 200_000}, "body", "30000"),
        ({"also": "nulle-part"}, "related", "nulle-part"),
        ({"slug": "Été 2026"}, "slug", "sans accent"),
        ({"slug": "search"}, "slug", "autre page"),
        ({"action": "dispute:nothing"}, "action", ""),
        ({"place_in": "shipping/ordering"}, "section", ""),
        ({"keywords": ["x" * 90]}, "keywords", "80"),
    ],
)
def test_mistakes_are_told_and_nothing_is_lost(
    desk: Client, fields: dict[str, Any], field: str, said: str
) -> None:
    given = typed(save="1", **(SHORT | fields))

    response = desk.post("/desk/help/new/", given)

    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert said in re.sub("[\u00a0\u202f]", "", " ".join(form.errors[field]))
    assert form["body"].value() == given["body"]
    assert form["title"].value() == given["title"]
    assert not Article.objects.exists()


def test_an_address_that_is_taken_is_told(desk: Client, place: Marketplace) -> None:
    a_draft(place, related=())

    response = desk.post("/desk/help/new/", typed(save="1", title="Un autre", **SHORT))

    assert response.status_code == 422
    assert "a déjà l’adresse « colis-non-recu »" in text(response)
    assert 'value="Un autre"' in text(response)
    assert Article.objects.count() == 1


def test_html_is_shown_as_text(desk: Client) -> None:
    body = '<script>alert(1)</script>\n\n<b onclick="x()">gras</b>'

    desk.post("/desk/help/new/?language=fr", typed(publish="1", body=body))

    html = PublishedText.objects.get().html
    assert "<script" not in html
    assert "<b" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_preview_is_what_would_be_published(desk: Client, headers: dict[str, str]) -> None:
    response = desk.post("/desk/help/new/", typed(preview="1", **SHORT), headers=headers)

    shown = text(response)
    assert response.status_code == 200
    assert "<h2>Je n’ai jamais reçu mon colis</h2>" in shown
    assert "le vendeur a 5 jours pour répondre" in shown
    assert "votre demande est accordée" in shown
    assert ("<html" in shown) is not bool(headers)
    assert not Article.objects.exists()


def test_preview_of_a_mistake_says_why(desk: Client) -> None:
    response = desk.post(
        "/desk/help/new/", typed(preview="1", body="{{ x }}"), headers={"HX-Request": "true"}
    )

    assert "L’aperçu ne peut pas être montré" in text(response)
    assert "{{ x }}" in text(response)


def test_preview_links_lead_to_the_help_centre(desk: Client, place: Marketplace) -> None:
    an_article(place, **TRACKING)

    response = desk.post("/desk/help/new/", typed(preview="1"))

    assert 'href="/help/belle/suivre-mon-colis/"' in text(response)


def test_two_editors_at_once_the_second_is_told_and_keeps_the_text(desk: Client, place: Marketplace) -> None:
    article = a_draft(place, **SHORT, related=())
    page = address_of(article)
    before = seen(desk, page)
    again(article, by=factories.a_user("Zoé").pk, body="De Zoé.", related=())

    response = desk.post(page, typed(save="1", seen=before, body="Le mien."))

    assert response.status_code == 409
    shown = text(response)
    assert "Quelqu’un d’autre a enregistré cet article" in shown
    assert "Zoé" in shown
    assert "Le mien." in response.context["form"]["body"].value()
    assert {piece.kind for piece in response.context["changes"]} >= {"ins", "del"}
    assert ArticleVersion.objects.order_by("-number")[0].body == "De Zoé."

    desk.post(page, typed(save="1", seen=response.context["form"]["seen"].value(), body="Le mien."))

    assert ArticleVersion.objects.order_by("-number")[0].body == "Le mien."


def test_the_other_language_begins_with_what_they_share(desk: Client, place: Marketplace) -> None:
    article = an_article(place, **SHORT, related=())

    page = desk.get(address_of(article, "en"))
    desk.post(
        address_of(article, "en"),
        typed(
            publish="1", seen=page.context["form"].initial["seen"], title="Lost", body="{{ law.withdrawal }}"
        ),
    )

    assert page.context["form"].initial["action"] == "dispute:lost"
    assert PublishedText.objects.get(language="en").plain == "14\u00a0days"
    assert Article.objects.count() == 1


def test_withdrawing_keeps_the_text(desk: Client, place: Marketplace) -> None:
    article = an_article(place)

    desk.post(f"/desk/help/{article.pk}/fr/withdraw/")
    desk.post(f"/desk/help/{article.pk}/fr/withdraw/")

    assert not PublishedText.objects.exists()
    page = desk.get(address_of(article))
    assert "Retiré" in text(page)
    assert page.context["form"].initial["body"] == LOST["body"]


def test_history_shows_what_changed_and_restores(desk: Client, place: Marketplace) -> None:
    article = an_article(place, body="Le vendeur répond vite.")
    again(article, body="Le vendeur répond lentement.")

    page = desk.get(f"/desk/help/{article.pk}/fr/")
    assert "<del>vite</del><ins>lentement</ins>" in page.content.decode()
    older = desk.get(f"/desk/help/{article.pk}/fr/?version=1")
    assert "Reprendre cette version" in text(older)

    response = desk.post(f"/desk/help/{article.pk}/fr/restore/", {"version": "1"})

    assert response["Location"] == address_of(article)
    newest = ArticleVersion.objects.order_by("-number")[0]
    assert (newest.number, newest.body, newest.published_at) == (3, "Le vendeur répond vite.", None)
    for wrong in ("9", "", "x"):
        assert desk.post(f"/desk/help/{article.pk}/fr/restore/", {"version": wrong}).status_code == 404


def test_differences_of_long_texts_are_short() -> None:
    before = "".join(f"ligne {number}\n" for number in range(100))
    after = before.replace("ligne 50\n", "ligne cinquante\n")

    pieces = differences(before, after)

    assert [piece.kind for piece in pieces] == ["skip", "", "", "del", "ins", "", "", "skip"]
    assert differences(before, before) == []


def test_agents_read_and_do_not_write(place: Marketplace) -> None:
    article = an_article(place)
    agent = signed_in(factories.an_agent(place))

    listed = text(agent.get("/desk/help/?category=shipping"))
    shown = text(agent.get(f"/desk/help/{article.pk}/fr/"))

    assert f'href="/desk/help/{article.pk}/fr/"' in listed
    assert "Écrire un article" not in listed
    assert "Je n’ai jamais reçu mon colis" in shown
    assert agent.get(address_of(article)).status_code == 404
    assert agent.post(address_of(article), typed(save="1")).status_code == 404
    assert agent.get("/desk/help/new/").status_code == 404
    assert agent.post(f"/desk/help/{article.pk}/fr/withdraw/").status_code == 404
    assert agent.post(f"/desk/help/{article.pk}/fr/restore/", {"version": "1"}).status_code == 404
    assert agent.post("/desk/help/synonyms/fr/", {"words": "a : b"}).status_code == 404


def test_another_marketplaces_article_does_not_exist(desk: Client) -> None:
    article = an_article(factories.a_marketplace())

    assert desk.get(address_of(article)).status_code == 404
    assert desk.get(f"/desk/help/{article.pk}/fr/").status_code == 404
    assert desk.get(f"/desk/help/{article.pk}/de/edit/").status_code == 404


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_costs_the_same_with_more_articles(
    desk: Client, place: Marketplace, how_many: int, django_assert_num_queries: Any
) -> None:
    for number in range(how_many):
        an_article(place, slug=f"a{number}")
    desk.get("/desk/help/")

    with django_assert_num_queries(LIST_QUERIES):
        page = desk.get("/desk/help/?category=shipping")

    assert len(page.context["rows"]) == how_many


def test_the_list_shows_where_each_language_stands_and_what_readers_did(
    desk: Client, place: Marketplace
) -> None:
    article = an_article(place)
    for what in ("read", "solved", "not_solved", "claimed"):
        count(article_id=article.pk, language="fr", what=what, on=dt.date(2026, 11, 19))  # type: ignore[arg-type]

    page = desk.get("/desk/help/?category=shipping")

    (row,) = page.context["rows"]
    assert [[badge["label"] for badge in one["badges"]] for one in row["languages"]] == [
        ["Publié"],
        ["Manque"],
    ]
    assert (row["counts"].read, row["counts"].solved, row["counts"].not_solved, row["counts"].claimed) == (
        1,
        1,
        1,
        1,
    )
    assert "Aucun article dans cette catégorie." in text(desk.get("/desk/help/?category=nothing"))


def test_questions_that_found_nothing_begin_an_article(desk: Client, place: Marketplace) -> None:
    question = NothingFound.objects.create(
        marketplace=place, language="fr", words="trottinette rappelée", count=7, last_on=dt.date(2026, 11, 19)
    )

    page = text(desk.get("/desk/help/questions/"))
    assert "trottinette rappelée" in page
    new = desk.get("/desk/help/new/?place=belle&title=trottinette+rappelée&language=fr")
    assert new.context["form"].initial["title"] == "trottinette rappelée"

    desk.post(f"/desk/help/questions/{question.pk}/forget/")
    assert "Toutes les questions ont trouvé un article." in text(desk.get("/desk/help/questions/"))


def test_synonyms_are_edited_a_line_each(desk: Client, place: Marketplace) -> None:
    page = desk.get("/desk/help/synonyms/fr/")
    lines = "Litige : dispute,  Contestation , dispute\n\ncolis: paquet"

    response = desk.post(
        "/desk/help/synonyms/fr/", {"words": lines, "seen": page.context["form"].initial["seen"]}
    )

    assert response.status_code == 302
    assert dict(Synonyms.objects.values_list("word", "others")) == {
        "litige": ["dispute", "contestation"],
        "colis": ["paquet"],
    }
    assert "litige : dispute, contestation" in text(desk.get("/desk/help/synonyms/fr/"))
    assert not desk.get("/desk/help/synonyms/en/").context["words"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("litige", "Ligne 1"),
        ("a : b\nlitige :", "Ligne 2"),
        (": b", "Ligne 1"),
        ("a : b\nA : c", "Ligne 2 : ce mot a déjà une ligne."),
        ("x" * 100 + " : b", "trop long"),
    ],
)
def test_synonyms_that_make_no_sense_are_named_by_line(desk: Client, lines: str, said: str) -> None:
    response = desk.post("/desk/help/synonyms/fr/", {"words": lines, "seen": ""})

    assert response.status_code == 422
    assert said in text(response)
    assert response.context["form"]["words"].value() == lines
    assert not Synonyms.objects.exists()


def test_synonyms_saved_by_somebody_else_are_not_lost(desk: Client, place: Marketplace) -> None:
    Synonyms.objects.create(marketplace=place, language="fr", word="colis", others=["paquet"])

    response = desk.post("/desk/help/synonyms/fr/", {"words": "litige : dispute", "seen": ""})

    assert response.status_code == 409
    assert "colis : paquet" in text(response)
    assert response.context["form"]["words"].value() == "litige : dispute"
    assert Synonyms.objects.get().word == "colis"

    seen_now = response.context["form"]["seen"].value().replace("\n", "\r\n")
    desk.post("/desk/help/synonyms/fr/", {"words": "litige : dispute", "seen": seen_now})
    assert Synonyms.objects.get().word == "litige"
