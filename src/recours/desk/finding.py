"""The search of the desk: one box, for a number, a name or words. What an agent does not see is not found.

Numbers are looked up first, and alone when they name something. Names match from the beginning of each word, so that
half a name is enough; words match as French bends them, with or without accents. Each place is asked for MOST_FOUND at
most, by an index of its own: what is common is found in part, and the page says so. Of what every claim says the latest
are found.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.db import connection
from msgspec import Struct

from recours.claims.models import Claim
from recours.claims.queries import PAGE
from recours.desk.queries import Desk, listed

LONGEST = 200
MOST_FOUND = 200
FEW, LATEST = 10, 4 * PAGE
"""Claims that are read rather than looked up: what more than one of the few latest says is read in more of them, and
what every fourth says fills a page."""
EXCERPT = 140

# Two walks along two unique indexes: an OR between them would read the whole table.
NUMBERED = """
SELECT id FROM claims_claim WHERE marketplace_id = %(place)s AND reference = ANY(%(references)s)
UNION SELECT * FROM (
  SELECT claim.id FROM marketplaces_order AS bought JOIN claims_claim AS claim ON claim.order_id = bought.id
  WHERE bought.marketplace_id = %(place)s AND bought.number = ANY(%(numbers)s) LIMIT %(page)s) AS by_order
"""
NAMED = """
SELECT * FROM (
  SELECT claim.id, claim.opened_at, 'buyer' AS place, buyer.name AS text FROM (
    SELECT id, name FROM marketplaces_buyer
    WHERE marketplace_id = %(place)s AND recours_names(name) @@ to_tsquery('simple', recours_fold(%(names)s))
    LIMIT %(most)s) AS buyer JOIN claims_claim AS claim ON claim.buyer_id = buyer.id
  LIMIT %(most)s) AS by_buyer
UNION ALL SELECT * FROM (
  SELECT claim.id, claim.opened_at, 'buyer', buyer.email
  FROM marketplaces_buyer AS buyer JOIN claims_claim AS claim ON claim.buyer_id = buyer.id
  WHERE buyer.marketplace_id = %(place)s AND buyer.email = lower(%(text)s) LIMIT %(most)s) AS by_address
UNION ALL SELECT * FROM (
  SELECT claim.id, claim.opened_at, 'shop', shop.name FROM marketplaces_shop AS shop
  CROSS JOIN LATERAL (
    SELECT id, opened_at FROM claims_claim WHERE shop_id = shop.id AND state <> 'closed' LIMIT %(most)s) AS claim
  WHERE shop.marketplace_id = %(place)s AND recours_names(shop.name) @@ to_tsquery('simple', recours_fold(%(names)s))
  LIMIT %(most)s) AS by_shop
"""
READ = """
SELECT claim.id, claim.opened_at, said.text FROM (
  SELECT id, opened_at FROM claims_claim WHERE marketplace_id = %(place)s
  ORDER BY opened_at DESC, id DESC {stretch}) AS claim
CROSS JOIN LATERAL (
  SELECT recours_said(body) AS text FROM claims_claimevent WHERE claim_id = claim.id
    AND recours_words(recours_said(body)) @@ websearch_to_tsquery('french', recours_fold(%(words)s))
  LIMIT 1) AS said
"""
# The words are in the statement itself, so that the planner knows how common they are. An index of words reads all that
# holds them, a million events for what every claim says: where the latest claims fill a page the others are not asked.
SAID = f"""
WITH few AS MATERIALIZED ({READ.format(stretch="LIMIT %(few)s")}),
more AS MATERIALIZED ({READ.format(stretch="OFFSET %(few)s LIMIT %(latest)s")}
  WHERE (SELECT count(*) FROM few) > 1 LIMIT %(full)s),
latest AS (SELECT * FROM few UNION ALL SELECT * FROM more)
SELECT id, opened_at, 'event' AS place, text FROM latest
UNION ALL SELECT * FROM (
  SELECT claim.id, claim.opened_at, 'message', message.text
  FROM conversations_message AS message
  JOIN claims_claim AS claim ON claim.conversation_id = message.conversation_id
  WHERE message.words @@ websearch_to_tsquery('french', recours_fold(%(words)s)) AND claim.marketplace_id = %(place)s
  LIMIT %(most)s) AS in_messages
