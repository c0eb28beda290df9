"""What webhooks brought and nobody reads is forgotten after a while; what became a message stays as it came."""

from __future__ import annotations

import datetime as dt

import pytest
from pytest_django.fixtures import Settings
from tests.channels import facebook_page, whatsapp
from tests.channels.contract import Thing, body_of, outcomes, texts
from tests.channels.whatsapp import NUMBER, a_message, a_webhook, comes

from recours import clock
from recours.channels.commands import forgetting
from recours.channels.commands.forgetting import forget_webhooks
from recours.channels.commands.hearing import hear
from recours.channels.models import ChannelDelivery, ChannelEvent
from recours.channels.tasks import forget
from recours.marketplaces.models import Marketplace
from recours.rules.channel_windows import Channel

pytestmark = pytest.mark.django_db

DAYS, SECOND = dt.timedelta(days=90), dt.timedelta(seconds=1)


@pytest.fixture
def place(settings: Settings) -> Marketplace:
    settings.WEBHOOK_DAYS = 90
    return whatsapp.SERVICE.connect(settings)


def kept() -> tuple[int, int]:
    """Count the elements and the bodies that are kept."""
    return ChannelEvent.objects.count(), ChannelDelivery.objects.count()


def a_status() -> Thing:
    """News of a message that is none of ours."""
    status = {"id": "wamid.other", "status": "read", "timestamp": str(int(clock.now().timestamp()))}
    return {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER}, "statuses": [status]}


def test_body_that_nobody_can_read_is_forgotten_after_its_days_and_not_before(place: Marketplace) -> None:
    hear(Channel.WHATSAPP, b"\xff", now=clock.now())
    ChannelEvent.objects.update(outcome="unplaced")

    assert forget_webhooks(now=clock.now() + DAYS) == 0
    assert kept() == (1, 1)

    assert forget_webhooks(now=clock.now() + DAYS + SECOND) == 1
    assert kept() == (0, 0)


def test_message_stays_with_the_body_in_which_it_came(place: Marketplace) -> None:
    comes(a_message())

    assert forget_webhooks(now=clock.now() + 10 * DAYS) == 0

    assert kept() == (1, 1)
    assert texts() == ["Mon casque est arrivé cassé."]
    assert ChannelDelivery.objects.get().body


def test_reaction_beside_a_message_stays_and_one_to_nothing_goes(place: Marketplace) -> None:
    message = a_message()
    comes(message)
    comes(whatsapp.SERVICE.reacts(message["id"]))
    comes(whatsapp.SERVICE.reacts("wamid.never"))

    assert forget_webhooks(now=clock.now() + 2 * DAYS) == 1

    assert [outcome for _, outcome, _ in outcomes()] == ["posted", "noted"]
    assert ChannelDelivery.objects.count() == 2


def test_what_became_of_our_messages_and_likes_is_forgotten(place: Marketplace, settings: Settings) -> None:
    facebook_page.SERVICE.connect(settings, place)
    whatsapp.SERVICE.tells(a_webhook(**a_status()))
    facebook_page.SERVICE.tells(
        facebook_page.SERVICE.webhook({"field": "feed", "value": {"item": "like", "verb": "add"}})
    )
    assert [outcome for _, outcome, _ in outcomes()] == ["ignored", "ignored"]

    assert forget_webhooks(now=clock.now() + 2 * DAYS) == 2

    assert kept() == (0, 0)


def test_body_stays_while_one_of_its_elements_does(place: Marketplace) -> None:
    comes(a_message(), a_message("reaction", {"message_id": "wamid.never", "emoji": "👍"}))

    assert forget_webhooks(now=clock.now() + 2 * DAYS) == 1

    assert kept() == (1, 1)


def test_what_still_waits_is_not_forgotten(place: Marketplace) -> None:
    hear(Channel.WHATSAPP, body_of(a_webhook(a_message())), now=clock.now())

    assert forget_webhooks(now=clock.now() + 2 * DAYS) == 0

    assert kept() == (1, 1)


def test_body_whose_elements_were_all_known_is_forgotten(place: Marketplace) -> None:
    message = a_message()
    comes(message)
    hear(Channel.WHATSAPP, body_of(a_webhook(message)) + b" ", now=clock.now())
    assert kept() == (1, 2)

    forget_webhooks(now=clock.now() + 2 * DAYS)

    assert kept() == (1, 1)


def test_many_are_forgotten_in_several_statements(
    place: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    delivery = ChannelDelivery.objects.create(
        channel="whatsapp", sha256="0" * 64, body=b"{}", received_at=clock.now()
    )
    ChannelEvent.objects.bulk_create(
        ChannelEvent(
            channel="whatsapp",
            key=f"notice:{number}",
            kind="notice",
            said_at=clock.now(),
            received_at=clock.now(),
            delivery=delivery,
            position=number,
            outcome="ignored",
            look_at=clock.now(),
        )
        for number in range(5)
    )

    assert forget_webhooks(now=clock.now() + 2 * DAYS) == 5

    assert kept() == (0, 0)


def test_it_happens_each_night(place: Marketplace, settings: Settings) -> None:
    settings.WEBHOOK_DAYS = 8
    hear(Channel.WHATSAPP, b"\xff", now=clock.now() - dt.timedelta(days=9))
    ChannelEvent.objects.update(outcome="unplaced")

    forget()

    assert kept() == (0, 0)
