"""The people, shops and orders that tests on the database begin with. Plain functions; every argument has a default.

The cast is the same everywhere: Alice buys, Bob sells, Charlie is an agent, Mallory must see nothing.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from recours import clock
from recours.claims.commands import OpeningRequest, act, open_claim
from recours.claims.commands.withdrawing import WithdrawalRequest, withdraw_from_contract
from recours.claims.models import Claim
from recours.files.models import StoredFile
from recours.marketplaces.models import Buyer, Marketplace, Order, OrderLine, Parcel, Payment, Shop
from recours.marketplaces.policies import publish_policy
from recours.people.commands import appoint_to_desk, appoint_to_shop
from recours.people.models import DeskRole, User
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.commands import Accept
from recours.rules.lifecycle.vocabulary import Ground, Remedy, Role
from recours.rules.money import Money
from recours.rules.policy import preset

# Of five digits from the first on, so that a test that looks for one number in a page does not find it in another.
_numbers = itertools.count(10_001)

ORDERED_AT = dt.datetime(2026, 10, 28, 18, 30, tzinfo=dt.UTC)
PROMISED_ON = dt.date(2026, 11, 10)
DELIVERED_ON = dt.date(2026, 11, 12)


def euros(minor: int) -> Money:
    return Money(minor=minor, currency="EUR")


def a_user(name: str = "Alice") -> User:
    """A person who can sign in; each call makes another one."""
    return User.objects.create_user(
        f"{name.lower()}{next(_numbers)}@example.org", "a-long-password-1", name=name
    )


def a_marketplace(*, policy: str | None = None, **fields: Any) -> Marketplace:
    """A French marketplace with a published policy, the default one unless its TOML is given."""
    defaults = {
        "slug": f"belle-{next(_numbers)}",
        "name": "Belle",
        "country": "FR",
        "zone": "Europe/Paris",
        "currency": "EUR",
    }
    place = Marketplace.objects.create(**(defaults | fields))
    publish_policy(marketplace_id=place.pk, source=policy or preset("default"), now=clock.now())
    return place


def a_shop(place: Marketplace | None = None, **fields: Any) -> Shop:
    number = next(_numbers)
    defaults = {"ref": f"s{number}", "name": f"Au Bon Fil {number}", "country": "FR"}
    return Shop.objects.create(marketplace=place or a_marketplace(), **(defaults | fields))


def a_buyer(place: Marketplace | None = None, *, user: User | None = None, **fields: Any) -> Buyer:
    """A buyer with an account, unless `email` is given alone."""
    if user is None and "email" not in fields:
        user = a_user()
    defaults: dict[str, Any] = {"name": "Alice", "country": "FR"}
    if user is not None:
        defaults["email"] = user.email
    return Buyer.objects.create(marketplace=place or a_marketplace(), user=user, **(defaults | fields))


def a_seller(shop: Shop) -> User:
    user = a_user("Bob")
    appoint_to_shop(user=user, shop_id=shop.pk)
    return user


def an_agent(place: Marketplace, *, role: DeskRole = DeskRole.AGENT) -> User:
    user = a_user("Charlie")
    appoint_to_desk(user=user, marketplace_id=place.pk, role=role)
    return user


def an_order(
    buyer: Buyer | None = None,
    shop: Shop | None = None,
    *,
    lines: Sequence[int | tuple[int, int]] = (8990,),
    shipping: int = 0,
    payments: Sequence[int] | None = None,
    method: str = "card",
    promised_on: dt.date | None = PROMISED_ON,
    delivered_on: dt.date | None = DELIVERED_ON,
    ordered_at: dt.datetime = ORDERED_AT,
) -> Order:
    """An order in one parcel. `lines` are cents paid, or (cents, quantity); one payment of all unless told."""
    place = buyer.marketplace if buyer else shop.marketplace if shop else a_marketplace()
    buyer = buyer or a_buyer(place)
    number = next(_numbers)
    order = Order.objects.create(
        marketplace=place,
        shop=shop or a_shop(place),
        buyer=buyer,
        number=f"C-{number}",
        ordered_at=ordered_at,
        currency="EUR",
        shipping_captured_minor=shipping,
    )
    parcel = Parcel.objects.create(
        order=order,
        ref="1",
        carrier="Colissimo",
        promised_on=promised_on,
        delivered_on=delivered_on,
        delivery_source="carrier" if delivered_on else "",
    )
    wanted = [(line, 1) if isinstance(line, int) else line for line in lines]
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            parcel=parcel,
            position=position,
            title=f"Casque Nova {position}",
            quantity=quantity,
            currency="EUR",
            captured_minor=minor,
        )
        for position, (minor, quantity) in enumerate(wanted, start=1)
    )
    total = sum(minor for minor, _ in wanted) + shipping
    for part, minor in enumerate([total] if payments is None else payments, start=1):
        a_payment(buyer, order=order, minor=minor, ref=f"pay-{number}-{part}", method=method)
    return order


def a_payment(
    buyer: Buyer | None = None, *, order: Order | None = None, minor: int = 4500, **fields: Any
) -> Payment:
    buyer = buyer or a_buyer()
    defaults = {
        "ref": f"pay-{next(_numbers)}",
        "method": "card",
        "captured_at": order.ordered_at if order else ORDERED_AT,
    }
    return Payment.objects.create(
        marketplace=buyer.marketplace,
        buyer=buyer,
        order=order,
        currency="EUR",
        captured_minor=minor,
        **(defaults | fields),
    )


def a_request(
    order: Order | None = None,
    *,
    payment: Payment | None = None,
    buyer: Buyer | None = None,
    key: UUID | None = None,
    lines: Mapping[int, int] | None = None,
    ground: Ground | None = None,
    **fields: Any,
) -> OpeningRequest:
    """What Alice asks for: all of the order refunded, because it arrived broken; or a wrong payment back."""
    if lines is None:
        lines = {line.pk: line.quantity for line in order.lines.all()} if order else {}
    owner = buyer or (order.buyer if order else payment.buyer if payment else a_buyer())
    defaults: dict[str, Any] = {
        "remedy": Remedy.REFUND,
        "explanation": "L'arceau est cassé net.",
    }
    return OpeningRequest(
        key=key or uuid4(),
        buyer_id=owner.pk,
        ground=ground or (Ground.DAMAGED if order else Ground.PAYMENT_ERROR),
        order_id=order.pk if order else None,
        payment_id=payment.pk if payment else None,
        lines=lines,
        **(defaults | fields),
    )


def a_claim(order: Order | None = None, *, now: dt.datetime | None = None, **asked: Any) -> Claim:
    """A dispute just opened, with the seller unless its ground is the marketplace's."""
    if order is None and not {"payment", "buyer"} & asked.keys():
        order = an_order()
    request = a_request(order, **asked)
    return open_claim(request, by=the_buyer(request.buyer_id), now=now)


