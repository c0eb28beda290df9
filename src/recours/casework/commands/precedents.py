"""Counting how claims ended, so that the page of a claim reads a few rows of counts and not a million claims."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction

from recours import clock
from recours.rules.casework.precedents import BANDS_MINOR

WITHIN = dt.timedelta(days=365)

COUNT = """
INSERT INTO casework_precedent (marketplace_id, ground, band, resolution, cases)
SELECT marketplace_id, ground, width_bucket(disputed_minor, %(bands)s::bigint[]), resolution, count(*)
FROM claims_claim
WHERE state = 'closed' AND closed_at > %(since)s AND closed_at <= %(now)s
GROUP BY 1, 2, 3, 4
"""


def count_precedents(*, now: dt.datetime | None = None) -> None:
    """Count anew how the claims closed within a year ended, by marketplace, ground and size.

    Readers see the counts of before until the transaction commits. A closed claim that opens again counts no more.
    """
    now = now or clock.now()
    values: dict[str, Any] = {"bands": list(BANDS_MINOR), "since": now - WITHIN, "now": now}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM casework_precedent")
        cursor.execute(COUNT, values)
