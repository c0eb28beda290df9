"""How a declarant reaches an order: signed in as its buyer, or with the link that was mailed to them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from recours import clock
from recours.buyer.queries import NotTheirs, order_of
from recours.claims.commands.withdrawing import digest_of
from recours.claims.models import Claim, WithdrawalKey
from recours.claims.queries import ClaimNotVisible, claim_for
from recours.claims.reading import read_purchase
from recours.claims.withdrawable import withdrawals_from
from recours.marketplaces.models import Order
from recours.people.models import User
from recours.people.queries import identity
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

IN_SESSION = "withdrawal_key"


@dataclass(frozen=True)
class Door:
    """An order that somebody may withdraw from, and the addresses of the two steps and of what comes after."""

    order: Order
    by: Actor
    name: str
    email: str
    here: str
    confirm: str
    is_signed_in: bool

    def acknowledgement(self, reference: str) -> str:
        page = "buyer:acknowledgement" if self.is_signed_in else "buyer:acknowledgement_by_key"
        return reverse(page, args=[reference])


def signed_in_door(request: HttpRequest, order_id: UUID) -> Door:
    """Return the door of who is signed in. Raises NotTheirs for the order of somebody else."""
    who = identity(request)
    order = order_of(who, order_id)
    user = request.user
    email = user.email if isinstance(user, User) else order.buyer.email
    return Door(
        order=order,
        by=Actor(Role.BUYER, who.user_id),
        name=order.buyer.name or str(getattr(user, "name", "")),
        email=email,
        here=reverse("buyer:withdraw", args=[order.pk]),
        confirm=reverse("buyer:withdraw_confirm", args=[order.pk]),
        is_signed_in=True,
    )


def claim_door(request: HttpRequest, reference: str) -> Door:
    """Return the door of the order that a withdrawal of the viewer's is about. Raises NotTheirs."""
    try:
        opened = claim_for(identity(request), reference, role=Role.BUYER)
    except ClaimNotVisible:
        raise NotTheirs from None
    if opened.row.order_id is None:
        raise NotTheirs
    return signed_in_door(request, opened.row.order_id)


def key_door(request: HttpRequest) -> Door:
    """Return the door that a mailed link has opened in this browser. Raises NotTheirs once it is shut again."""
    key = _valid(pk=_kept(request))
    order = read_purchase(key.order_id, [key.order.buyer_id])
    return Door(
        order=order,
        by=Actor(Role.BUYER),
        name=order.buyer.name,
        email=order.buyer.email,
        here=reverse("buyer:withdraw_by_key"),
        confirm=reverse("buyer:withdraw_by_key_confirm"),
        is_signed_in=False,
    )


def open_with(request: HttpRequest, secret: str) -> None:
    """Take a mailed secret in exchange for a key of this session, so that no later address shows it.

    Raises NotTheirs, the same for one that never was, is over, or was for something else.
    """
    if not secret.strip():
        raise NotTheirs
    key = _valid(digest=digest_of(secret))
    request.session[IN_SESSION] = str(key.pk)


def withdrawal_of(door: Door, reference: str) -> Claim | None:
    """Return the withdrawal of this reference from the door's order, None when it is about another."""
    return next((row for row in withdrawals_from(door.order.pk) if row.reference == reference), None)


def _kept(request: HttpRequest) -> UUID:
    try:
        return UUID(str(request.session[IN_SESSION]))
    except (KeyError, ValueError):
        raise NotTheirs from None


def _valid(**which: object) -> WithdrawalKey:
    row = WithdrawalKey.objects.filter(expires_at__gt=clock.now(), **which).select_related("order").first()
    if row is None:
        raise NotTheirs
    return row
