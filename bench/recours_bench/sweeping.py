"""The deadline sweep over 100,000 due claims, against one bare SQL statement that leaves the very same rows: claims,
events, the lines behind the bells of both parties and their mails."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from typing import Any

from recours_bench.figures import Figure, timed

CLAIMS = int(os.environ.get("RECOURS_BENCH_CLAIMS", 100_000))


def figures() -> Iterator[Figure]:
    """Two equal halves of the table: one is swept, the other is written by bare SQL; `verify` agrees with both."""
    from recours import clock
    from recours.claims.sweep import sweep
    from recours.claims.verify import differences
    from recours_bench.world import a_place, analyse, cast, mould, orders

    place = a_place()
    moment = clock.now()
    first, second = orders(place, CLAIMS), orders(place, CLAIMS)
    cast([mould(orders(place, 1)[0], now=moment - dt.timedelta(days=1))], first)
    cast([mould(orders(place, 1)[0], now=moment)], second)
    analyse()
    due_first = _latest_due(CLAIMS)
    with timed() as ours:
        swept = sweep(due_first)
    due_second = due_first + dt.timedelta(days=1)
    arguments = _worked_out(due_second)
    analyse()
    with timed() as theirs:
        written = _bare(arguments)
    if not (swept.acted == written == CLAIMS + 1) or swept.parked:
        raise RuntimeError(f"of {CLAIMS + 1} claims, {swept} were swept and {written} written by bare SQL")
    if (told := _told(due_first)) != _told(due_second) or len(told) != 2:
        raise RuntimeError(f"the sweep and bare SQL told differently, or too little: {told}")
    if wrong := next(differences(), None):
        raise RuntimeError(wrong.sentence("fr"))
    yield Figure(
        f"balayage de {CLAIMS} réclamations", swept.acted / ours.seconds, "par s", aim=2000, bound="at least"
    )
    yield Figure("les mêmes lignes par une requête SQL nue", written / theirs.seconds, "par s")
    ratio = (swept.acted / ours.seconds) / (written / theirs.seconds)
    yield Figure("rapport", ratio, "fois", aim=0.25, bound="at least")


def _told(at: dt.datetime) -> list[tuple[Any, ...]]:
    """Who was told what in one half, and how many times by mail and behind the bell."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT mail.role, mail.kind, notice.detail, mail.protects, mail.renderer, count(*)
            FROM outbox_mail AS mail JOIN notices_notice AS notice
              ON notice.user_id = mail.user_id AND notice.topic = mail.topic AND notice.at = mail.created_at
            WHERE mail.created_at = %s GROUP BY 1, 2, 3, 4, 5 ORDER BY 1
            """,
            [at],
        )
        return cursor.fetchall()


def _latest_due(number: int) -> dt.datetime:
    """The instant by which the first `number` claims and no others are due."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT due_at FROM claims_claim ORDER BY due_at LIMIT 1 OFFSET %s", [number - 1])
        found: dt.datetime = cursor.fetchone()[0]
        return found


def _worked_out(now: dt.datetime) -> dict[str, Any]:
    """Work out, untimed, what silence does to one of the claims: they are all alike, so bare SQL need not think."""
    import msgspec
    from django.conf import settings
    from django.db import transaction

    from recours.claims import announcing
    from recours.claims import sweep as product
    from recours.claims.commands.store import columns_of

    with transaction.atomic():
        row = product._lock_due(now, 1)[0]
    write = product._decide(row, now)
    before, after = msgspec.json.decode(row.snapshot), msgspec.json.decode(product._encode(write.claim))
    (item,) = write.links
    told = announcing._told(product.change(*write))
    return {
        **columns_of(write.claim),
        "now": now,
        "changed": msgspec.json.encode({k: v for k, v in after.items() if before.get(k) != v}).decode(),
        "gone": [key for key in before if key not in after],
        "kind": type(item.event).__name__,
        "at": item.event.at,
        "role": item.event.by.role.value,
        "body": item.body.decode(),
        "told": [(one.role.value, one.kind.value, one.detail) for one in told],
        "domain": settings.MAIL_DOMAIN,
    }


def _bare(arguments: dict[str, Any]) -> int:
    from django.db import connection, transaction

    from recours.claims.sweep import COLUMNS

    changes = ", ".join(f"{name} = %({name})s::{kind}" for name, kind in COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH swept AS (
              UPDATE claims_claim SET {changes}, snapshot = snapshot - %(gone)s::text[] || %(changed)s::jsonb,
                head_hash = sha256(head_hash || uuid_send(id) || int4send(%(seq)s)
                  || int8send((extract(epoch FROM %(now)s::timestamptz) * 1000000)::bigint)
                  || convert_to(%(body)s, 'UTF8'))
              WHERE due_at <= %(now)s AND parked_at IS NULL
              RETURNING id, head_hash, marketplace_id, buyer_id, shop_id, title, reference
            ), event AS (
              INSERT INTO claims_claimevent (claim_id, seq, kind, at, recorded_at, actor_role, actor_id, body, hash)
              SELECT id, %(seq)s, %(kind)s, %(at)s, %(now)s, %(role)s, NULL, %(body)s::jsonb, head_hash FROM swept
              RETURNING claim_id
            ), told AS (
              SELECT swept.*, gen_random_uuid() AS mail, person.id AS user_id, person.email, person.language,
                told.role, detail, word, coalesce(nullif(person.name, ''), '') AS name,
                CASE told.role WHEN 'buyer' THEN '/claims/' ELSE '/seller/claims/' END || reference || '/' AS path
              FROM swept
              CROSS JOIN unnest(%(roles)s::text[], %(words)s::text[], %(details)s::text[]) AS told (role, word, detail)
              LEFT JOIN marketplaces_buyer AS buyer ON told.role = 'buyer' AND buyer.id = buyer_id
              LEFT JOIN people_shopstaff AS staff ON told.role = 'seller' AND staff.shop_id = swept.shop_id
              JOIN people_user AS person ON person.id = coalesce(buyer.user_id, staff.user_id)
            ), mail AS (
              INSERT INTO outbox_mail (id, key, marketplace_id, kind, protects, topic, renderer, payload, user_id, role,
                address, name, language, state, created_at, not_before, attempts, trouble, message_id, subject, text,
                html, reply_to)
              SELECT mail, 'claim:' || id || ':' || %(seq)s || ':' || user_id, marketplace_id, word, true,
                'claim:' || id, 'claims', jsonb_build_object('claim', id, 'seq', %(seq)s), user_id, role, email, name,
                language, 'waiting', %(now)s, %(now)s, 0, '', '<' || mail || '@' || %(domain)s || '>', '', '', '', ''
              FROM told
            ), notice AS (
              INSERT INTO notices_notice (id, user_id, kind, topic, title, detail, path, count, at)
              SELECT gen_random_uuid(), user_id, word, 'claim:' || id, title, detail, path, 1, %(now)s FROM told
              ON CONFLICT (user_id, topic, kind) WHERE seen_at IS NULL DO UPDATE
              SET count = 1, at = excluded.at, detail = excluded.detail
            )
            SELECT count(*) FROM event
            """,
            {
                **arguments,
                "roles": [role for role, _, _ in arguments["told"]],
                "words": [word for _, word, _ in arguments["told"]],
                "details": [detail for _, _, detail in arguments["told"]],
            },
        )
        return int(cursor.fetchone()[0])
