"""What stands beside a claim: who else is here, what both parties had before, what similar claims got. One query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from recours.casework.commands.holding import draft_of_claim
from recours.casework.commands.presence import LOOKS_FOR, WRITES_FOR
from recours.claims.presentation import word
from recours.claims.queries import OpenedClaim
from recours.desk.held import Held, Waiting, waiting_of
from recours.desk.languages import BUYERS, SHOPS, written_to
from recours.desk.queries import MOST, Desk
from recours.desk.views.door import kept_place
from recours.rules.access import Identity
from recours.rules.casework.precedents import Outcome, Precedents, band, precedents
from recours.rules.lifecycle.vocabulary import Ground, Resolution, State

SHOWN = 5

HERE = """
SELECT coalesce(nullif(person.name, ''), person.email) AS name, coalesce(here.typed_at > %(writing)s, false) AS writes
FROM casework_presence AS here JOIN people_user AS person ON person.id = here.user_id
WHERE here.claim_id = %(claim)s AND here.user_id <> %(me)s AND here.seen_at > %(looking)s
ORDER BY 1
"""

BESIDE = f"""
SELECT
  (SELECT json_agg(row_to_json(earlier)) FROM (
    SELECT reference, ground, state, resolution FROM claims_claim
    WHERE buyer_id = %(buyer)s AND marketplace_id = %(place)s AND id <> %(claim)s
      AND (shop_id IS NULL OR shop_id <> ALL(%(my_shops)s::uuid[]))
    ORDER BY opened_at DESC, id DESC LIMIT %(shown)s) AS earlier),
  (SELECT json_agg(row_to_json(earlier)) FROM (
    SELECT reference, ground, state, resolution FROM claims_claim
    WHERE shop_id = %(shop)s AND state = 'closed' AND id <> %(claim)s
      AND buyer_id <> ALL(%(my_buyers)s::uuid[])
    ORDER BY sort_at DESC, id DESC LIMIT %(shown)s) AS earlier),
  (SELECT count(*) FROM (
    SELECT 1 FROM claims_claim WHERE shop_id = %(shop)s AND state = 'with_platform' LIMIT %(most)s) AS open),
  (SELECT json_object_agg(resolution, cases) FROM casework_precedent
    WHERE marketplace_id = %(place)s AND ground = %(ground)s AND band = %(band)s),
  (SELECT json_build_array(at, note) FROM casework_reminder WHERE claim_id = %(claim)s AND user_id = %(me)s),
  (SELECT json_agg(json_build_array(others.name, others.writes)) FROM (
    {HERE}) AS others),
  (SELECT json_agg(json_build_object('pk', id, 'title', title) ORDER BY title, id)
    FROM conversations_cannedanswer WHERE marketplace_id = %(place)s AND shop_id IS NULL),
  (SELECT json_agg(row_to_json(sent)) FROM (
    SELECT ref, carrier, tracking, shipped_on, promised_on, delivered_on, delivery_source
    FROM marketplaces_parcel WHERE order_id = %(order)s ORDER BY id) AS sent),
  (SELECT json_object_agg(id, coalesce(nullif(name, ''), email)) FROM people_user WHERE id = ANY(%(people)s::uuid[])),
  (SELECT json_agg(json_build_object('id', held.id, 'text', held.text, 'own_text', held.own_text,
      'leaves_at', held.leaves_at, 'trouble', held.trouble, 'author_id', author.id,
      'who', coalesce(nullif(author.name, ''), author.email))
      ORDER BY held.written_at, held.id)
    FROM casework_heldmessage AS held JOIN people_user AS author ON author.id = held.author_id
    WHERE held.claim_id = %(claim)s),
  (SELECT answers::json FROM conversations_messagedraft WHERE user_id = %(me)s AND about = %(draft)s),
  (SELECT json_agg(row_to_json(related)) FROM (
    SELECT other.reference, other.ground, other.state, other.resolution, link.reason
    FROM casework_claimlink AS link
    JOIN claims_claim AS other ON other.id IN (link.first_id, link.second_id) AND other.id <> %(claim)s
    WHERE (link.first_id = %(claim)s OR link.second_id = %(claim)s) AND other.buyer_id <> ALL(%(my_buyers)s::uuid[])
      AND (other.shop_id IS NULL OR other.shop_id <> ALL(%(my_shops)s::uuid[]))
    ORDER BY link.linked_at DESC, link.id DESC LIMIT %(most)s) AS related),
  (SELECT json_build_object('name', name, 'says', says, 'number', number, 'next_at', next_at, 'ended_at', ended_at,
      'ending', ending)
    FROM casework_planrun WHERE claim_id = %(claim)s ORDER BY started_at DESC, id DESC LIMIT 1),
  (SELECT json_agg(json_build_object('pk', id, 'name', name) ORDER BY name)
    FROM casework_actionplan WHERE marketplace_id = %(place)s),
  ({BUYERS}),
  ({SHOPS})
