"""How a claim comes into the world."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from uuid import UUID, uuid4

import psycopg
from django.db import IntegrityError, transaction
from msgspec import Struct

from recours import clock
from recours.claims.chain import GENESIS
from recours.claims.commands.evidence import take_in_files
from recours.claims.commands.store import AlreadyClaimed, chained, columns_of, insert_claim, more_articles_in
from recours.claims.models import Claim
from recours.claims.reading import read_claimant, read_contact, read_order
from recours.claims.return_addresses import address_now
from recours.claims.rulebook import rulebook
from recours.claims.subjects import (
    LinesMissing,
    Subject,
    subject_of_order,
    subject_of_payment,
    subject_of_purchase,
)
from recours.marketplaces.models import Payment
from recours.rules.eligibility import check_eligible
from recours.rules.entitlement import counted_payer
from recours.rules.lifecycle import Rulebook, decide, evolve
from recours.rules.lifecycle.claim import Actor, Opening, Terms
from recours.rules.lifecycle.claim import Claim as Snapshot
from recours.rules.lifecycle.commands import Command, ContactSeller, OpenDispute
from recours.rules.lifecycle.events import Event
from recours.rules.lifecycle.vocabulary import Ground, Remedy, Role
from recours.rules.money import Money
from recours.rules.refusals import Refusal

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits that nobody mistakes for one another, on the phone or in a letter."""


class OpeningRequest(Struct, frozen=True, kw_only=True):
    """What a buyer asks for.

    `key` makes sending it twice harmless. `lines` maps order lines to quantities; `amount` empty means all that was
    paid. `order_id` and `payment_id` were resolved through what the buyer may see. `contact_first` writes to the
    seller before disputing.
    """

    key: UUID
    buyer_id: UUID
    ground: Ground
    remedy: Remedy
    explanation: str
    order_id: UUID | None = None
    payment_id: UUID | None = None
    lines: Mapping[int, int] = {}
    amount: Money | None = None
    goods_return: bool = False
    contact_first: bool = False
    conversation_id: UUID | None = None
    """Messages about this order that came before, for the claim to take in; resolved like the order."""


class Birth(Struct, frozen=True, kw_only=True):
    """A claim that could be opened now: what it is about, and the events that would open it."""

    marketplace_id: UUID
    rules: Rulebook
    subject: Subject
    opening: Opening
    events: tuple[Event, ...]

    @property
    def claim(self) -> Snapshot:
        """The claim as it would stand."""
        claim: Snapshot | None = None
        for event in self.events:
            claim = evolve(claim, event)
        if claim is None:
            raise ValueError("no events")
        return claim


def open_claim(request: OpeningRequest, *, by: Actor, now: dt.datetime | None = None) -> Claim:
    """Open a claim, or return the one that the same `key` opened before.

    In one transaction: read what the claim is about; check that the policy and the law let it be claimed today;
    decide; write the claim's row, its lines and its first event. Payment grounds and technical faults go to the
    platform and need no order line.
    Raises LinesMissing, AlreadyClaimed, the refusals of `check_eligible` and those of `decide`.
    """
    now = now or clock.now()
    while True:
        try:
            with transaction.atomic():
                return _open(request, by, now)
        except (IntegrityError, Refusal) as error:
            if refused_by(error) == REFERENCE_ONCE:
                continue  # the one time in a million million that chance repeats itself
            # The button was pressed twice, or another claim has the line, or it is too late now: ask, don't guess.
            twin = Claim.objects.filter(buyer_id=request.buyer_id, creation_key=request.key).first()
            if twin is not None:
                return twin
            if refused_by(error) in TAKEN:
                raise AlreadyClaimed from error
            raise


REFERENCE_ONCE = "claims_claim_reference_key"
TAKEN = frozenset(
    {"one_open_claim_per_line", "one_open_claim_per_payment", "claims_claim_conversation_id_key"}
)
"""The constraints by which the database says that another claim has the line, the payment or the conversation."""


def refused_by(error: Exception) -> str | None:
    """Return the name of the constraint that refused the row, None when none did."""
    cause = error.__cause__
    return cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None


