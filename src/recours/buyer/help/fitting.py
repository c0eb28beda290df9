"""Which of the reader's orders and charges an article's action can be about, the likeliest first."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from msgspec import Struct

from recours.buyer.orders.cards import title_of
from recours.buyer.queries import orders_of, payments_without_order
from recours.claims.claimable import claims_on_payments, rules_today
from recours.claims.queries import open_claims_on
from recours.claims.subjects import subject_of_order, subject_of_payment
from recours.helpcentre.actions import Action, Kind
from recours.marketplaces.models import Marketplace, Order, Payment, Shop
from recours.marketplaces.policies import NoPolicy
from recours.rules.access import Identity
from recours.rules.lifecycle import Rulebook
from recours.rules.lifecycle.vocabulary import Ground, State
from recours.rules.outlook import Option, change_of_mind, options
from recours.rules.wording.format import day, money
from recours.ui.language import lang

SHOWN = 10
"""Orders to choose from: the last ones."""
SHOPS = 200
ORDER, PAYMENT, SHOP = "order", "payment", "shop"


class Choice(Struct, frozen=True):
    """One thing that the action may be about: "order:<id>", and how its buyer knows it."""

    value: str
    label: str


def choices_for(action: Action, who: Identity, place: Marketplace, now: dt.datetime) -> list[Choice]:
    """Return what the reader may choose from on this marketplace; nothing for an action that needs no choice.

    A dispute is offered on the orders where it can be opened today; a message on all, those that it suits first.
    """
    if action.kind is Kind.BEFORE_PURCHASE:
        shops = Shop.objects.filter(marketplace=place).order_by("name", "pk")[:SHOPS]
        return [Choice(f"{SHOP}:{shop.ref}", shop.name) for shop in shops]
    if not action.needs_order or not who.buyer_ids:
        return []
    orders = [order for order in orders_of(who, limit=SHOWN) if order.marketplace_id == place.pk]
    found = [_order_choice(order) for order in _fitting(orders, action, now)]
    if action.kind is Kind.PAYMENT:
        payments = [one for one in payments_without_order(who) if one.marketplace_id == place.pk]
        found = [_payment_choice(one) for one in _contestable(payments, action, now)] + found
    return found


def chosen_id(value: str, kind: str) -> UUID | None:
    """Return the id in a choice that was posted; None for anything else."""
    named, _sep, key = value.partition(":")
    try:
        return UUID(key) if named == kind else None
    except ValueError:
        return None


def _fitting(orders: list[Order], action: Action, now: dt.datetime) -> list[Order]:
    versions: dict[UUID, int] = {}
    claims = open_claims_on([order.pk for order in orders])
    ranks: list[tuple[int, Order]] = []
    for order in orders:
        claimed = sum(claim.state != State.CLOSED for claim in claims.get(order.pk, ()))
        try:
            rank = _rank(order, action, rules_today(order.buyer, versions), now)
        except NoPolicy:
            rank = NEVER
        if claimed >= len(order.lines.all()):
            rank = NEVER
        ranks.append((rank, order))
    everything = action.kind is Kind.MESSAGE
    ranks.sort(key=lambda pair: pair[0])  # stable: the most recent first among equals
    return [order for rank, order in ranks if everything or rank < NEVER]


TODAY, ONCE_RECEIVED, NEVER = range(3)


def _rank(order: Order, action: Action, rules: Rulebook, now: dt.datetime) -> int:
    """Say how well an order suits: now; once the buyer tells when it came; not at all."""
    ground = action.ground or (action.topic.ground if action.topic else None)
    found: list[Option] = []
    for quantities in _by_parcel(order):
        facts = subject_of_order(order, list(order.lines.all()), quantities, rules).facts(Ground.LOST)
        if action.topic == "withdrawal" and change_of_mind(facts, rules, now) is not None:
            return TODAY
        found += options(facts, rules, now)
    if ground is not None:
        found = [one for one in found if one.ground is ground]
    elif action.kind is Kind.DISPUTE:
        found = [one for one in found if not one.ground.concerns_marketplace]
    elif action.topic != "withdrawal":
        return TODAY
    if any(one.is_open for one in found):
        return TODAY if action.topic != "withdrawal" else NEVER
    return ONCE_RECEIVED if any(one.needs_delivery_day for one in found) else NEVER


def _by_parcel(order: Order) -> list[dict[int, int]]:
    parcels: dict[int | None, dict[int, int]] = {}
    for line in order.lines.all():
        parcels.setdefault(line.parcel_id, {})[line.pk] = line.quantity
    return list(parcels.values())


def _contestable(payments: list[Payment], action: Action, now: dt.datetime) -> list[Payment]:
    claims = claims_on_payments(payment.pk for payment in payments)
    found = []
    for payment in payments:
        claim = claims.get(payment.pk)
        if claim is not None and claim.state != State.CLOSED:
            continue
        try:
            rules = rules_today(payment.buyer)
        except NoPolicy:
            continue
        facts = subject_of_payment(payment, rules).facts(action.ground or Ground.PAYMENT_ERROR)
        if any(one.is_open for one in options(facts, rules, now) if one.ground is facts.ground):
            found.append(payment)
    return found


def _order_choice(order: Order) -> Choice:
    words = {
        "title": title_of(list(order.lines.all())),
        "shop": order.shop.name,
        "day": day(localdate(order.ordered_at), lang(), weekday=False),
    }
    return Choice(f"{ORDER}:{order.pk}", _("%(title)s (%(shop)s, %(day)s)") % words)


def _payment_choice(payment: Payment) -> Choice:
    words = {
        "amount": money(payment.refundable, lang()),
        "day": day(localdate(payment.captured_at), lang(), weekday=False),
        "ref": payment.ref,
    }
    return Choice(f"{PAYMENT}:{payment.pk}", _("Débit de %(amount)s du %(day)s (%(ref)s)") % words)