"""  # noqa: S608 -- our own SQL


class ParcelTold(Struct, frozen=True, kw_only=True):
    """A parcel of the order, as the marketplace told it."""

    ref: str
    carrier: str
    tracking: str
    shipped_on: dt.date | None
    promised_on: dt.date | None
    delivered_on: dt.date | None
    delivery_source: str


class Beside(Struct, frozen=True, kw_only=True):
    """What the page of a claim shows besides the claim."""

    of_buyer: list[dict[str, str]]
    of_shop: list[dict[str, str]]
    shop_open: str
    shop_url: str
    similar: str
    reminder: tuple[dt.datetime, str] | None
    others: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    """What the desk has written in advance, by title."""
    parcels: list[ParcelTold]
    """Of the claim's order, in the marketplace's order."""
    names: dict[UUID, str]
    """How to call the people who were asked for."""
    held: list[Waiting]
    """What agents have sent to the parties and can still take back."""
    draft: dict[str, Any]
    """What this agent has typed to the parties, and not sent, by the names of the form's fields."""
    related: list[dict[str, str]]
    """The claims that colleagues linked with this one, and why."""
    run: dict[str, Any] | None
    """The latest action plan of the claim."""
    plans: list[dict[str, Any]]
    """The desk's plans, by name."""
    written_to: str
    """In which languages the parties are written to."""


def beside(opened: OpenedClaim, identity: Identity, people: Collection[UUID] = ()) -> Beside:
    """Read it in one statement. What the agent is a party to does not exist here either."""
    row = opened.row
    values: dict[str, Any] = {
        "claim": row.pk, "buyer": row.buyer_id, "shop": row.shop_id, "place": row.marketplace_id,
        "ground": row.ground, "band": band(row.disputed_minor), "me": opened.actor.id, "shown": SHOWN, "most": MOST,
        **_lately(opened.now), "my_shops": list(identity.shop_ids), "my_buyers": list(identity.buyer_ids),
        "order": row.order_id, "people": list(people), "draft": draft_of_claim(row.pk),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(BESIDE, values)
        (
            of_buyer,
            of_shop,
            shop_open,
            ended,
            reminder,
            others,
            answers,
            parcels,
            names,
            held,
            draft,
            related,
            run,
            plans,
            buyers_language,
            shops_languages,
        ) = cursor.fetchone()
    at_shop = {
        "queue": "to_rule",
        "shop": row.shop_id,
        **kept_place(Desk(identity=identity, marketplace=row.marketplace)),
    }
    shop_url = f"{reverse('desk:queue')}?{urlencode(at_shop)}" if row.shop_id else ""
    return Beside(
        of_buyer=_worded(of_buyer),
        of_shop=_worded(of_shop),
        shop_open=f"{MOST - 1}+" if shop_open >= MOST else str(shop_open),
        shop_url=shop_url,
        similar=similar(precedents({Resolution(key): cases for key, cases in (ended or {}).items() if key})),
        reminder=(dt.datetime.fromisoformat(reminder[0]), reminder[1]) if reminder else None,
        others=_others(others or []),
        answers=answers or [],
        parcels=msgspec.convert(parcels or [], list[ParcelTold]),
        names={UUID(key): name for key, name in (names or {}).items()},
        held=[
            waiting_of(one, opened.actor.id, reverse("desk:claim", args=[row.reference]), opened.now)
            for one in msgspec.convert(held or [], list[Held])
        ],
        draft=draft or {},
        run=run,
        plans=plans or [],
        written_to=written_to(buyers_language, shops_languages or []),
        related=[
            line | {"reason": row["reason"]}
            for line, row in zip(_worded(related), related or [], strict=True)
        ],
    )


def similar(found: Precedents) -> str:
    """Say what similar claims got, with the number of cases."""
    if not found.cases:
        return _("Aucun dossier semblable (même motif, montant voisin) n’a été clos depuis un an.")
    names = {
        Outcome.WHOLE: _("remboursés"),
        Outcome.PART: _("remboursés en partie"),
        Outcome.REPLACED: _("remplacés"),
        Outcome.CREDITED: _("réglés en bon d’achat"),
        Outcome.SETTLED: _("réglés entre les parties"),
        Outcome.REJECTED: _("rejetés"),
    }
    shares = ", ".join(
        _("%(percent)d %% %(what)s") % {"percent": share.percent, "what": names[share.outcome]}
        for share in found.shares
    )
    cases = ngettext("%(count)d cas depuis un an", "%(count)d cas depuis un an", found.cases)
    known = {"shares": shares, "cases": cases % {"count": found.cases}}
    return _("Dossiers semblables (même motif, montant voisin) : %(shares)s (%(cases)s)") % known


def others_here(claim_id: UUID, me: UUID | None, now: dt.datetime) -> list[dict[str, Any]]:
    """Return which colleagues have the claim open, and who of them is writing."""
    with connection.cursor() as cursor:
        cursor.execute(HERE, {"claim": claim_id, "me": me, **_lately(now)})
        return _others(cursor.fetchall())


def _lately(now: dt.datetime) -> dict[str, dt.datetime]:
    return {"looking": now - LOOKS_FOR, "writing": now - WRITES_FOR}


def _others(rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    return [{"name": name, "writes": writes} for name, writes in rows]


def _worded(rows: list[dict[str, str]] | None) -> list[dict[str, str]]:
    return [
        {
            "reference": row["reference"],
            "url": reverse("desk:claim", args=[row["reference"]]),
            "what": f"{word('ground_short', Ground(row['ground']))}, {_ended(row)}",
        }
        for row in rows or []
    ]


def _ended(row: dict[str, str]) -> str:
    if row["resolution"]:
        return word("resolution", Resolution(row["resolution"]))
    return word("state", State(row["state"]))
