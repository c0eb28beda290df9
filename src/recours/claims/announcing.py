"""Telling whom it concerns that a claim changed, in the transaction that changed it.

`rules.lifecycle.telling` says who is told what; here their addresses are found and the lines written, in one statement
for one event or for a whole batch of the sweep. Whoever cannot be reached is left out: telling never stops an act.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from django.urls import reverse

from recours.claims.models import Claim as ClaimRow
from recours.composed import Composed
from recours.conversations.news import Follower
from recours.notices.commands import Reader
from recours.notices.kinds import Kind
from recours.notices.telling import statement, tell_found
from recours.rules.lifecycle.claim import Claim
from recours.rules.lifecycle.events import Event, GroundChanged
from recours.rules.lifecycle.telling import Telling, tellings
from recours.rules.lifecycle.vocabulary import Role

RENDERER = "claims"
"""The entry of settings.MAIL_RENDERERS that words these mails: `claims.mails`."""


class Change(NamedTuple):
    """What one act, or silence, made of one claim: the claim after it, and its events with their numbers."""

    claim_id: UUID
    claim: Claim
    events: list[tuple[int, Event]]


class Told(msgspec.Struct):
    """One role of one claim to be told of one event, as the statement takes it."""

    claim: UUID
    seq: int
    role: Role
    kind: Kind
    protects: bool
    detail: str
    rings: int = 0
    agent: UUID | None = None


FOUND = "asked.*, claim.id AS claim_id, claim.reference, claim.title, claim.marketplace_id"

LANGUAGE = "CASE person.language WHEN 'zh' THEN 'en' ELSE coalesce(nullif(person.language, ''), 'fr') END"
"""What buyers and the desk are written to in: Chinese has the words of a shop's mails, and of no others."""

READERS = f"""
reader AS (
  SELECT {FOUND}, person.id AS user_id, coalesce(person.email, buyer.email) AS address,
    coalesce(person.name, buyer.name) AS name, {LANGUAGE} AS language,
    %(buyer)s::text AS page
  FROM asked JOIN claims_claim AS claim ON claim.id = asked.claim
  JOIN marketplaces_buyer AS buyer ON buyer.id = claim.buyer_id
  LEFT JOIN people_user AS person ON person.id = buyer.user_id
  WHERE asked.role = 'buyer'
UNION ALL
  SELECT {FOUND}, person.id, coalesce(person.email, shop.email), coalesce(person.name, shop.name),
    coalesce(nullif(person.language, ''), CASE WHEN shop.country = 'CN' THEN 'zh' ELSE 'fr' END), %(seller)s::text
  FROM asked JOIN claims_claim AS claim ON claim.id = asked.claim
  JOIN marketplaces_buyer AS buyer ON buyer.id = claim.buyer_id
  JOIN marketplaces_shop AS shop ON shop.id = claim.shop_id
  LEFT JOIN (people_shopstaff AS staff JOIN people_user AS person ON person.id = staff.user_id AND person.is_active)
    ON staff.shop_id = claim.shop_id
  -- Who bought from the shop they work for is the buyer there, and sees the claim as the buyer only.
  WHERE asked.role = 'seller' AND (person.id IS NULL OR person.id IS DISTINCT FROM buyer.user_id)
UNION ALL
  SELECT {FOUND}, person.id, '', person.name, {LANGUAGE}, %(agent)s::text
  FROM asked JOIN claims_claim AS claim ON claim.id = asked.claim
  JOIN people_user AS person ON person.id = asked.agent AND person.is_active
  WHERE asked.role = 'agent'
), news AS MATERIALIZED (
  SELECT user_id, role, address, name, language, kind, protects, key,
    'claim:' || claim_id AS topic, marketplace_id, coalesce(nullif(title, ''), reference) AS title, detail,
    replace(page, 'REFERENCE', reference) AS path, '{RENDERER}' AS renderer, payload, rings
  FROM reader
)
"""  # noqa: S608 -- names of columns
"""How each role of `asked (claim, role, agent, kind, protects, key, detail, payload, rings)` is reached: a buyer at
their account's address or the one that the marketplace knows, a shop at its staff's or its own, an agent by the bell
alone."""

TELL_EVENTS = statement(f"""
WITH asked AS MATERIALIZED (
  SELECT claim, role, agent, kind, protects, 'claim:' || claim || ':' || seq AS key, detail,
    jsonb_build_object('claim', claim, 'seq', seq) AS payload, rings
  FROM json_to_recordset(%(told)s::json) AS told (claim uuid, seq integer, role text, kind text, protects boolean,
    detail text, rings integer, agent uuid)
), {READERS}""")  # noqa: S608 -- written above


def announce(changes: Iterable[Change], *, now: dt.datetime) -> None:
    """Tell whom these changes concern, in one statement in the caller's transaction; none where they concern nobody."""
    told = [one for change in changes for one in _told(change)]
    if told:
        tell_found(TELL_EVENTS, {"told": msgspec.json.encode(told).decode(), **paths()}, now=now)


def _told(change: Change) -> Iterator[Told]:
    """Yield whom one change concerns. What is one line behind a bell rings with its latest words, and their number."""
    last: dict[tuple[Role, Kind], Told] = {}
    for seq, event in change.events:
        for telling in tellings(event):
            if not _is_there(telling, event, change.claim):
                continue
            kind = Kind(telling.matter)
            one = Told(change.claim_id, seq, telling.role, kind, kind.protects, telling.detail)
            one.agent = change.claim.assigned_to if telling.role is Role.AGENT else None
            before = last.get((telling.role, kind))
            one.rings = 1
            if before is not None:
                one.rings += before.rings if before.detail == one.detail else 0
                before.rings = 0
            last[telling.role, kind] = one
            yield one


def _is_there(telling: Telling, event: Event, claim: Claim) -> bool:
    match telling.role:
        case Role.SELLER:
            # A change of ground that leaves the seller out is the last thing that they are told.
            return claim.has_seller or isinstance(event, GroundChanged)
        case Role.AGENT:
            return claim.assigned_to is not None and claim.assigned_to != event.by.id
        case _:
            return True


def _held(conversation_id: UUID) -> QuerySet[ClaimRow]:
    rows = ClaimRow.objects.filter(conversation_id=conversation_id, assigned_to__is_active=True)
    return rows.only("reference", "assigned_to_id").order_by("pk")


_HELD = Composed(_held)


def agent_following(conversation_id: UUID) -> list[Follower]:
    """Return the agent who holds the claim that this conversation belongs to: the bell alone, cleared by the claim."""
    held = _HELD.first(conversation_id)
    if held is None:
        return []
    reader = Reader(role=Role.AGENT, address="", user_id=held.assigned_to_id)
    return [Follower(reader, f"claim:{held.pk}", reverse("desk:claim", args=[held.reference]))]


@cache
def paths() -> dict[str, Any]:
    """Return where each role reads a claim, with REFERENCE for its reference."""
    pages = {"buyer": "buyer:claim", "seller": "seller:claim", "agent": "desk:claim"}
    return {role: reverse(page, args=["REFERENCE"]) for role, page in pages.items()}
