"""Reading claims. Every query starts from what its viewer may see; a claim of others does not exist."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects

from recours import clock
from recours.claims.chain import canonical, decode_event
from recours.claims.models import Claim, ClaimEvent, Evidence, InternalNote, PhoneLink, Upload
from recours.claims.rulebook import rulebook
from recours.composed import Composed
from recours.conversations.models import Conversation, Message
from recours.conversations.queries import WITH_FILES, files_in
from recours.files.models import StoredFile
from recours.files.showing import SHOWN_WITH
from recours.rules import lifecycle
from recours.rules.access import Identity, Parties, role_in
from recours.rules.lifecycle.allowed import allowed, answerable_offers, as_of
from recours.rules.lifecycle.claim import Actor, Offer
from recours.rules.lifecycle.claim import Claim as Snapshot
from recours.rules.lifecycle.events import AnyEvent
from recours.rules.lifecycle.standing import Standing, standing
from recours.rules.lifecycle.vocabulary import Act, Role, State

_WITH_FILES = ("file", *(f"file__{name}" for name in SHOWN_WITH))

PAGE = 25
"""Rows of one page of a list."""


class ClaimNotVisible(Exception):
    """There is no such claim for this identity."""


def visible_to(identity: Identity) -> QuerySet[Claim]:
    """Return the claims that exist for this viewer, in any role."""
    return Claim.objects.filter(
        Q(buyer_id__in=identity.buyer_ids)
        | Q(shop_id__in=identity.shop_ids)
        | Q(marketplace_id__in=identity.agent_of)
    )


@dataclass(frozen=True)
class OpenedClaim:
    """A claim as one viewer sees it now: the row, the snapshot as silence has left it, and the viewer's role.

    The snapshot can be ahead of the row by the deadlines that passed since the last sweep: what a page shows never
    waits for a worker.
    """

    row: Claim
    role: Role
    actor: Actor
    now: dt.datetime

    @cached_property
    def rules(self) -> lifecycle.Rulebook:
        return rulebook(self.row.marketplace_id, self.row.policy_version, self.row.snapshot.opening.country)

    @cached_property
    def claim(self) -> Snapshot:
        return as_of(self.row.snapshot, self.rules, self.now)

    @property
    def zone(self) -> str:
        return self.rules.calendar.zone

    @cached_property
    def acts(self) -> tuple[Act, ...]:
        return allowed(self.claim, self.actor, self.rules, self.now)

    @cached_property
    def standing(self) -> Standing:
        return standing(self.claim, self.role, self.rules)

    @cached_property
    def answerable(self) -> tuple[Offer, ...]:
        return answerable_offers(self.claim, self.role, self.now)


def claim_for(identity: Identity, reference: str, *, role: Role | None = None) -> OpenedClaim:
    """Fetch a claim and say in which role the viewer sees it; with `role`, only in that one.

    Raises ClaimNotVisible, the same for a claim of others as for one that never was.
    """
    if "\0" in reference:  # which PostgreSQL refuses to compare with anything
        raise ClaimNotVisible
    row = _OPENED.first(reference, identity.buyer_ids, identity.shop_ids, identity.agent_of)
    if row is None:
        raise ClaimNotVisible
    parties = Parties(marketplace_id=row.marketplace_id, buyer_id=row.buyer_id, shop_id=row.shop_id)
    found = role_in(identity, parties)
    if found is None or (role is not None and found is not role):
        raise ClaimNotVisible
    return OpenedClaim(row=row, role=found, actor=Actor(found, identity.user_id), now=clock.now())


def _opened(
    reference: str, buyers: frozenset[UUID], shops: frozenset[UUID], desks: frozenset[UUID]
) -> QuerySet[Claim]:
    whose = Identity(buyer_ids=buyers, shop_ids=shops, agent_of=desks)
    beside = ("buyer", "shop", "order", "payment", "marketplace", "assigned_to")
    return visible_to(whose).filter(reference=reference).select_related(*beside)


def _said(conversation_id: UUID) -> QuerySet[Message]:
    has_files = Exists(Message.files.through.objects.filter(message_id=OuterRef("pk")))
    said = Message.objects.filter(conversation_id=conversation_id).annotate(**{Message.HAS_FILES: has_files})
    return said.defer("words").order_by("sent_at", "pk")


def _noted(claim_id: UUID) -> QuerySet[InternalNote]:
    return InternalNote.objects.filter(claim_id=claim_id).select_related("author").order_by("written_at")


def _exhibits(claim_id: UUID) -> QuerySet[Evidence]:
    return Evidence.objects.filter(claim_id=claim_id).select_related(*_WITH_FILES)


# What every page of a claim asks.
_OPENED = Composed(_opened)
_HAPPENED = Composed(lambda claim_id: ClaimEvent.objects.filter(claim_id=claim_id).order_by("seq"))
_SAID = Composed(_said)
_SAID_FOR_DESK = Composed(lambda conversation_id: _said(conversation_id).select_related("own_words"))
_NOTED = Composed(_noted)
_EXHIBITS = Composed(_exhibits)


def unclaimed_conversation(order_id: UUID) -> Conversation | None:
    """Return the latest conversation of an order's buyer with its shop that no claim has taken in yet."""
    return (
        Conversation.objects.filter(order_id=order_id, shop__isnull=False, claim=None)
        .order_by("-last_at", "-id")
        .first()
    )


