"""Telling the desk of a refund that is stuck: a line behind the bell and a mail, once for each refund."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.urls import reverse

from recours import clock
from recours.notices.kinds import Kind
from recours.notices.telling import statement, tell_found
from recours.refunds.queries import ANSWERS_WITHIN

RENDERER = "refunds"
"""The entry of settings.MAIL_RENDERERS that words these mails: `refunds.mails`."""

STUCK = statement("""
WITH alerted AS (
  UPDATE refunds_refund SET alerted_at = %(now)s
  WHERE alerted_at IS NULL AND (status = 'submitted' AND submitted_at <= %(submitted)s
    OR status = 'pending' AND submitted_at <= %(pending)s)
  RETURNING id, claim_id
), news AS MATERIALIZED (
  SELECT person.id AS user_id, 'agent' AS role, person.email AS address, person.name,
    coalesce(nullif(person.language, ''), 'fr') AS language, %(kind)s::text AS kind, true AS protects,
    'refund:' || alerted.id || ':stuck' AS key, 'claim:' || claim.id AS topic, claim.marketplace_id,
    coalesce(nullif(claim.title, ''), claim.reference) AS title, 'refund_stuck_desk' AS detail,
    %(path)s::text AS path, %(renderer)s::text AS renderer,
    jsonb_build_object('refund', alerted.id) AS payload, 1 AS rings
  FROM alerted JOIN claims_claim AS claim ON claim.id = alerted.claim_id
  JOIN marketplaces_buyer AS buyer ON buyer.id = claim.buyer_id
  JOIN people_deskstaff AS staff ON staff.marketplace_id = claim.marketplace_id AND staff.role <> 'auditor'
  JOIN people_user AS person ON person.id = staff.user_id AND person.is_active
  -- Nobody sees at the desk a refund of their own, nor one of a shop that they work for.
  WHERE person.id IS DISTINCT FROM buyer.user_id AND NOT EXISTS (
    SELECT 1 FROM people_shopstaff AS seller WHERE seller.user_id = person.id AND seller.shop_id = claim.shop_id)
)
""")


def alert_stuck(now: dt.datetime | None = None) -> None:
    """Tell all who act at the desk of each refund that has been under way for too long and that they were not told of.

    In one statement, so that what is marked as told is told; once for ever, however often the refund is tried again.
    """
    now = now or clock.now()
    values = {status.value: now - within for status, within in ANSWERS_WITHIN.items()}
    path = f"{reverse('desk:refunds')}?list=stuck"
    with transaction.atomic():
        tell_found(STUCK, {**values, "kind": Kind.REFUND, "path": path, "renderer": RENDERER}, now=now)
