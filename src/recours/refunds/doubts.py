"""What the desk looks into: what providers told that agrees with nothing we know, and who keeps failing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, UUIDField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from recours.claims.models import Claim
from recours.marketplaces.models import Payment
from recours.refunds.models import ProviderEvent, ProviderFailing, Refund
from recours.refunds.providers import AUTOMATIC, NoticeKind
from recours.rules.access import Identity
from recours.rules.patience import paused_until

MAX_ID = 2**63 - 1
"""The last number that a row can have: an address that names a later one was tampered with."""


class DoubtNotVisible(Exception):
    """There is no such event to look into for this identity."""


def doubts_after(
    identity: Identity, *, after: tuple[dt.datetime, int] | None, limit: int
) -> list[ProviderEvent]:
    """Return a page of them, and one row more when there is a next; continued `after` the last row's (heard_at, id)."""
    found = doubts(identity)
    if after is not None:
        found = found.filter(Q(heard_at__gt=after[0]) | Q(heard_at=after[0], pk__gt=min(after[1], MAX_ID)))
    return list(found[: limit + 1])


def doubts(identity: Identity) -> QuerySet[ProviderEvent]:
    """Return what this person may look into and nobody has yet, oldest first.

    What names a refund or a payment is for the desks of its marketplace; what names none that we know, for every desk.
    Nobody looks into what is about a refund or a payment of their own, nor about one of a shop they work for.
    """
    to_see = Q(verdict="unexplained") | Q(
        kind=NoticeKind.CHARGEBACK_LOST, verdict="applied", chargeback__twice_minor__gt=0
    )
    refunds = Refund.objects.filter(
        Q(key=Cast(KeyTextTransform("key", OuterRef("told")), UUIDField()))
        | Q(provider=OuterRef("provider"), provider_ref=KeyTextTransform("ref", OuterRef("told")))
        & ~Q(provider_ref="")
    )
    payments = Payment.objects.filter(ref=KeyTextTransform("payment_ref", OuterRef("told")))
    my_refunds = refunds.filter(claim__marketplace_id__in=identity.agent_of)
    my_refunds = my_refunds.exclude(claim__buyer_id__in=identity.buyer_ids)
    my_payments = payments.filter(marketplace_id__in=identity.agent_of)
    my_payments = my_payments.exclude(buyer_id__in=identity.buyer_ids)
    if identity.shop_ids:
        my_refunds = my_refunds.exclude(claim__shop_id__in=identity.shop_ids)
        my_payments = my_payments.exclude(order__shop_id__in=identity.shop_ids)
    is_named = Exists(refunds) | Exists(payments)
    is_mine = Exists(my_refunds) | (~Exists(refunds) & Exists(my_payments))
    found = ProviderEvent.objects.filter(to_see, is_mine | ~is_named, handled_at=None)
    return found.select_related("chargeback").order_by("heard_at", "pk")


def doubt_for(identity: Identity, event_id: int) -> ProviderEvent:
    """Fetch one event to look into. Raises DoubtNotVisible, the same for one of others as for none."""
    found = doubts(identity).filter(pk=event_id).first()
    if found is None:
        raise DoubtNotVisible
    return found


def refunds_named(events: Iterable[ProviderEvent]) -> dict[int, Refund]:
    """Return the refund that each event names, by the event's key; one query for all."""
    events = list(events)
    keys = {UUID(event.told["key"]) for event in events if event.told.get("key")}
    refs = {event.told["ref"] for event in events if event.told.get("ref")}
    found = list(
        Refund.objects.filter(Q(key__in=keys) | Q(provider_ref__in=refs))
        .select_related("claim")
        .defer("claim__snapshot")
    )
    by_key = {str(refund.key): refund for refund in found}
    by_ref = {(refund.provider, refund.provider_ref): refund for refund in found}
    named = {
        event.pk: by_key.get(event.told.get("key") or "")
        or by_ref.get((event.provider, event.told.get("ref", "")))
        for event in events
    }
    return {pk: refund for pk, refund in named.items() if refund is not None}


def orders_named(identity: Identity, events: Iterable[ProviderEvent]) -> dict[int, tuple[str, str]]:
    """Return the order whose payment each event names, by the event's key: its number, and the last claim about it.

    The claim is "" where there is none. Of this person's desks only: two marketplaces may give payments the same name.
    Two queries, and none where no payment is named.
    """
    refs = {event.pk: event.told["payment_ref"] for event in events if event.told.get("payment_ref")}
    if not refs:
        return {}
    paid = Payment.objects.filter(
        ref__in=set(refs.values()), order__isnull=False, marketplace_id__in=identity.agent_of
    )
    orders = {
        ref: (order_id, number)
        for ref, order_id, number in paid.values_list("ref", "order_id", "order__number")
    }
    about = Claim.objects.filter(order__in={order_id for order_id, _ in orders.values()}).order_by(
        "opened_at"
    )
    claims = dict(about.values_list("order_id", "reference"))
    return {pk: (orders[ref][1], claims.get(orders[ref][0], "")) for pk, ref in refs.items() if ref in orders}


def left_alone(names: Iterable[str] = AUTOMATIC) -> list[tuple[ProviderFailing, dt.datetime]]:
    """Return which of these providers keep failing, with the instant of the next try; unless told, who pays refunds."""
    rows = ProviderFailing.objects.filter(pk__in=names).order_by("provider")
    return [(row, until) for row in rows if (until := paused_until(row.failing)) is not None]
