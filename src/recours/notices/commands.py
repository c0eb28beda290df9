"""Telling people: a line behind the bell and a mail, written in the transaction that caused them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from msgspec import Struct

from recours import jobs, live
from recours.notices.kinds import Kind
from recours.notices.models import MailChoice, Notice
from recours.outbox.models import Mail
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


def tell(news: Sequence[News], *, now: dt.datetime) -> None:
    """Tell all of it, in the caller's transaction: bell lines, mails, a word to open pages and to the worker.

    Mails of a kind that a reader does not want are not written; those that protect a right always are.
    """
    if not news:
        return
    _ring(news, now)
    unwanted = _unwanted(news)
    Mail.objects.bulk_create(
        (
            _mail(one, now)
            for one in news
            if one.reader.address and (one.reader.user_id, one.kind) not in unwanted
        ),
        ignore_conflicts=True,
    )
    live.announce(*{f"user:{one.reader.user_id}" for one in news if one.reader.user_id})
    jobs.wake("outbox.send")


RING = """
INSERT INTO notices_notice (id, user_id, kind, topic, title, detail, path, count, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, 1, %s)
ON CONFLICT (user_id, topic, kind) WHERE seen_at IS NULL DO UPDATE
SET count = 1 + CASE WHEN notices_notice.detail = excluded.detail THEN notices_notice.count ELSE 0 END,
  at = excluded.at, title = excluded.title, detail = excluded.detail, path = excluded.path
"""


def _ring(news: Iterable[News], now: dt.datetime) -> None:
    rows = [
        (uuid4(), one.reader.user_id, one.kind, one.topic, one.title[:300], one.detail, one.path, now)
        for one in news
        if one.reader.user_id is not None
    ]
    with connection.cursor() as cursor:
        cursor.executemany(RING, rows)


def _unwanted(news: Iterable[News]) -> set[tuple[UUID | None, str]]:
    asked = {one.reader.user_id for one in news if one.reader.user_id and not one.kind.protects}
    if not asked:
        return set()
    return set(MailChoice.objects.filter(user_id__in=asked).values_list("user_id", "kind"))


def _mail(one: News, now: dt.datetime) -> Mail:
    key = uuid4()
    return Mail(
        id=key,
        key=f"{one.key}:{one.reader.user_id or one.reader.address}",
        marketplace_id=one.marketplace_id,
        kind=one.kind,
        protects=one.kind.protects,
        topic=one.topic,
        renderer=one.renderer,
        payload=one.payload,
        user_id=one.reader.user_id,
        role=one.reader.role,
        address=one.reader.address,
        name=one.reader.name,
        language=one.reader.language,
        created_at=now,
        not_before=now,
        message_id=f"<{key}@{settings.MAIL_DOMAIN}>",
    )


def mark_seen(*, user_id: UUID | None, topic: str, now: dt.datetime) -> None:
    """Reading the thing clears its lines behind the bell; whoever has no account has no bell."""
    if user_id is None:
        return
    if Notice.objects.filter(user_id=user_id, topic=topic, seen_at=None).update(seen_at=now):
        live.announce(f"user:{user_id}")


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
