"""What editors do with readers' words: say which mean the same, and put away a question that found nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from recours.helpcentre.finding.thesaurus import starting_groups
from recours.helpcentre.models import NothingFound, Synonyms
from recours.helpcentre.queries.editing import synonyms_of
from recours.helpcentre.refusals import ArticleMoved
from recours.marketplaces.models import Marketplace
from recours.rules.wording import LANGUAGES


def synonyms_seen(rows: Sequence[Synonyms]) -> str:
    """Return what a page showed of the synonyms: who saves from it must have seen the last state."""
    return "\n".join(f"{row.word} : {', '.join(row.others)}" for row in rows)


def save_synonyms(
    *, marketplace_id: UUID, language: str, words: Mapping[str, Sequence[str]], seen: str
) -> None:
    """Replace the synonyms of a language by these, in one transaction under the marketplace's lock.

    Raises ArticleMoved when somebody saved others since the page that `seen` is of.
    """
    with transaction.atomic():
        Marketplace.objects.select_for_update().get(pk=marketplace_id)
        rows = synonyms_of(marketplace_id, language)
        if synonyms_seen(rows) != seen:
            raise ArticleMoved
        Synonyms.objects.filter(pk__in=[row.pk for row in rows]).delete()
        Synonyms.objects.bulk_create(
            Synonyms(marketplace_id=marketplace_id, language=language, word=word, others=list(others))
            for word, others in words.items()
        )


def load_starting_synonyms(marketplace_id: UUID) -> int:
    """Give a marketplace the synonyms that come with Recours, in each language in which it has none; return how many
    groups. What an editor saved is never touched."""
    made = 0
    with transaction.atomic():
        Marketplace.objects.select_for_update().get(pk=marketplace_id)
        for language in LANGUAGES:
            if not Synonyms.objects.filter(marketplace_id=marketplace_id, language=language).exists():
                groups = starting_groups(language)
                Synonyms.objects.bulk_create(
                    Synonyms(marketplace_id=marketplace_id, language=language, word=word, others=others)
                    for word, others in groups.items()
                )
                made += len(groups)
    return made


def forget_question(*, marketplace_id: UUID, question_id: int) -> None:
    """Put away a question that found nothing; asked again, it comes back."""
    NothingFound.objects.filter(pk=question_id, marketplace_id=marketplace_id).delete()
