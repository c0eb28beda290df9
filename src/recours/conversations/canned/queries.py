"""Reading canned answers. A holder is a shop, or a marketplace's desk; the answers of others do not exist."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from recours.conversations.models import CannedAnswer


class Holder(Struct, frozen=True, kw_only=True):
    """Whose answers they are: a shop's, or without one its marketplace's desk's."""

    marketplace_id: UUID
    shop_id: UUID | None = None
    name: str = ""


def answers_of(holder: Holder) -> list[CannedAnswer]:
    """Return the holder's answers by title."""
    rows = CannedAnswer.objects.filter(marketplace_id=holder.marketplace_id, shop=holder.shop_id)
    return list(rows.order_by("title", "id"))


def answer_of(holder: Holder, answer_id: object) -> CannedAnswer | None:
    """Return one of the holder's answers by what an address or a form says its number is; None for any other."""
    given = str(answer_id)
    if not (given.isascii() and given.isdigit() and len(given) < 18):
        return None
    rows = CannedAnswer.objects.filter(marketplace_id=holder.marketplace_id, shop=holder.shop_id)
    return rows.filter(pk=int(given)).first()
