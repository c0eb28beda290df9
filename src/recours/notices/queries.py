"""What changed since somebody last looked, and which mails they want."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection

from recours.notices.kinds import Kind
from recours.notices.models import MailChoice, Notice
from recours.ui.paging import Place

PAGE = 30
MOST = 100
"""The bell counts no further: "99+"."""

# Asked by every page of who is signed in: written out, and answered by the index of what is unseen.
UNSEEN = """
SELECT count(*) FROM (
  SELECT 1 FROM notices_notice WHERE user_id = %s AND seen_at IS NULL LIMIT %s
) AS unseen
"""


def unseen_statement(user_id: UUID | None) -> tuple[str, list[Any]]:
    """Return the statement that counts what somebody has not seen, up to MOST, and its values: to be asked together
    with other counts.
    """
    return UNSEEN, [user_id, MOST]


def unseen(user_id: UUID) -> int:
    """Return how many lines somebody has not seen, at most MOST."""
    with connection.cursor() as cursor:
        cursor.execute(*unseen_statement(user_id))
        return int(cursor.fetchone()[0])


def notices_page(user_id: UUID, *, after: Place | None) -> list[Notice]:
    """Return somebody's lines, the newest first, from a place on; one more than PAGE when there are more."""
    rows = Notice.objects.filter(user_id=user_id).order_by("-at", "-id")
    if after is not None:
        at, key = after
        rows = rows.extra(where=["(notices_notice.at, notices_notice.id) < (%s, %s)"], params=[at, key])
    return list(rows[: PAGE + 1])


def switched_off(user_id: UUID) -> set[Kind]:
    """Return the kinds of mail that somebody does not want; those that protect are never among them."""
    chosen = MailChoice.objects.filter(user_id=user_id).values_list("kind", flat=True)
    return {kind for kind in Kind if kind in set(chosen) and not kind.protects}
