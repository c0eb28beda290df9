"""Reading what the desk keeps for itself. What is another's, and not shared, does not exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet

from recours.casework.models import AssignmentRule, HeldMessage, SavedView, TeamHours
from recours.claims.models import Claim
from recours.composed import Composed
from recours.marketplaces.models import Buyer
from recours.people.models import DeskRole, DeskStaff, ShopStaff
from recours.rules.casework.assigning import Assignment, Facts
from recours.rules.casework.filters import Language
from recours.rules.casework.hours import Hours
from recours.rules.lifecycle.vocabulary import Ground, State
from recours.rules.money import Money

MOST_SHOWN = 30
LOOKED_AT = 5000
"""Claims that nobody follows of which a desk's rules are asked in one turn, those due first."""


def _views(marketplace_id: UUID, user_id: UUID) -> QuerySet[SavedView]:
    mine_or_shared = Q(owner_id=user_id) | Q(is_shared=True)
    rows = SavedView.objects.filter(mine_or_shared, marketplace_id=marketplace_id)
    return rows.select_related("owner").order_by("name", "id")[:MOST_SHOWN]


_VIEWS = Composed(_views)


def views_of(*, marketplace_id: UUID, user_id: UUID) -> list[SavedView]:
    """Return one's own views of this desk and those that colleagues share, by name."""
    return _VIEWS.rows(marketplace_id, user_id)


def rules_of(marketplace_id: UUID) -> list[Assignment]:
    """Return by which rules a desk gives claims to agents, in their order."""
    rows = AssignmentRule.objects.filter(marketplace_id=marketplace_id).order_by("position", "id")
    return [row.says for row in rows]


def loads_at(marketplace_id: UUID) -> dict[UUID, int]:
    """Return how many claims each who works at a desk has to decide."""
    staff = DeskStaff.objects.filter(marketplace_id=marketplace_id, user__is_active=True)
    staff = staff.exclude(role=DeskRole.AUDITOR)
    loads = dict.fromkeys(staff.values_list("user_id", flat=True), 0)
    held = Claim.objects.filter(
        marketplace_id=marketplace_id, state=State.WITH_PLATFORM, assigned_to__in=list(loads)
    )
    loads.update(held.order_by().values_list("assigned_to").annotate(Count("pk")))
    return loads


def free_at(marketplace_id: UUID) -> Iterator[tuple[UUID, Facts]]:
    """Return the claims that nobody follows, due first, and what rules ask of them; no snapshot is read."""
    rows = Claim.objects.filter(marketplace_id=marketplace_id, state=State.WITH_PLATFORM, assigned_to=None)
    asked = rows.order_by("sort_at", "id").values_list(
        "pk", "ground", "shop_id", "disputed_minor", "currency", "buyer__user__language"
    )
    for key, ground, shop_id, minor, currency, language in asked[:LOOKED_AT]:
        facts = Facts(
            ground=Ground(ground),
            language=Language.of(language),
            amount=Money(minor, currency),
            shop_id=shop_id,
        )
        yield key, facts


def facts_of(row: Claim) -> Facts:
    """Return what rules ask of one claim."""
    user = row.buyer.user
    return Facts(
        ground=Ground(row.ground),
        language=Language.of(user.language if user else None),
        amount=row.disputed,
        shop_id=row.shop_id,
    )


def barred_from(row: Claim) -> set[UUID]:
    """Return who may not judge a claim: its buyer, the shop's staff, and who ruled on it before it was appealed."""
    barred = {row.buyer.user_id} if row.buyer.user_id else set()
    if row.shop_id is not None:
        barred.update(ShopStaff.objects.filter(shop_id=row.shop_id).values_list("user_id", flat=True))
    appeal = row.snapshot.appeal
    if appeal is not None and appeal.first_agent is not None:
        barred.add(appeal.first_agent)
    return barred


def party_to(user_id: UUID, claims: Sequence[Claim]) -> set[UUID]:
    """Return those of the claims that somebody is a party to, as their buyer or in their shop."""
    buyers = set(Buyer.objects.filter(user_id=user_id).values_list("pk", flat=True))
    shops = set(ShopStaff.objects.filter(user_id=user_id).values_list("shop_id", flat=True))
    return {row.pk for row in claims if row.buyer_id in buyers or row.shop_id in shops}


def hours_of(marketplace_id: UUID) -> Hours:
    """Return when a desk's team works."""
    row = TeamHours.objects.filter(marketplace_id=marketplace_id).first()
    return row.says if row is not None else Hours()


def held_messages() -> QuerySet[Any]:
    """Return what agents sent and can still take back, with their authors and, as `file_names`, what goes along."""
    joined = HeldMessage.files.through.objects.filter(heldmessage=OuterRef("pk"))
    names = ArraySubquery(joined.order_by("storedfile__original_name").values("storedfile__original_name"))
    return HeldMessage.objects.select_related("author", "claim").annotate(file_names=names)


def held_in_conversation(conversation_id: UUID) -> list[Any]:
    """Return those of a conversation, in its order."""
    return list(held_messages().filter(conversation_id=conversation_id).order_by("written_at", "id"))
