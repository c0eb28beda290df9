"""An article is saved, published, withdrawn, filled anew; nothing that was written is lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests import factories
from tests.conftest import PRESENT
from tests.helpcentre.stage import LOST, TRACKING, a_draft, again, an_article, written
from time_machine import Traveller

from recours import clock
from recours.helpcentre.commands import count, publish, refill, save_draft, withdraw
from recours.helpcentre.models import Article, ArticleVersion, NothingFound, PublishedText, Verdict
from recours.helpcentre.queries import articles, editing
from recours.helpcentre.refusals import (
    AddressTaken,
    ArticleMoved,
    NothingToPublish,
    NotPublished,
    UnknownReference,
)
from recours.marketplaces.models import Marketplace
from recours.marketplaces.policies import publish_policy
from recours.rules.policy import preset

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Marketplace:
    return factories.a_marketplace()


def test_a_draft_is_not_shown(place: Marketplace) -> None:
    article = a_draft(place)

    assert articles.text_of(place.pk, article.slug, "fr") is None
    assert articles.shelves(place.pk, "fr") == []


def test_published_words_are_filled_in(place: Marketplace) -> None:
    an_article(place)

    text = PublishedText.objects.get()
    assert text.title == "Je n’ai jamais reçu mon colis"
    assert text.summary == "Ouvrez un litige\u202f: le vendeur a 5\u00a0jours pour répondre."
    assert "votre demande est accordée" in text.html
    assert '<a href="../suivre-mon-colis/"' in text.html
    assert text.plain.startswith("Avant\nRegardez le suivi.\n")
    assert text.keywords == "colis perdu\npas reçu"


def test_saving_the_same_words_is_no_new_version(place: Marketplace) -> None:
    article = a_draft(place)

    again(article)

    assert ArticleVersion.objects.count() == 1


def test_every_save_is_kept(place: Marketplace) -> None:
    article = an_article(place)

    again(article, body="Deux.")
    again(article, body="Trois.")

    assert [version.body for version in editing.versions_of(article.pk, "fr")] == [
        "Trois.",
        "Deux.",
        LOST["body"],
    ]
    assert "Avant" in PublishedText.objects.get().plain


def test_publishing_again_ends_the_version_before(place: Marketplace, frozen_clock: Traveller) -> None:
    article = an_article(place)
    again(article, body="Deux.")
    frozen_clock.move_to(PRESENT + dt.timedelta(hours=1))

    publish(article_id=article.pk, language="fr", now=clock.now())

    first, second = ArticleVersion.objects.order_by("number")
    assert first.withdrawn_at == clock.now()
    assert (second.published_at, second.withdrawn_at) == (clock.now(), None)
    assert PublishedText.objects.get().plain == "Deux."


def test_withdrawing_hides_and_publishing_shows_again(place: Marketplace) -> None:
    article = an_article(place)

    withdraw(article_id=article.pk, language="fr", now=clock.now())

    assert not PublishedText.objects.exists()
    assert editing.standings_of(article.pk)[0].published == 0
    with pytest.raises(NotPublished):
        withdraw(article_id=article.pk, language="fr", now=clock.now())
    publish(article_id=article.pk, language="fr", now=clock.now())
    assert PublishedText.objects.count() == 1
    assert editing.standings_of(article.pk)[0].published == 1


def test_an_unknown_reference_is_not_published(place: Marketplace) -> None:
    article = an_article(place)
    again(article, body="{{ policy.nothing }}")

    with pytest.raises(UnknownReference):
        publish(article_id=article.pk, language="fr", now=clock.now())

    assert "Avant" in PublishedText.objects.get().plain
    assert ArticleVersion.objects.filter(published_at=None).count() == 1


def test_nothing_is_published_of_a_language_that_nobody_wrote(place: Marketplace) -> None:
    with pytest.raises(NothingToPublish):
        publish(article_id=an_article(place).pk, language="en", now=clock.now())


def test_two_editors_at_once_the_second_is_told(place: Marketplace) -> None:
    article = a_draft(place)
    seen = "1:" + "|".join(["shipping", "not_arrived", "dispute:lost", "0", "suivre-mon-colis"])
    again(article, body="Le premier.")

    with pytest.raises(ArticleMoved):
        save_draft(
            marketplace_id=place.pk,
            article_id=article.pk,
            written=written(**LOST | {"body": "Le second."}),
            by=None,
            now=clock.now(),
            seen=seen,
        )

    assert ArticleVersion.objects.order_by("-number")[0].body == "Le premier."


def test_an_address_is_taken_once(place: Marketplace) -> None:
    a_draft(place)

    with pytest.raises(AddressTaken) as refusal:
        a_draft(place, title="Un autre")

    assert "« colis-non-recu »".replace(" ", "\u202f") in refusal.value.explain("fr")
    assert Article.objects.count() == ArticleVersion.objects.count() == 1
    a_draft(factories.a_marketplace())


def test_a_new_policy_fills_anew(place: Marketplace) -> None:
    an_article(place)
    text = preset("default").replace('response = "5 days"', 'response = "3 working days"')
    publish_policy(marketplace_id=place.pk, source=text, now=clock.now())

    assert refill(place.pk, clock.now()).written == 1

    assert "3\u00a0jours ouvrés" in PublishedText.objects.get().summary


def test_what_refers_to_nothing_any_more_keeps_its_words(place: Marketplace) -> None:
    an_article(place, body="Selon {{ law.withdrawal.article }}.")
    an_article(place, **TRACKING)
    Marketplace.objects.filter(pk=place.pk).update(country="BE")

    done = refill(place.pk, clock.now())

    assert done.written == 1
    assert done.left == {"colis-non-recu.fr": ("law.withdrawal.article",)}
    assert "L221-18" in PublishedText.objects.get(article__slug="colis-non-recu").plain


def test_an_article_in_the_missing_language_is_the_french_one(place: Marketplace) -> None:
    an_article(place)
    article = an_article(place, **TRACKING)
    again(article, **TRACKING | {"language": "en", "title": "Where is my parcel?"})
    publish(article_id=article.pk, language="en", now=clock.now())

    titles = [text.title for text in articles.listed(place.pk, "en")]

    assert titles == ["Je n’ai jamais reçu mon colis", "Where is my parcel?"]
    assert [text.language for text in articles.listed(place.pk, "fr")] == ["fr", "fr"]
    lost = articles.text_of(place.pk, "colis-non-recu", "en")
    assert lost is not None
    assert lost.language == "fr"


def test_shelves_follow_the_sections(place: Marketplace) -> None:
    an_article(place)
    an_article(place, **TRACKING)
    an_article(place, **TRACKING | {"slug": "divers", "section": "", "title": "Divers"})

    (shelf,) = articles.shelves(place.pk, "fr")

    assert [(section.key, len(section.texts)) for section in shelf.sections] == [
        ("tracking", 1),
        ("not_arrived", 1),
        ("", 1),
    ]
    assert shelf.count == 3


def test_articles_of_another_marketplace_are_not_there(place: Marketplace) -> None:
    article = an_article(factories.a_marketplace())

    assert articles.text_of(place.pk, article.slug, "fr") is None
    assert articles.listed(place.pk, "fr") == []
    assert editing.article_of({place.pk}, article.pk) is None


def test_verdicts_are_counted_by_day(place: Marketplace) -> None:
    article = an_article(place)
    today = dt.date(2026, 11, 20)

    for what in ("read", "read", "solved", "claimed"):
        count(article_id=article.pk, language="fr", what=what, on=today)
    count(article_id=article.pk, language="fr", what="read", on=today - dt.timedelta(days=91))

    assert Verdict.objects.count() == 2
    assert editing.counts_of(place.pk, today) == {article.pk: editing.Counts(2, 1, 0, 1)}
    assert articles.most_read(place.pk, today) == [article.pk]


def test_standings_say_what_is_missing_older_or_not_published(
    place: Marketplace, frozen_clock: Traveller
) -> None:
    article = an_article(place)
    missing = editing.standings_of(article.pk)
    frozen_clock.move_to(PRESENT + dt.timedelta(days=1))
    again(article, language="en", title="Lost")

    french, english = editing.standings_of(article.pk)

    assert missing[1].is_missing
    assert (french.published, french.is_older, french.is_draft) == (1, True, False)
    assert (english.published, english.is_older, english.is_draft) == (0, False, True)


@pytest.mark.parametrize("how_many", [1, 3])
def test_lists_cost_the_same_with_more_articles(
    place: Marketplace, how_many: int, django_assert_num_queries: Any
) -> None:
    for number in range(how_many):
        an_article(place, slug=f"a{number}")
    NothingFound.objects.create(marketplace=place, language="fr", words="x", last_on=dt.date(2026, 11, 20))

    with django_assert_num_queries(1):
        articles.shelves(place.pk, "fr")
    with django_assert_num_queries(3):
        rows = editing.rows_of(place.pk, "shipping", "fr", dt.date(2026, 11, 20))

    assert len(rows) == how_many
    assert [question.words for question in editing.questions_of(place.pk)] == ["x"]
