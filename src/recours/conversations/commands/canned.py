"""Keeping the answers that are sent often."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import IntegrityError, transaction

from recours.conversations.models import CannedAnswer
from recours.conversations.refusals import AnswerTitleTaken, TooManyAnswers
from recours.marketplaces.models import Marketplace
from recours.rules.lifecycle.decide.context import text_given

MOST_ANSWERS = 100
"""Of one shop, or of one desk."""


def save_answer(
    *,
    marketplace_id: UUID,
    shop_id: UUID | None,
    title: str,
    text: str,
    now: dt.datetime,
    answer_id: int | None = None,
) -> CannedAnswer:
    """Write a new answer, or the one with `answer_id` of this holder anew. The caller has checked that it is theirs.

    Raises AnswerTitleTaken, TooManyAnswers, TextMissing, TextTooLong, TextNotText; CannedAnswer.DoesNotExist.
    """
    text = text_given(text)
    theirs = CannedAnswer.objects.filter(marketplace_id=marketplace_id, shop=shop_id)
    try:
        with transaction.atomic():
            if answer_id is not None:
                answer = theirs.select_for_update().get(pk=answer_id)
                answer.title, answer.text, answer.changed_at = title, text, now
                answer.save(update_fields=["title", "text", "changed_at"])
                return answer
            # Two new ones at once are counted one after the other.
            Marketplace.objects.select_for_update().only("pk").get(pk=marketplace_id)
            if theirs.count() >= MOST_ANSWERS:
                raise TooManyAnswers(count=MOST_ANSWERS)
            return CannedAnswer.objects.create(
                marketplace_id=marketplace_id, shop_id=shop_id, title=title, text=text, changed_at=now
            )
    except IntegrityError as error:
        if "canned_answer_title_once" not in str(error):
            raise
        raise AnswerTitleTaken(title=title) from error


def delete_answer(*, marketplace_id: UUID, shop_id: UUID | None, answer_id: int) -> None:
    """Delete an answer of this holder; messages that were made of it stay as they were sent."""
    CannedAnswer.objects.filter(marketplace_id=marketplace_id, shop=shop_id, pk=answer_id).delete()
