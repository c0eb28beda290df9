"""The statement that writes what readers get of an article."""

from __future__ import annotations

import pytest
from django.db import connection
from tests import factories

from recours import clock
from recours.helpcentre.commands.filling_rows import FilledText, fill_rows
from recours.helpcentre.models import Article, ArticleVersion, PublishedText


def _text(title: str, **fields: object) -> FilledText:
    place = factories.a_marketplace()
    article = Article.objects.create(marketplace=place, slug="facture", category="orders", action="orders")
    version = ArticleVersion.objects.create(
        article=article, language="fr", number=1, title=title, summary="", body="", saved_at=clock.now()
    )
    defaults: dict[str, object] = {
        "article_id": article.pk, "marketplace_id": place.pk, "language": "fr", "version_id": version.pk,
        "title": title, "summary": "L’essentiel.", "html": "<p>Le reste.</p>", "plain": "Le reste.",
        "keywords": ("ticket de caisse", "reçu"), "filled_at": clock.now(),
    }  # fmt: skip
    return FilledText(**(defaults | fields))  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_text_is_written_with_its_words_and_what_they_weigh() -> None:
    fill_rows([_text("Obtenir l’expédition")])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT words @@ to_tsquery('french', 'expedition:A'), words @@ to_tsquery('french', 'recu:B'),"
            " words @@ to_tsquery('french', 'essentiel:C'), words @@ to_tsquery('french', 'reste:D')"
            " FROM helpcentre_publishedtext"
        )
        assert cursor.fetchone() == (True, True, True, True)
    assert PublishedText.objects.get().keywords == "ticket de caisse\nreçu"


@pytest.mark.django_db
def test_a_text_written_again_takes_the_place_of_the_old_one() -> None:
    text = _text("Ma facture")
    fill_rows([text])
    fill_rows(
        [FilledText(**{name: getattr(text, name) for name in text.__struct_fields__} | {"title": "Autre"})]
    )
    assert PublishedText.objects.get().title == "Autre"


@pytest.mark.django_db
def test_nothing_to_write_writes_nothing() -> None:
    fill_rows([])
    assert not PublishedText.objects.exists()