@dataclass(frozen=True)
class Entry:
    """One line of a claim's story: an event, a message or a note, whichever is set.

    An event took effect `at`, and was written down at `recorded_at`: later, when the worker was.
    """

    at: dt.datetime
    role: Role
    event: AnyEvent | None = None
    message: Message | None = None
    note: InternalNote | None = None
    seq: int = 0
    recorded_at: dt.datetime | None = None


def story(opened: OpenedClaim) -> list[Entry]:
    """Return what happened and was said, oldest first; the desk's notes only to the desk."""
    entries = [
        Entry(
            at=row.at,
            role=Role(row.actor_role),
            event=decode_event(canonical(row.body)),
            seq=row.seq,
            recorded_at=row.recorded_at,
        )
        for row in _HAPPENED.rows(opened.row.pk)
    ]
    if opened.row.conversation_id:
        said = _SAID_FOR_DESK if opened.role is Role.AGENT else _SAID
        messages = said.rows(opened.row.conversation_id)
        prefetch_related_objects([m for m in messages if getattr(m, m.HAS_FILES)], WITH_FILES)
        entries += [Entry(at=m.sent_at, role=Role(m.author_role), message=m) for m in messages]
    if opened.role is Role.AGENT:
        notes = _NOTED.rows(opened.row.pk)
        entries += [Entry(at=note.written_at, role=Role.AGENT, note=note) for note in notes]
    return sorted(entries, key=lambda entry: (entry.at, entry.seq))


def evidence_of(claim_id: UUID) -> list[Evidence]:
    """Return the exhibits of a claim, the buyer's first, in their order."""
    found = _EXHIBITS.rows(claim_id)
    return sorted(found, key=lambda exhibit: (exhibit.side != Role.BUYER, exhibit.side, exhibit.number))


def files_of(claim: Claim) -> QuerySet[StoredFile]:
    """Return all that hangs on a claim: its exhibits, and what was attached to the messages about it."""
    here = Q(pk__in=Evidence.objects.filter(claim=claim).values("file_id"))
    if claim.conversation_id is not None:
        here |= Q(pk__in=files_in(claim.conversation_id))
    return StoredFile.objects.filter(here)


def exhibit_of(opened: OpenedClaim, exhibit_id: UUID) -> Evidence | None:
    """Return one exhibit of a claim that its viewer may see, None when the claim has no such exhibit."""
    return Evidence.objects.filter(claim_id=opened.row.pk, pk=exhibit_id).select_related(*_WITH_FILES).first()


