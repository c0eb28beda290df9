"""Writing what readers get of an article."""

from __future__ import annotations

import pytest
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
def test_a_text_keeps_each_keyword_on_a_line_of_its_own() -> None:
    fill_rows([_text("Obtenir l’expédition")])

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
