"""How a shop answers, from the conversations of the last weeks."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import connection

from recours.rules.answering import SPAN, UNTERMED, Answering

# What the index conversation_shop_answers holds: the table itself is not read. A conversation about an order without
# a term began as a dispute, and says nothing of how the shop answers. A question that was set aside without an answer
# stays unanswered.
FIGURES = """
SELECT count(*), count(answered_at), count(answer_due_at), count(*) FILTER (WHERE answered_at < answer_due_at),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY answered_at - started_at)
FROM conversations_conversation
WHERE shop_id = %(shop)s AND started_at >= %(since)s AND (answer_due_at IS NOT NULL OR topic = 'before_purchase')
  AND (answered_at IS NOT NULL OR coalesce(answer_due_at, started_at + %(untermed)s * interval '1 day') <= %(now)s)
"""


def answering_of(shop_id: UUID, *, now: dt.datetime) -> Answering:
    """Return how a shop answered the questions put to it within `SPAN` before `now`, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, {"shop": shop_id, "since": now - SPAN, "untermed": UNTERMED.days, "now": now})
        asked, answered, due, in_time, median = cursor.fetchone()
    return Answering(asked=asked, answered=answered, due=due, in_time=in_time, median=median)