UNION ALL SELECT * FROM (
  SELECT claim.id, claim.opened_at, 'event', recours_said(event.body)
  FROM claims_claimevent AS event JOIN claims_claim AS claim ON claim.id = event.claim_id
  WHERE recours_words(recours_said(event.body)) @@ websearch_to_tsquery('french', recours_fold(%(words)s))
    AND recours_said(event.body) IS NOT NULL AND claim.marketplace_id = %(place)s
    AND (SELECT count(*) FROM latest) <= %(page)s
  LIMIT %(most)s) AS in_events
UNION ALL SELECT * FROM (
  SELECT claim.id, claim.opened_at, 'note', note.text
  FROM claims_internalnote AS note JOIN claims_claim AS claim ON claim.id = note.claim_id
  WHERE recours_words(note.text) @@ websearch_to_tsquery('french', recours_fold(%(words)s))
    AND claim.marketplace_id = %(place)s
  LIMIT %(most)s) AS in_notes
"""  # noqa: S608 (the text is ours)


class Hit(Struct, frozen=True):
    """A claim, and where it was found: `buyer`, `shop`, `message`, `event` or `note`; "" for its own number."""

    claim: Claim
    place: str = ""
    excerpt: str = ""


class Search(Struct, frozen=True):
    """What was found, the latest first. `is_part`: there is more than the page shows."""

    hits: list[Hit]
    is_part: bool = False


def search(desk: Desk, text: str) -> Search:
    """Find claims by their number or their order's, by a name, or by what was said in them."""
    wanted = " ".join(text.replace("\0", " ").split())[:LONGEST]
    if not wanted:
        return Search([])
    numbered = _numbered(desk, wanted)
    if numbered:
        return Search([Hit(row) for row in numbered])
    found = _asked(NAMED, desk, wanted) + _asked(SAID, desk, wanted)
    places: dict[UUID, tuple[str, str]] = {}
    for key, _opened_at, place, said in sorted(found, key=lambda row: (row[1], str(row[0])), reverse=True):
        places.setdefault(key, (place, said))
    # Names and words are searched in the whole marketplace: what the agent is a party to falls out here.
    keys = list(places)[: PAGE * 2]
    rows = listed(desk.claims.filter(pk__in=keys)).order_by("-opened_at", "-id")[:PAGE]
    hits = [Hit(row, places[row.pk][0], excerpt(places[row.pk][1], wanted)) for row in rows]
    return Search(hits, is_part=len(places) > len(hits) >= PAGE)


def _numbered(desk: Desk, wanted: str) -> list[Claim]:
    reference = wanted.upper()
    values: dict[str, Any] = {
        "place": desk.marketplace.pk,
        "references": [reference, f"L-{reference}"],
        "numbers": [wanted, wanted.upper(), wanted.lower()],
        "page": PAGE,
    }
    with connection.cursor() as cursor:
        cursor.execute(NUMBERED, values)
        found = [key for (key,) in cursor.fetchall()]
    return list(listed(desk.claims.filter(pk__in=found)).order_by("-opened_at", "-id")) if found else []


def _asked(statement: str, desk: Desk, wanted: str) -> list[Any]:
    values: dict[str, Any] = {
        "place": desk.marketplace.pk,
        "text": wanted,
        "names": " & ".join(f"{word}:*" for word in re.findall(r"\w+", wanted)) or "x & !x",
        # Folding joins what a typographic apostrophe keeps apart, and phones write both kinds.
        "words": wanted.replace("’", "'"),
        "most": MOST_FOUND,
        "few": FEW,
        "latest": LATEST,
        "full": PAGE * 2,
        "page": PAGE,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def excerpt(said: str, wanted: str) -> str:
    """Return the words of `said` around the first that was looked for; its beginning when none is recognised."""
    flat = " ".join(said.split())
    starts = [flat.lower().find(word[:4].lower()) for word in re.findall(r"\w{3,}", wanted)]
    first = min((at for at in starts if at >= 0), default=0)
    begin = max(0, flat.rfind(" ", 0, max(0, first - EXCERPT // 3)) + 1)
    cut = flat[begin : begin + EXCERPT]
    return f"{'… ' if begin else ''}{cut}{' …' if begin + EXCERPT < len(flat) else ''}"
