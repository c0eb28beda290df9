"""How a buyer withdraws from a contract, with an account or with a link that was mailed to them.

Not `Withdraw`, which gives a claim up: this is the right to change one's mind (art. L221-18 and L221-21).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from msgspec import Struct

from recours import clock
from recours.claims.commands.acting import act
from recours.claims.commands.opening import (
    REFERENCE_ONCE,
    TAKEN,
    Birth,
    insert_birth,
    new_reference,
    refused_by,
)
from recours.claims.commands.store import AlreadyClaimed
from recours.claims.models import Claim, ClaimLine, WithdrawalKey
from recours.claims.reading import read_claimant, read_order
from recours.claims.rulebook import rulebook
from recours.claims.withdrawable import (
    DisputeIsSettled,
    DisputeStandsInTheWay,
    Withdrawable,
    may_give_way,
    withdrawable,
)
from recours.claims.withdrawal_words import declared_text, link_letter
from recours.marketplaces.models import Buyer, Order
from recours.notices.commands import News, Reader, tell
from recours.notices.kinds import Kind
from recours.notices.readers import buyer_reader
from recours.outbox.commands import write_letter
from recours.rules.entitlement import counted_payer
from recours.rules.lifecycle import decide
from recours.rules.lifecycle.claim import Actor, Declaration, Opening, Terms
from recours.rules.lifecycle.commands import Withdraw, WithdrawFromContract
from recours.rules.lifecycle.vocabulary import Ground, Remedy, Role
from recours.rules.refusals import Refusal
from recours.rules.withdrawing import NameMissing
from recours.rules.wording import Lang, say

RENDERER = "withdrawals"
"""The entry of settings.MAIL_RENDERERS that words the acknowledgement and the mailed link."""
KEY_LASTS = dt.timedelta(hours=24)
KEYS_A_DAY = 5
"""Links that one order's buyer is mailed in a day, whoever asks for them."""
NAME_MOST = 120


class WithdrawalRequest(Struct, frozen=True, kw_only=True):
    """What a buyer declares. `key` makes sending it twice harmless; `lines` maps order lines to quantities.

    `closes_disputes`: a dispute about the same articles gives way to it. `order_id` was resolved through what the
    declarant may see.
    """

    key: UUID
    buyer_id: UUID
    order_id: UUID
    lines: Mapping[int, int]
    name: str
    email: str
    lang: Lang
    contests_exclusion: bool = False
    closes_disputes: bool = False


def withdraw_from_contract(request: WithdrawalRequest, *, by: Actor, now: dt.datetime | None = None) -> Claim:
    """Declare a withdrawal, or return the one that the same declaration made before.

    In one transaction: give up the disputes that it takes the place of; read the order; check that the term runs;
    decide; write the claim, its lines and its first event, which holds the declaration; put the acknowledgement on
    the outbox. The seller is told by the event.
    Raises NameMissing, NothingWasPaid, TooLateToWithdraw, NothingChosen, ExcludedGoods, NothingLeftToRefund,
    AlreadyWithdrawn, DisputeStandsInTheWay, DisputeIsSettled, AlreadyClaimed.
    """
    now = now or clock.now()
    while True:
        try:
            with transaction.atomic():
                return _declare(request, by, now)
        except (IntegrityError, Refusal) as error:
            if refused_by(error) == REFERENCE_ONCE:
                continue
            # The button was pressed twice, on one page or on two: the same declaration is one declaration.
            twin = _twin(request)
            if twin is not None:
                return twin
            if refused_by(error) in TAKEN:
                raise AlreadyClaimed from error
            raise


def foresee_withdrawal(request: WithdrawalRequest, *, by: Actor, now: dt.datetime | None = None) -> Birth:
    """Return what the declaration would make, and write nothing. Raises as `withdraw_from_contract` does."""
    now = now or clock.now()
    found, version, country, marketplace_id = _read(request)
    _disputes(found, request, now)
    return _birth(found, request, version, country, marketplace_id, by, now)


def _read(request: WithdrawalRequest) -> tuple[Withdrawable, int, str, UUID]:
    claimant = read_claimant(request.buyer_id)
    rules = rulebook(claimant.marketplace_id, claimant.policy_version, claimant.country)
    order, lines = read_order(request.order_id, request.buyer_id)
    found = withdrawable(order, lines, rules)
    return found, claimant.policy_version, claimant.country, claimant.marketplace_id


def _disputes(found: Withdrawable, request: WithdrawalRequest, now: dt.datetime) -> list[Claim]:
    """Return the disputes that give way. Raises DisputeIsSettled, DisputeStandsInTheWay."""
    disputes = found.disputes(request.lines)
    for claim in disputes:
        if not may_give_way(claim, found.rules, now):
            raise DisputeIsSettled(reference=claim.reference)
        if not request.closes_disputes:
            raise DisputeStandsInTheWay(reference=claim.reference)
    return disputes


def _declare(request: WithdrawalRequest, by: Actor, now: dt.datetime) -> Claim:
    found, version, country, marketplace_id = _read(request)
    for claim in _disputes(found, request, now):
        act(claim.pk, Withdraw(by=by, reason=say(request.lang, "withdrawing.gave_way")), now=now)
    birth = _birth(found, request, version, country, marketplace_id, by, now)
    row = insert_birth(birth, key=request.key, buyer_id=request.buyer_id, order_id=request.order_id, now=now)
    _acknowledge(row, request, now)
    return row