def a_withdrawal_request(order: Order, **fields: Any) -> WithdrawalRequest:
    """What Alice declares: she withdraws from all of the order."""
    defaults: dict[str, Any] = {
        "key": uuid4(),
        "lines": {line.pk: line.quantity for line in order.lines.all()},
        "name": "Alice",
        "email": "alice@example.org",
        "lang": "fr",
    }
    return WithdrawalRequest(buyer_id=order.buyer_id, order_id=order.pk, **(defaults | fields))


def a_withdrawal(order: Order | None = None, *, now: dt.datetime | None = None, **fields: Any) -> Claim:
    """A withdrawal from a contract, just declared."""
    order = order or an_order()
    request = a_withdrawal_request(order, **fields)
    return withdraw_from_contract(request, by=the_buyer(order.buyer_id), now=now)


def a_refund_due(order: Order | None = None, *, now: dt.datetime | None = None, **asked: Any) -> Claim:
    """A dispute that the seller accepted, so that its refund is owed."""
    claim = a_claim(order, now=now, **asked)
    return act(claim.pk, Accept(by=Actor(Role.SELLER, a_user("Bob").pk)), now=now)


def the_buyer(buyer_id: UUID) -> Actor:
    return Actor(Role.BUYER, Buyer.objects.get(pk=buyer_id).user_id)


def a_stored_file(by: User | None = None, name: str = "photo.jpg") -> StoredFile:
    """The row of a picture; nothing is put in the store. Tests of files themselves make real ones."""
    digest = f"{next(_numbers):064x}"
    return StoredFile.objects.create(
        sha256=digest,
        media_type="image/jpeg",
        kind="image",
        size_bytes=1,
        original_name=name,
        width=1,
        height=1,
        received_at=clock.now(),
        uploaded_by=by,
        clean_sha256=digest,
        clean_media_type="image/jpeg",
        clean_size=1,
        thumb_sha256=digest,
    )
