"""Gathering a claim whole, as one viewer may see it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from recours import clock
from recours.claims.models import Claim, Evidence
from recours.claims.queries import ClaimNotVisible, Entry, OpenedClaim, evidence_of, story
from recours.conversations.models import Message
from recours.dossier.models import DossierCopy, DossierRequest
from recours.marketplaces.models import OrderLine, Payment
from recours.posting.models import Letter
from recours.posting.queries import written_letters
from recours.refunds.models import Refund
from recours.refunds.queries import refunds_of
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

LONG_ENTRIES = 200
"""Events and messages together; about half a second of a processor."""
LONG_EXHIBITS = 10
"""Exhibits: a photograph of full size takes up to a tenth of a second each."""

_ABOUT = ("buyer", "shop", "order", "payment", "marketplace", "assigned_to")


@dataclass(frozen=True)
class Gathered:
    """Everything that the file of a claim is made from, for one role, read once."""

    opened: OpenedClaim
    told: list[Entry]
    evidence: list[Evidence]
    refunds: list[Refund]
    letters: list[Letter]
    """Those that the reader's side wrote, in their order; to the other side they do not exist."""
    lines: list[OrderLine]
    payments: list[Payment]

    @property
    def role(self) -> Role:
        return self.opened.role


def gather(opened: OpenedClaim) -> Gathered:
    """Read the claim whole and as of one instant: fourteen statements at most, whatever its length.

    In one transaction, under a lock that readers share and that whoever acts on the claim waits for: events, exhibits
    and refunds are of one state, and it is the one that the copy is sealed with. What was opened before may have been
    left behind by then, so that it is opened anew.
    What the desk notes for itself is left out, even for the desk: the file of a claim is made to leave the house.
    """
    with transaction.atomic():
        opened = _held(opened)
        row = opened.row
        return Gathered(
            opened=opened,
            told=[entry for entry in story(opened) if entry.note is None],
            evidence=evidence_of(row.pk),
            refunds=refunds_of(opened),
            letters=written_letters(opened),
            lines=_lines(row),
            payments=_payments(row),
        )


def _held(opened: OpenedClaim) -> OpenedClaim:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM claims_claim WHERE id = %s FOR SHARE", [opened.row.pk])
    row = Claim.objects.select_related(*_ABOUT).get(pk=opened.row.pk)
    return OpenedClaim(row=row, role=opened.role, actor=opened.actor, now=clock.now())


def opened_as(reference: str, role: Role) -> OpenedClaim:
    """Return a claim as this role sees it, for who runs Recours. Raises ClaimNotVisible."""
    rows = Claim.objects.select_related(*_ABOUT)
    row = rows.filter(reference=reference).first()
    if row is None or (role is Role.SELLER and row.shop_id is None):
        raise ClaimNotVisible
    return OpenedClaim(row=row, role=role, actor=Actor(role), now=clock.now())


def copies_since(user_id: UUID, since: dt.datetime) -> int:
    """Return how many copies a person has had made since."""
    return DossierCopy.objects.filter(made_by_id=user_id, made_at__gt=since).count()


def is_long(row: Claim) -> bool:
    """Whether a copy takes longer to make than a page should keep its reader waiting."""
    exhibits = Evidence.objects.filter(claim=row).count()
    if exhibits > LONG_EXHIBITS:
        return True
    said = Message.objects.filter(conversation_id=row.conversation_id).count() if row.conversation_id else 0
    return row.seq + said > LONG_ENTRIES


def requests_since(user_id: UUID, since: dt.datetime) -> int:
    """Return how many copies a person has asked for since that are not made yet."""
    return DossierRequest.objects.filter(asked_by_id=user_id, asked_at__gt=since, made_at=None).count()


def living_requests(user_id: UUID) -> QuerySet[DossierRequest]:
    """Return what a person has asked for and can still fetch, without what it holds."""
    mine = DossierRequest.objects.filter(asked_by_id=user_id, expires_at__gt=clock.now())
    return mine.select_related("claim").defer("content")


def copy_with(sha256: str) -> DossierCopy | None:
    """Return what is known of a PDF, or of a manifest, with this hash."""
    return (
        DossierCopy.objects.filter(sha256=sha256)
        .select_related("claim__marketplace")
        .order_by("made_at")
        .first()
    )


def _lines(row: Claim) -> list[OrderLine]:
    if row.order_id is None:
        return []
    return list(OrderLine.objects.filter(order_id=row.order_id).select_related("parcel").order_by("position"))


def _payments(row: Claim) -> list[Payment]:
    if row.order_id is None:
        return [row.payment] if row.payment else []
    return list(Payment.objects.filter(order_id=row.order_id).order_by("captured_at", "ref"))
