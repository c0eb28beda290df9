"""Reading who works somewhere, who is invited, and what is kept of it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from recours.people.models import DeskRole, DeskStaff, ShopRole, ShopStaff
from recours.staff.models import AccessRecord, StaffInvitation
from recours.staff.places import Workplace

PAGE = 50
PURPOSE = b"recours.staff.invitation:"


def members_of(place: Workplace) -> list[DeskStaff | ShopStaff]:
    """Return who works somewhere, by name."""
    return list(place.members().order_by("user__name", "user__email"))


def open_invitations(now: dt.datetime) -> QuerySet[StaffInvitation]:
    """Return the invitations that can still be accepted: as long as who sent one could still send it.

    Who was seen out leaves no door open behind them.
    """
    theirs = {"user": OuterRef("invited_by"), "user__is_active": True}
    at_desk = DeskStaff.objects.filter(
        **theirs, marketplace=OuterRef("marketplace"), role=DeskRole.ADMINISTRATOR
    )
    in_shop = ShopStaff.objects.filter(**theirs, shop=OuterRef("shop"), role=ShopRole.ADMINISTRATOR)
    return StaffInvitation.objects.filter(
        Q(Exists(at_desk), shop=None) | Q(Exists(in_shop)), ended_at=None, expires_at__gt=now
    )


def invitations_of(place: Workplace, now: dt.datetime) -> list[StaffInvitation]:
    """Return the open invitations to a place, the latest first."""
    found = open_invitations(now).filter(marketplace=place.marketplace, shop=place.shop)
    return list(found.select_related("invited_by").order_by("-invited_at", "pk"))


def digest_of(secret: str) -> bytes:
    """Return what is kept of an invitation's secret; of one that was made for something else, it opens nothing."""
    return hashlib.sha256(PURPOSE + secret.encode("utf-8", "surrogatepass")).digest()


def living_invitation(secret: str, now: dt.datetime) -> StaffInvitation | None:
    """Return the invitation that a secret opens, None for none that can still be accepted."""
    found = open_invitations(now).filter(digest=digest_of(secret))
    return found.select_related("marketplace", "shop", "invited_by").first()


def records_at(
    marketplaces: Iterable[UUID], *, kind: str = "", after: tuple[dt.datetime, UUID] | None = None
) -> list[AccessRecord]:
    """Return a page of what is kept, the latest first, continued after the last row's (at, id)."""
    rows: QuerySet[AccessRecord] = AccessRecord.objects.filter(marketplace__in=list(marketplaces))
    if kind:
        rows = rows.filter(kind=kind)
    if after is not None:
        rows = rows.filter(at__lte=after[0]).exclude(at=after[0], pk__gte=after[1])
    return list(rows.select_related("by", "shop").order_by("-at", "-pk")[: PAGE + 1])