def exhibit_numbered(opened: OpenedClaim, number: str) -> Evidence | None:
    """Return one exhibit of a claim by the number that the parties cite ("A-1"), None when there is none."""
    letter, _, digits = number.partition("-")
    side = next((side for side, mine in Evidence.LETTERS.items() if mine == letter), None)
    if side is None or not (digits.isascii() and digits.isdigit() and len(digits) < 5):
        return None
    found = Evidence.objects.filter(claim_id=opened.row.pk, side=side, number=int(digits))
    return found.select_related(*_WITH_FILES).first()


def exhibit_of_upload(upload: Upload) -> Evidence:
    """Return the exhibit that a file became. Raises Evidence.DoesNotExist while it is in a draft."""
    found = Evidence.objects.filter(claim=upload.claim, side=upload.side, file=upload.file)
    return found.select_related(*_WITH_FILES).order_by("number")[:1].get()


def living_link(**which: object) -> PhoneLink | None:
    """Return the link of a telephone that still opens what it was made for."""
    alive = PhoneLink.objects.filter(expires_at__gt=clock.now(), revoked_at=None, **which)
    return alive.select_related("user", "claim", "draft__claim").first()


def uploads_through(link: PhoneLink) -> list[Upload]:
    """Return what a telephone has sent, oldest first."""
    files = [f"file__{name}" for name in SHOWN_WITH]
    return list(link.uploads.select_related("file", *files).order_by("received_at", "pk"))


def claims_of_buyer(
    identity: Identity, *, before: tuple[dt.datetime, UUID] | None = None, limit: int = PAGE
) -> list[Claim]:
    """Return a page of the viewer's own claims, newest first, continued `before` the last row's (opened_at, id)."""
    rows = Claim.objects.filter(buyer_id__in=identity.buyer_ids).select_related("shop")
    if before is not None:
        rows = rows.filter(opened_at__lte=before[0]).filter(
            Q(opened_at__lt=before[0]) | Q(opened_at=before[0], id__lt=before[1])
        )
    return list(rows.order_by("-opened_at", "-id")[: limit + 1])


def claims_of_shops(
    identity: Identity,
    *,
    states: tuple[State, ...] = (),
    after: tuple[dt.datetime, UUID] | None = None,
    limit: int = PAGE,
) -> list[Claim]:
    """Return a page of the claims against the viewer's shops, by what is due first."""
    rows = Claim.objects.filter(shop_id__in=identity.shop_ids).select_related("shop", "buyer")
    rows = rows.filter(state__in=states) if states else rows.exclude(state=State.CLOSED)
    return due_first(rows, after, limit)


def due_first(rows: QuerySet[Claim], after: tuple[dt.datetime, UUID] | None, limit: int) -> list[Claim]:
    """Return one keyset page by (sort_at, id), with one row more than `limit` when there is a next page."""
    return list(in_due_order(rows, after)[: limit + 1])


def in_due_order(rows: QuerySet[Claim], after: tuple[dt.datetime, UUID] | None) -> QuerySet[Claim]:
    """Return the claims behind a place, by what is due first."""
    if after is not None:
        # The first condition says nothing new, but an index can start from it; from an OR it cannot.
        rows = rows.filter(sort_at__gte=after[0]).filter(
            Q(sort_at__gt=after[0]) | Q(sort_at=after[0], id__gt=after[1])
        )
    return rows.order_by("sort_at", "id")


def open_claims_on(order_ids: list[UUID]) -> dict[UUID, list[Claim]]:
    """Return the claims on these orders, newest first, so that a page of orders costs one query more."""
    found: dict[UUID, list[Claim]] = {}
    for claim in Claim.objects.filter(order_id__in=order_ids).order_by("-opened_at"):
        if claim.order_id:
            found.setdefault(claim.order_id, []).append(claim)
    return found
