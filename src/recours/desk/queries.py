"""What the desk reads: its views by due date, with cheap counts. One marketplace at a time.

Every list is a walk along one index of `claims.models`, 26 rows far, whatever the size of the table; a count stops at
`MOST`. An agent who is a party to a claim does not meet it here: see `rules.access.role_in`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, UUIDField
from django.db.models.functions import Cast, Substr
from msgspec import Struct

from recours.casework.models import Reminder
from recours.claims.models import Claim
from recours.claims.queries import PAGE, due_first, in_due_order
from recours.composed import Composed
from recours.marketplaces.models import Marketplace, Shop
from recours.outbox.models import Mail
from recours.people.models import DeskRole, User
from recours.refunds.models import Refund
from recours.refunds.queries import stuck
from recours.rules.access import Identity
from recours.rules.casework.filters import DUE_SOON_HOURS, Filters, Holder, Language, Queue
from recours.rules.lifecycle.vocabulary import Role, State
from recours.ui.paging import Place

MOST = 100
"""A count stops here: "99+" tells an agent as much as an exact number, and costs the same at a million claims."""
MOST_TROUBLES = 1000
"""Refunds and mails in trouble that a queue is made of; with more of them, the trouble is not in the claims."""
LOOKED_AT = 2000
"""Claims of a queue of which amount and language are asked, so that a rare one costs no walk through them all."""
LISTED = (
    "reference", "title", "about", "ground", "state", "sort_at", "due_party", "appealed", "overdue", "currency",
    "disputed_minor", "more_articles", "shop__name", "assigned_to__name", "assigned_to__email",
)  # fmt: skip
PARCEL_STATES = (State.AWAITING_RETURN, State.RETURN_IN_TRANSIT, State.REPLACEMENT_DUE)


class Desk(Struct, frozen=True, kw_only=True):
    """Who is at the desk, and of which marketplace."""

    identity: Identity
    marketplace: Marketplace

    @property
    def claims(self) -> QuerySet[Claim]:
        """The claims of the marketplace in which the agent is no party."""
        rows = Claim.objects.filter(marketplace=self.marketplace)
        if self.identity.buyer_ids:
            rows = rows.exclude(buyer_id__in=self.identity.buyer_ids)
        if self.identity.shop_ids:
            rows = rows.exclude(shop_id__in=self.identity.shop_ids)
        return rows


_MARKETPLACES: Composed[Marketplace] = Composed(
    lambda desks: Marketplace.objects.filter(pk__in=desks).order_by("name", "id")
)


def marketplaces_of(identity: Identity) -> list[Marketplace]:
    """Return the marketplaces at whose desk this person works, by name."""
    return _MARKETPLACES.rows(identity.agent_of)


def queue(desk: Desk, which: Queue, now: dt.datetime) -> QuerySet[Claim]:
    """Return the claims of one queue, unordered. Each condition is the leading part of an index."""
    rows = desk.claims
    match which:
        case Queue.TO_RULE:
            return rows.filter(state=State.WITH_PLATFORM)
        case Queue.LATE:
            return rows.filter(overdue=True, state=State.WITH_PLATFORM)
        case Queue.DUE_SOON:
            soon = now + dt.timedelta(hours=DUE_SOON_HOURS)
            return rows.filter(
                overdue=False, due_party=Role.AGENT, state=State.WITH_PLATFORM, sort_at__lte=soon
            )
        case Queue.UNASSIGNED:
            return rows.filter(assigned_to=None, state=State.WITH_PLATFORM)
        case Queue.MINE:
            aside = Reminder.objects.filter(claim=OuterRef("pk"), user=desk.identity.user_id, at__gt=now)
            return rows.filter(~Exists(aside), assigned_to=desk.identity.user_id)
        case Queue.APPEALS:
            return rows.filter(appealed=True, state=State.WITH_PLATFORM)
        case Queue.WITH_SELLER:
            return rows.filter(state=State.WITH_SELLER)
        case Queue.WITH_PARCEL:
            return rows.filter(state__in=PARCEL_STATES)
        case Queue.LATE_REFUNDS:
            return rows.filter(overdue=True, state=State.REFUND_DUE)
        case Queue.STUCK_REFUNDS:
            trouble = Refund.objects.filter(Q(status=Refund.Status.FAILED) | stuck(now))
            return rows.filter(pk__in=trouble.values("claim")[:MOST_TROUBLES])
        case Queue.MISSING_REFUNDS:
            return rows.filter(Q(due_party=Role.AGENT) | Q(overdue=True), state=State.CLOSED)
        case Queue.LOST_MAILS:
            lost = not_arrived({desk.marketplace.pk}).filter(topic__startswith="claim:")
            about = lost.annotate(about=Cast(Substr("topic", len("claim:") + 1), UUIDField())).values("about")
            return rows.filter(pk__in=about[:MOST_TROUBLES])


def not_arrived(marketplace_ids: Collection[UUID]) -> QuerySet[Mail]:
    """Return the mails that protect a right, did not arrive, and were dealt with by nobody; unordered."""
    return Mail.objects.filter(
        marketplace_id__in=marketplace_ids,
        protects=True,
        handled_at=None,
        state__in=[Mail.State.FAILED, Mail.State.BOUNCED, Mail.State.COMPLAINED],
    )


def view(desk: Desk, filters: Filters, now: dt.datetime, after: Place | None = None) -> QuerySet[Claim]:
    """Return the claims of a view, unordered: of its queue, those of which what it asks is true.

    Amount and language stand in no index: they are asked of the first LOOKED_AT claims `after` a place, no further.
    """
    rows = _indexed(desk, filters, now)
    if _asks_rows(filters):
        looked_at = in_due_order(rows, after).values("pk")[:LOOKED_AT]
        rows = _asked_of_rows(desk.claims.filter(pk__in=looked_at), filters)
    return rows


def _indexed(desk: Desk, filters: Filters, now: dt.datetime) -> QuerySet[Claim]:
    rows = queue(desk, filters.queue, now)
    if filters.ground is not None:
        rows = rows.filter(ground=filters.ground)
    if filters.shop is not None:
        rows = rows.filter(shop=filters.shop)
    match filters.held_by:
        case Holder.ME:
            rows = rows.filter(assigned_to=desk.identity.user_id)
        case Holder.NOBODY:
            rows = rows.filter(assigned_to=None)
    if filters.agent is not None:
        rows = rows.filter(assigned_to=filters.agent)
    if filters.within_hours is not None:
        rows = rows.filter(sort_at__lte=now + dt.timedelta(hours=filters.within_hours)).exclude(due_party="")
    return rows


def _asks_rows(filters: Filters) -> bool:
    return filters.language is not None or filters.least is not None or filters.most is not None


def _asked_of_rows(rows: QuerySet[Claim], filters: Filters) -> QuerySet[Claim]:
    if filters.language is Language.FR:
        # Who has no account is written to in French.
        rows = rows.filter(Q(buyer__user=None) | Q(buyer__user__language=Language.FR))
    elif filters.language is not None:
        rows = rows.filter(buyer__user__language=filters.language)
    if filters.least is not None:
        rows = rows.filter(currency=filters.least.currency, disputed_minor__gte=filters.least.minor)
    if filters.most is not None:
        rows = rows.filter(currency=filters.most.currency, disputed_minor__lte=filters.most.minor)
    return rows


class Found(Struct, frozen=True):
    """One page of a view, with one row more than asked for when there is a next page.

    `further`: the place as far as which claims were looked at, where there are more behind it and the page is not full.
    """

    rows: list[Claim]
    further: Place | None = None


def view_page(
    desk: Desk, filters: Filters, now: dt.datetime, *, after: Place | None, limit: int = PAGE
) -> Found:
    """Return one page of a view by due date."""
    rows = due_first(listed(view(desk, filters, now, after)), after, limit)
    if len(rows) > limit or not _asks_rows(filters):
        return Found(rows)
    behind = in_due_order(_indexed(desk, filters, now), after)
    last = list(behind.values_list("sort_at", "pk")[LOOKED_AT - 1 : LOOKED_AT + 1])
    return Found(rows, last[0] if len(last) > 1 else None)


def at_desk(marketplace_id: UUID) -> Q:
    """Which people act at a desk; auditors only read there."""
    acts = [DeskRole.AGENT, DeskRole.LEAD, DeskRole.ADMINISTRATOR]
    # In one condition: about one and the same role of theirs.
    return Q(desk_roles__marketplace=marketplace_id, desk_roles__role__in=acts)


def colleagues(marketplace_id: UUID) -> list[User]:
    """Return who works at a desk, by name."""
    rows = User.objects.filter(at_desk(marketplace_id), is_active=True)
    return list(rows.order_by("name", "email")[:MOST])


def who_sees(row: Claim) -> dict[UUID, str]:
    """Return the names of those at the desk for whom a claim exists: who is a party to it is not among them."""
    staff = User.objects.filter(at_desk(row.marketplace_id), is_active=True)
    staff = staff.exclude(buyers=row.buyer_id)
    if row.shop_id is not None:
        staff = staff.exclude(shop_roles__shop=row.shop_id)
    return {each.pk: str(each) for each in staff}


def shop_name(marketplace_id: UUID, shop_id: UUID | None) -> str:
    """Return the name of a shop of this marketplace; empty for none of its shops."""
    if shop_id is None:
        return ""
    shops = Shop.objects.filter(pk=shop_id, marketplace=marketplace_id)
    return str(shops.values_list("name", flat=True).first() or "")


def shops_named(shop_ids: Collection[UUID | None]) -> dict[UUID, str]:
    """Return what these shops are called."""
    wanted = {key for key in shop_ids if key is not None}
    return dict(Shop.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def parked_page(desk: Desk, *, after: Place | None, limit: int = PAGE) -> list[Claim]:
    """Return a page of the claims that the sweep set aside, the longest waiting first."""
    rows = desk.claims.filter(parked_at__isnull=False)
    if after is not None:
        rows = rows.filter(Q(parked_at__gt=after[0]) | Q(parked_at=after[0], id__gt=after[1]))
    return list(rows.select_related("shop").defer("snapshot").order_by("parked_at", "id")[: limit + 1])


def parked_claim(desk_of: Identity, reference: str) -> Claim | None:
    """Return a parked claim at one of the person's desks by its reference, None when there is no such claim."""
    if "\0" in reference:
        return None
    rows = Claim.objects.filter(reference=reference, marketplace_id__in=desk_of.agent_of)
    if desk_of.buyer_ids:
        rows = rows.exclude(buyer_id__in=desk_of.buyer_ids)
    if desk_of.shop_ids:
        rows = rows.exclude(shop_id__in=desk_of.shop_ids)
    return rows.filter(parked_at__isnull=False).defer("snapshot").first()


def names_of(user_ids: Collection[UUID | None]) -> dict[UUID, str]:
    """Return how to call these people at the desk."""
    wanted = {key for key in user_ids if key is not None}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)} if wanted else {}


def listed(rows: QuerySet[Claim]) -> QuerySet[Claim]:
    """Read what a row of a list shows, and no column more: the snapshot alone has several kB."""
    return rows.select_related("shop", "assigned_to").only(*LISTED)
