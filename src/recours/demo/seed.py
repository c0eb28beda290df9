"""Opening the fictional marketplace: once, in one transaction, dated from today."""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import F
from msgspec.structs import asdict

from recours import clock
from recours.claims.reminders import remind
from recours.demo.cast import (
    BUYERS,
    DESK,
    HANDS,
    MARKETPLACE,
    MARKETPLACE_NAME,
    PERSONAS,
    SELLERS,
    SHOPS,
    ZONE,
    Persona,
)
from recours.demo.orders import quiet_orders
from recours.demo.shopfronts import DETAILS
from recours.demo.simulated import take_payments
from recours.demo.stage import CURRENCY, Stage
from recours.demo.stories import tell
from recours.helpcentre.commands import load_starting_set
from recours.marketplaces.models import Buyer, Marketplace, Payment, Shop
from recours.marketplaces.policies import publish_policy
from recours.notices.models import Notice
from recours.outbox.models import Mail
from recours.people.commands import appoint_to_desk, appoint_to_shop, link_buyers
from recours.people.models import DeskRole, ShopRole, User
from recours.rules.policy import preset

NEWS_LASTS = dt.timedelta(days=2)
"""What was told in the days before the curtain rises is still news; earlier mails were sent and read long since."""


def seed() -> None:
    """Make the marketplace, its people, their orders and their claims; nothing happens when it exists."""
    if Marketplace.objects.filter(slug=MARKETPLACE).exists():
        return
    with transaction.atomic():
        stage = _raise_the_curtain()
        quiet_orders(stage)
        tell(stage)
        take_payments(Payment.objects.filter(marketplace=stage.place))
        stage.play()
        _take_as_read(stage.now - NEWS_LASTS)
        remind(stage.now)


def _take_as_read(before: dt.datetime) -> None:
    """Clear what the stories told until `before`: else the worker would send weeks of mails within the minute."""
    Mail.objects.filter(created_at__lte=before).delete()
    Notice.objects.filter(at__lte=before).update(seen_at=F("at"))


def _raise_the_curtain() -> Stage:
    place = Marketplace.objects.create(
        slug=MARKETPLACE,
        name=MARKETPLACE_NAME,
        country="FR",
        zone=ZONE,
        currency=CURRENCY,
        return_address=f"{MARKETPLACE_NAME}, service des retours\n5 quai des Inventions\n69000 Lyon\nFrance",
    )
    # Before anything was bought: every claim cites conditions older than itself.
    terms = preset("default").replace('name = "default"', f'name = "{MARKETPLACE}"')
    publish_policy(marketplace_id=place.pk, source=terms, now=clock.now() - dt.timedelta(days=200))
    load_starting_set(place.pk, clock.now())
    users = {persona.key: _user(persona) for persona in PERSONAS.values()}
    shops = {
        shop.ref: Shop.objects.create(
            marketplace=place,
            ref=shop.ref,
            name=shop.name,
            country=shop.country,
            **asdict(DETAILS[shop.ref]),
        )
        for shop in SHOPS
    }
    buyers = {
        persona.key: Buyer.objects.create(
            marketplace=place, email=persona.email, name=persona.name, country="FR"
        )
        for persona in BUYERS
    }
    for persona in BUYERS:
        link_buyers(users[persona.key])
        buyers[persona.key].refresh_from_db()
    for persona in SELLERS:
        role = ShopRole.STAFF if persona in HANDS else ShopRole.ADMINISTRATOR
        appoint_to_shop(user=users[persona.key], shop_id=shops[persona.shop].pk, role=role)
    for persona in DESK:
        appoint_to_desk(user=users[persona.key], marketplace_id=place.pk, role=DeskRole(persona.part.value))
    return Stage(now=clock.now(), place=place, users=users, shops=shops, buyers=buyers)


def _user(persona: Persona) -> User:
    """An account with a proven address and no password: the doors of the demo are the only way in."""
    user = User.objects.create_user(persona.email, None, name=persona.name)
    EmailAddress.objects.create(user=user, email=persona.email, verified=True, primary=True)
    return user