def foresee_claim(request: OpeningRequest, *, by: Actor, now: dt.datetime | None = None) -> Birth:
    """Return what `open_claim` would open, and write nothing. Raises the same refusals, but AlreadyClaimed."""
    now = now or clock.now()
    claimant = read_claimant(request.buyer_id)
    rules = rulebook(claimant.marketplace_id, claimant.policy_version, claimant.country)
    subject = _subject(request, rules, claimant.currency)
    check_eligible(subject.facts(request.ground), rules, now)
    opening = Opening(
        claim_id=uuid4(),
        reference=new_reference(),
        about=subject.about,
        ground=request.ground,
        lines=subject.lines,
        shipping=subject.shipping,
        disputed=subject.disputed,
        wanted=_wanted(request, subject, rules),
        explanation=request.explanation,
        policy_version=claimant.policy_version,
        country=claimant.country,
        ordered_on=subject.ordered_on,
        promised_on=subject.promised_on,
        delivered_on=subject.delivered_on,
        contact=read_contact(request.conversation_id, request.buyer_id) if request.conversation_id else None,
    )
    command: Command = (
        ContactSeller(by=by, opening=opening)
        if request.contact_first
        else OpenDispute(by=by, opening=opening)
    )
    events = decide(None, command, rules, now)
    return Birth(
        marketplace_id=claimant.marketplace_id, rules=rules, subject=subject, opening=opening, events=events
    )


def _open(request: OpeningRequest, by: Actor, now: dt.datetime) -> Claim:
    row = insert_birth(
        foresee_claim(request, by=by, now=now),
        key=request.key,
        buyer_id=request.buyer_id,
        order_id=request.order_id,
        payment_id=request.payment_id,
        conversation_id=request.conversation_id,
        now=now,
    )
    if request.conversation_id is not None:
        take_in_files(claim_id=row.pk, conversation_id=request.conversation_id)
    return row


def insert_birth(
    birth: Birth,
    *,
    key: UUID,
    buyer_id: UUID,
    order_id: UUID | None,
    payment_id: UUID | None = None,
    conversation_id: UUID | None = None,
    now: dt.datetime,
) -> Claim:
    """Write a claim that could be opened: its row, its lines and its first events, in the caller's transaction."""
    opening, subject = birth.opening, birth.subject
    claim_id = opening.claim_id
    snapshot, links = chained(
        GENESIS,
        None,
        claim_id,
        birth.events,
        now,
        lambda: address_now(subject.shop_id, birth.marketplace_id),
    )
    row = Claim(
        id=claim_id,
        reference=opening.reference,
        marketplace_id=birth.marketplace_id,
        policy_version=opening.policy_version,
        buyer_id=buyer_id,
        shop_id=subject.shop_id if snapshot.has_seller else None,
        order_id=order_id,
        payment_id=payment_id,
        conversation_id=conversation_id,
        creation_key=key,
        title=subject.title,
        more_articles=more_articles_in(snapshot),
        about=subject.about,
        opened_at=snapshot.opened_at,
        currency=subject.disputed.currency,
        disputed_minor=subject.disputed.minor,
        head_hash=links[-1].hash,
        snapshot=snapshot,
        **columns_of(snapshot),
    )
    insert_claim(row, subject.lines, links, now)
    return row


def new_reference() -> str:
    """Return a new public reference, like L-7F3K9QXM: 40 bits of chance, so neither guessable nor often met twice."""
    return "L-" + "".join(secrets.choice(ALPHABET) for _ in range(8))


def _subject(request: OpeningRequest, rules: Rulebook, currency: str) -> Subject:
    if request.order_id is not None:
        if not request.lines and not request.ground.concerns_marketplace:
            raise LinesMissing
        order, rows = read_order(request.order_id, request.buyer_id)
        return subject_of_order(order, rows, request.lines, rules)
    if request.payment_id is not None:
        payment = Payment.objects.get(pk=request.payment_id, buyer_id=request.buyer_id)
        return subject_of_payment(payment, rules)
    return subject_of_purchase(request.amount, currency)


def _wanted(request: OpeningRequest, subject: Subject, rules: Rulebook) -> Terms:
    refund = request.remedy is Remedy.REFUND
    payer = Role(counted_payer(request.ground, rules.policy, rules.law))
    return Terms(
        remedy=request.remedy,
        amount=(request.amount or subject.disputed) if refund else None,
        goods_return=request.goods_return,
        return_paid_by=payer if request.goods_return else None,
    )
