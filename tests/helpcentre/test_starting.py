"""A marketplace begins with all articles; loading them again never touches what somebody edited."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests import factories
from tests.helpcentre.stage import again

from recours import clock
from recours.helpcentre.commands import load_articles, load_starting_set, publish, withdraw
from recours.helpcentre.front_matter import starting_set
from recours.helpcentre.models import Article, ArticleVersion, PublishedText

pytestmark = pytest.mark.django_db

FILES = starting_set()


def test_all_is_published_in_both_languages_once() -> None:
    place = factories.a_marketplace()

    first = load_starting_set(place.pk, clock.now())
    second = load_starting_set(place.pk, clock.now())

    assert len(first.new) == len(FILES) == PublishedText.objects.count() == ArticleVersion.objects.count()
    assert first.drafts == first.edited == second.new == second.changed == ()
    assert len(second.same) == len(FILES)
    assert not PublishedText.objects.filter(plain="").exists()


def test_what_somebody_edited_or_withdrew_is_left_alone() -> None:
    place = factories.a_marketplace()
    few = [file for file in FILES if file.slug in {"facture", "code-promo", "mediateur"}]
    load_articles(place.pk, few, clock.now())
    edited = Article.objects.get(slug="facture")
    again(edited, by=factories.a_user().pk, title="La nôtre", category="orders")
    withdrawn = Article.objects.get(slug="code-promo")
    withdraw(article_id=withdrawn.pk, language="fr", now=clock.now())

    done = load_articles(place.pk, [replace(file, title=f"{file.title} bis") for file in few], clock.now())

    assert done.edited == ("code-promo.fr", "facture.fr")
    assert set(done.changed) == {"code-promo.en", "facture.en", "mediateur.fr", "mediateur.en"}
    publish(article_id=edited.pk, language="fr", now=clock.now())
    titles = set(PublishedText.objects.filter(language="fr").values_list("title", flat=True))
    assert "La nôtre" in titles
    assert not PublishedText.objects.filter(article=withdrawn, language="fr").exists()
    assert all(
        ArticleVersion.objects.filter(
            article__slug=slug, language=lang, published_at__isnull=False, withdrawn_at=None
        ).count()
        == 1
        for slug, lang in (("mediateur", "fr"), ("mediateur", "en"), ("facture", "fr"))
    )


def test_articles_that_cite_a_law_we_do_not_know_stay_drafts() -> None:
    place = factories.a_marketplace(country="BE")

    done = load_starting_set(place.pk, clock.now())

    assert done.drafts
    assert len(done.drafts) + PublishedText.objects.count() == len(FILES)
    assert not PublishedText.objects.filter(plain__contains="code de la consommation").exists()