def _birth(
    found: Withdrawable,
    request: WithdrawalRequest,
    version: int,
    country: str,
    marketplace_id: UUID,
    by: Actor,
    now: dt.datetime,
) -> Birth:
    name = " ".join(request.name.split())[:NAME_MOST]
    if not name:
        raise NameMissing
    found.check(now)
    withdrawn = found.of(request.lines, contests_exclusion=request.contests_exclusion)
    subject, rules = withdrawn.subject, found.rules
    # Only what is excluded can be contested: a box ticked for nothing sends nobody to the platform.
    contested = request.contests_exclusion and any(
        one.chosen and one.exclusion for one in found.choices(request.lines).values()
    )
    payer = counted_payer(Ground.CHANGE_OF_MIND, rules.policy, rules.law, told=found.order.withdrawal_told)
    opening = Opening(
        claim_id=uuid4(),
        reference=new_reference(),
        about=subject.about,
        ground=Ground.CHANGE_OF_MIND,
        lines=subject.lines,
        shipping=subject.shipping,
        disputed=subject.disputed,
        wanted=Terms(
            remedy=Remedy.REFUND,
            amount=subject.disputed,
            goods_return=withdrawn.goods_back,
            return_paid_by=Role(payer) if withdrawn.goods_back else None,
        ),
        explanation="",
        policy_version=version,
        country=country,
        ordered_on=subject.ordered_on,
        promised_on=subject.promised_on,
        delivered_on=subject.delivered_on,
        untold=not found.order.withdrawal_told,
    )
    zone = rules.calendar.zone
    text = declared_text(found.order, subject, name, contested=contested, lang=request.lang)
    declaration = Declaration(
        name=name, email=request.email, text=text, zone=zone, contests_exclusion=contested
    )
    command = WithdrawFromContract(by=by, opening=opening, declaration=declaration)
    return Birth(
        marketplace_id=marketplace_id,
        rules=rules,
        subject=subject,
        opening=opening,
        events=decide(None, command, rules, now),
    )


def _twin(request: WithdrawalRequest) -> Claim | None:
    """Return the withdrawal that this very declaration made: by its key, or by the same articles under way."""
    made = Claim.objects.filter(buyer_id=request.buyer_id, ground=Ground.CHANGE_OF_MIND)
    by_key = made.filter(creation_key=request.key).first()
    if by_key is not None:
        return by_key
    wanted = {line: count for line, count in request.lines.items() if count}
    open_rows = ClaimLine.objects.filter(
        claim__in=made.filter(order_id=request.order_id), is_open=True
    ).values_list("claim_id", "order_line_id", "quantity")
    by_claim: dict[UUID, dict[int, int]] = {}
    for claim_id, line_id, count in open_rows:
        by_claim.setdefault(claim_id, {})[line_id] = count
    same = next((claim_id for claim_id, lines in by_claim.items() if lines == wanted), None)
    return made.filter(pk=same).first() if same else None


def _acknowledge(row: Claim, request: WithdrawalRequest, now: dt.datetime) -> None:
    """Send the acknowledgement without delay (art. L221-21): to the address declared, and to the one that is known.

    Whoever withdraws in a buyer's name is not the only one to hear of it.
    """
    known = buyer_reader(request.buyer_id)
    addresses = {request.email.lower(): request.email}
    if known.address:
        addresses.setdefault(known.address.lower(), known.address)
    tell(
        [
            News(
                reader=Reader(role=Role.BUYER, address=address, name=request.name, language=request.lang),
                kind=Kind.CLAIM,
                key=f"withdrawal:{row.pk}",
                topic=f"claim:{row.pk}",
                marketplace_id=row.marketplace_id,
                title=row.title,
                path="",
                renderer=RENDERER,
                payload={"claim": str(row.pk)},
            )
            for address in addresses.values()
        ],
        now=now,
    )


def mail_key(*, order: Order, lang: Lang, now: dt.datetime | None = None) -> None:
    """Mail the order's buyer a link to withdraw from it, unless they were mailed enough of them today.

    The secret has 256 bits; only its hash is kept, and the mail that holds it is blanked once sent.
    """
    now = now or clock.now()
    with transaction.atomic():
        # Two requests at once count one another.
        Order.objects.select_for_update(no_key=True).only("pk").get(pk=order.pk)
        lately = WithdrawalKey.objects.filter(order=order, made_at__gt=now - dt.timedelta(days=1))
        if lately.count() >= KEYS_A_DAY:
            return
        secret = secrets.token_urlsafe(32)
        WithdrawalKey.objects.create(
            digest=digest_of(secret), order=order, made_at=now, expires_at=now + KEY_LASTS
        )
        letter = link_letter(order, secret, lang)
        write_letter(
            subject=letter.subject,
            body=letter.body,
            site=order.marketplace.name,
            address=order.buyer.email,
            name=order.buyer.name,
            language=lang,
            now=now,
        )


def digest_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def forget_old_keys(now: dt.datetime) -> int:
    """Delete the keys that open nothing any more; return how many."""
    return WithdrawalKey.objects.filter(expires_at__lte=now).delete()[0]


def order_behind(marketplace_id: UUID, number: str, email: str) -> Order | None:
    """Return the order that a buyer names by its number and their address, None where the two do not go together."""
    if "\0" in number or "\0" in email:
        return None
    buyers = Buyer.objects.filter(marketplace_id=marketplace_id, email=email.strip().lower())
    rows = Order.objects.filter(marketplace_id=marketplace_id, number=number.strip(), buyer__in=buyers)
    return rows.select_related("buyer", "marketplace").first()
