"""Telling people: a line behind the bell and a mail, written in the transaction that caused them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction
from msgspec import Struct

from recours import live
from recours.live.announcing import CHANNEL
from recours.notices.kinds import Kind
from recours.notices.models import MailChoice, Notice
from recours.notices.telling import statement, tell_found
from recours.people.models import User
from recours.rules.lifecycle.vocabulary import Role


class Reader(Struct, frozen=True, kw_only=True):
    """Who is told, and in which role.

    `user_id` is None for an address without an account: a mail and no bell. `address` is empty for the bell alone.
    """

    role: Role
    address: str
    user_id: UUID | None = None
    name: str = ""
    language: str = "fr"


class News(Struct, frozen=True, kw_only=True):
    """One thing that one reader is told.

    `key` names the cause; with the reader it makes the mail's own key, so that telling twice is telling once.
    `topic` is what the news is about, `claim:<id>` or `conversation:<id>`. `title` is shown behind the bell,
    with `detail`, a key under `notices.detail`. The mail is worded later by `renderer` from `payload`.
    """

    reader: Reader
    kind: Kind
    key: str
    topic: str
    marketplace_id: UUID
    title: str
    path: str
    renderer: str
    payload: dict[str, Any]
    detail: str = ""


TELL = statement("""
WITH news AS (
  SELECT * FROM json_to_recordset(%(news)s::json) AS given (user_id uuid, role varchar, address varchar, name varchar,
    language varchar, kind varchar, protects boolean, key varchar, topic varchar, marketplace_id uuid, title varchar,
    detail varchar, path varchar, renderer varchar, payload jsonb, rings integer)
)""")


def tell(news: Sequence[News], *, now: dt.datetime) -> None:
    """Tell all of it, in the caller's transaction: bell lines, mails, a word to open pages, and the job that sends.

    Mails of a kind that a reader does not want are not written; those that protect a right always are.
    """
    if news:
        tell_found(TELL, {"news": msgspec.json.encode([_row(one) for one in news]).decode()}, now=now)


def _row(one: News) -> dict[str, Any]:
    return {
        **msgspec.structs.asdict(one.reader),
        "kind": one.kind,
        "protects": one.kind.protects,
        "key": one.key,
        "topic": one.topic,
        "marketplace_id": one.marketplace_id,
        "title": one.title[:300],
        "detail": one.detail,
        "path": one.path,
        "renderer": one.renderer,
        "payload": one.payload,
        "rings": 1,
    }


CLEAR = """
UPDATE notices_notice SET seen_at = %(now)s WHERE user_id = %(user)s AND topic = %(seen)s AND seen_at IS NULL
RETURNING user_id
"""
"""Clears the lines about `seen` behind somebody's bell, for a statement that does more besides."""

SEE = f"""
WITH cleared AS ({CLEAR})
SELECT pg_notify(%(channel)s, 'user:' || user_id) FROM (SELECT DISTINCT user_id FROM cleared) AS reader
"""  # noqa: S608 (the text is ours)


def mark_seen(*, user_id: UUID | None, topic: str, now: dt.datetime) -> None:
    """Reading the thing clears its lines behind the bell; whoever has no account has no bell. One query."""
    if user_id is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(SEE, {"user": user_id, "seen": topic, "now": now, "channel": CHANNEL})


def mark_all_seen(*, user_id: UUID, now: dt.datetime) -> int:
    """Clear the bell; return how many lines were new."""
    cleared = Notice.objects.filter(user_id=user_id, seen_at=None).update(seen_at=now)
    if cleared:
        live.announce(f"user:{user_id}")
    return cleared


def choose_mails(*, user_id: UUID, wanted: Iterable[Kind]) -> None:
    """Mail somebody about `wanted`, and about what protects a right; not about the rest."""
    unwanted = {kind for kind in Kind if not kind.protects} - set(wanted)
    with transaction.atomic():
        MailChoice.objects.filter(user_id=user_id).exclude(kind__in=unwanted).delete()
        rows = [MailChoice(user_id=user_id, kind=kind) for kind in sorted(unwanted)]
        MailChoice.objects.bulk_create(rows, ignore_conflicts=True)


def stop_mails(*, user_id: UUID, kind: Kind) -> None:
    """Mail somebody no more about `kind`. What protects a right goes on. Nothing happens for an unknown account."""
    if not kind.protects and User.objects.filter(pk=user_id).exists():
        MailChoice.objects.get_or_create(user_id=user_id, kind=kind)
