"""The marketplace of a run: shops, buyers, an agent, and as many orders as there will be lives, each paid for."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

from recours_faults.installation import Site
from recours_faults.lives import Matter
from recours_faults.people import Journal, Person

if TYPE_CHECKING:  # models are there once Django is set up
    from recours.marketplaces.models import Order
    from recours.people.models import User

SHOPS, BUYERS = 8, 24
BATCH = 100
"""Orders made in one transaction."""
PRICE_MINOR, SHIPPING_MINOR = 8990, 490
EXPLANATION = (
    "L’arceau du casque est cassé net à gauche. Le carton était intact, l’article ne l’était pas. " * 2
)


def a_world(site: Site, number: int, journal: Journal, seed: int) -> list[Matter]:
    """Make it all, by the product's own commands where there are any; the payments exist at the provider too."""
    from django.db import transaction

    from recours import clock
    from recours.marketplaces.models import Buyer, Marketplace, Order, OrderLine, Parcel, Payment, Shop
    from recours.marketplaces.policies import publish_policy
    from recours.people.commands import appoint_to_desk
    from recours.people.models import DeskRole, ShopRole, ShopStaff, User
    from recours.rules.policy import preset
    from recours.simulators.steering import Steering

    now = clock.now()
    today = now.date()
    with transaction.atomic():
        place = Marketplace.objects.create(
            slug="belle", name="Belle", country="FR", zone="Europe/Paris", currency="EUR"
        )
        publish_policy(marketplace_id=place.pk, source=preset("default"), now=now)
        shops = [
            Shop.objects.create(marketplace=place, ref=f"s{n}", name=f"Au Bon Fil {n}") for n in range(SHOPS)
        ]
        sellers = [User.objects.create_user(f"seller{n}@example.org") for n in range(SHOPS)]
        for user, shop in zip(sellers, shops, strict=True):
            ShopStaff.objects.create(user=user, shop=shop, role=ShopRole.STAFF)
        users = [User.objects.create_user(f"buyer{n}@example.org") for n in range(BUYERS)]
        buyers = [
            Buyer.objects.create(
                marketplace=place, email=user.email, name=f"Camille {n}", country="FR", user=user
            )
            for n, user in enumerate(users)
        ]
        agent = User.objects.create_user("agent@example.org")
        appoint_to_desk(user=agent, marketplace_id=place.pk, role=DeskRole.AGENT)
    people = {user.pk: (n, _session(user)) for n, user in enumerate([*users, *sellers, agent])}

    def person(role: str, user: User) -> Person:
        n, session = people[user.pk]
        return Person(role, session, site.ports, journal, seed + n)

    provider = Steering(site.provider)

    def matter(n: int) -> Matter:
        buyer, shop = buyers[n % BUYERS], shops[n % SHOPS]
        order = Order.objects.create(
            marketplace=place, shop=shop, buyer=buyer, number=f"F-{n:05d}", ordered_at=now - dt.timedelta(days=9),
            currency="EUR", shipping_captured_minor=SHIPPING_MINOR,
        )  # fmt: skip
        parcel = Parcel.objects.create(
            order=order, ref="1", carrier="Colissimo", promised_on=today - dt.timedelta(days=3),
            delivered_on=today - dt.timedelta(days=2), delivery_source="carrier",
        )  # fmt: skip
        OrderLine.objects.create(
            order=order, parcel=parcel, position=1, title="Casque audio Nova, noir", quantity=1,
            currency="EUR", captured_minor=PRICE_MINOR,
        )  # fmt: skip
        ref = f"pi_faults{n:06d}"
        Payment.objects.create(
            marketplace=place, buyer=buyer, order=order, ref=ref, method="card",
            captured_at=now - dt.timedelta(days=9), currency="EUR", captured_minor=PRICE_MINOR + SHIPPING_MINOR,
        )  # fmt: skip
        provider.tell("payments", id=ref, amount=PRICE_MINOR + SHIPPING_MINOR, currency="eur")
        return Matter(
            number=n,
            order_id=order.pk,
            draft_id=_draft(users[n % BUYERS], order, now),
            buyer=person("buyer", users[n % BUYERS]),
            seller=person("seller", sellers[n % SHOPS]),
            agent=person("agent", agent),
            today=today,
        )

    matters: list[Matter] = []
    for start in range(0, number, BATCH):
        with transaction.atomic():  # a disk that is slow to sync is waited for once, and not for each order
            matters += [matter(n) for n in range(start, min(start + BATCH, number))]
    return matters


def _draft(user: User, order: Order, now: dt.datetime) -> UUID:
    """A dispute that was filled in and not sent yet."""
    from recours.claims.models import Draft

    answers = {
        "ground": {"ground": ["damaged"]},
        "wanted": {"remedy": ["refund"], "amount": ["89,90 €"], "goods_return": ["no"]},
        "story": {"explanation": [EXPLANATION]},
    }
    made = Draft.objects.create(
        user=user, marketplace_id=order.marketplace_id, order=order, answers=answers, saved_at=now
    )
    return made.pk


def _session(user: User) -> str:
    """Sign somebody in, as the login page does, and return the session's key."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)
