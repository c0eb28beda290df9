"""Keeping a view of the desk, and letting it go."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import IntegrityError, transaction

from recours.casework.models import SavedView
from recours.casework.refusals import TooManyViews, ViewNameMissing, ViewNameTaken
from recours.people.models import User
from recours.rules.casework.filters import Filters

MOST_VIEWS = 30
"""Of one person at one desk: each is counted whenever the queue is drawn."""
LONGEST_NAME = 60


def save_view(
    *, marketplace_id: UUID, owner: User, name: str, filters: Filters, is_shared: bool, now: dt.datetime
) -> SavedView:
    """Keep a view under a name. The caller has checked that its owner works at this desk.

    Raises ViewNameMissing, ViewNameTaken, TooManyViews.
    """
    name = " ".join(name.replace("\0", " ").split())
    if not name or len(name) > LONGEST_NAME:
        raise ViewNameMissing
    try:
        with transaction.atomic():
            # Two at once are counted one after the other.
            User.objects.select_for_update(no_key=True).only("pk").get(pk=owner.pk)
            if SavedView.objects.filter(owner=owner, marketplace_id=marketplace_id).count() >= MOST_VIEWS:
                raise TooManyViews(count=MOST_VIEWS)
            return SavedView.objects.create(
                marketplace_id=marketplace_id,
                owner=owner,
                name=name,
                filters=filters,
                is_shared=is_shared,
                saved_at=now,
            )
    except IntegrityError as error:
        if "saved_view_name_once" not in str(error):
            raise
        raise ViewNameTaken(name=name) from error


def delete_view(*, view_id: UUID, owner_id: UUID) -> bool:
    """Let a view of one's own go; whether there was one. Colleagues lose it too, when it was shared."""
    return SavedView.objects.filter(pk=view_id, owner_id=owner_id).delete()[0] > 0
