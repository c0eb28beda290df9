"""Telling whoever a query finds, in one statement, for a batch of any size.

The sweep lets silence act on hundreds of claims in a transaction, and opening a claim is what everybody does on the
same day: neither can afford a statement per reader.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection

from recours import jobs
from recours.live.announcing import CHANNEL

NEWS = (
    "user_id", "role", "address", "name", "language", "kind", "protects", "key", "topic", "marketplace_id", "title",
    "detail", "path", "renderer", "payload", "rings",
)  # fmt: skip
"""What each row of a query given to `statement` has, in any order. As the fields of `commands.News` and `Reader`, and:

- `user_id` null: an address without an account, which has no bell; `address` empty: the bell alone;
- `rings`: how much the line behind the bell counts up, 0 where another row of the same news rings for it.
"""

TELL = """
, mail AS (
  INSERT INTO outbox_mail (id, key, marketplace_id, kind, protects, topic, renderer, payload, user_id, role, address,
    name, language, state, created_at, not_before, attempts, trouble, message_id, subject, text, html, reply_to)
  SELECT id, key || ':' || coalesce(user_id::text, CASE WHEN length(address) < 80 THEN address ELSE md5(address) END),
    marketplace_id, kind, protects, topic, renderer, payload, user_id, role, address, name, language, 'waiting',
    %(now)s, %(now)s, 0, '', '<' || id || '@' || %(domain)s::text || '>', '', '', '', ''
  FROM (SELECT gen_random_uuid() AS id, news.* FROM news WHERE address <> '') AS written
  WHERE protects OR NOT EXISTS (
    SELECT 1 FROM notices_mailchoice AS unwanted
    WHERE unwanted.user_id = written.user_id AND unwanted.kind = written.kind)
  ON CONFLICT (key) DO NOTHING
), ring AS (
  INSERT INTO notices_notice (id, user_id, kind, topic, title, detail, path, count, at)
  SELECT gen_random_uuid(), user_id, kind, topic, title, detail, path, rings, %(now)s
  FROM (
    -- A statement may not touch a line twice: somebody who is two parties hears it as the first of them.
    SELECT DISTINCT ON (user_id, topic, kind) * FROM news WHERE user_id IS NOT NULL AND rings > 0
    ORDER BY user_id, topic, kind, role
  ) AS heard
  ON CONFLICT (user_id, topic, kind) WHERE seen_at IS NULL DO UPDATE
  SET count = excluded.count + CASE WHEN notices_notice.detail = excluded.detail THEN notices_notice.count ELSE 0 END,
    at = excluded.at, title = excluded.title, detail = excluded.detail, path = excluded.path
  RETURNING user_id
)
SELECT count(pg_notify(%(channel)s::text, 'user:' || user_id)::text) FROM (SELECT DISTINCT user_id FROM ring) AS told
"""


def statement(news: str) -> str:
    """Return the SQL that tells what `news` finds: the text of a WITH whose last part is `news AS (…)`, see NEWS."""
    return news + TELL


def tell_found(sql: str, values: Mapping[str, Any], *, now: dt.datetime) -> None:
    """Run a statement made by `statement`, in the caller's transaction: bell lines, mails, a word to open pages.

    Once it has committed the worker is woken; the outbox is looked through every minute anyway.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, "now": now, "domain": settings.MAIL_DOMAIN, "channel": CHANNEL})
    jobs.wake("outbox.send")
