"""Who writes from elsewhere: a comment that goes on in private, and two windows that have closed."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.conf import settings

from recours.channels.commands.commenting import go_private
from recours.channels.commands.dispatching import send_due
from recours.channels.commands.hearing import hear
from recours.channels.commands.working import attend
from recours.channels.models import ChannelDelivery, ChannelEvent, ChannelSending
from recours.channels.providers.meta.simulator.hooks import as_meta_writes
from recours.channels.templates_known import NEWS, REPLY
from recours.conversations.models import Conversation
from recours.demo.cast import INES, MARKETPLACE_NAME
from recours.demo.stage import Stage
from recours.rules.channel_windows import Channel
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role
from recours.simulators.steering import Steering

MARILOU = {"id": "7301000000000002", "name": "Marilou Tessier"}
ON_WHATSAPP = {"id": "FR.20417733900418262754", "name": "Lucie", "phone": "33639980002"}


def comment_goes_on_in_private(stage: Stage) -> None:
    """Yanis comments under a post; Inès answers in private and says so below; he goes on in Messenger."""
    if not settings.FACEBOOK_ADDRESS:
        return
    text = "Bonjour, ma lampe d’atelier grésille depuis hier soir. À qui faut-il écrire ?"
    _told(stage, stage.ago(1, "18:10"), "comment", text=text)

    def answered(now: dt.datetime) -> None:
        talk = Conversation.objects.filter(contact__name="Yanis Benali").latest("started_at")
        by = Actor(Role.AGENT, stage.users[INES.key].pk)
        go_private(conversation_id=talk.pk, by=by, key=uuid4(), now=now)
        with _at(stage, now):
            send_due()
        ChannelSending.objects.filter(message__conversation=talk).update(sent_at=now, delivered_at=None)

    stage.add(stage.ago(1, "18:40"), answered)
    _told(
        stage,
        stage.now - dt.timedelta(hours=3),
        "write",
        text="C’est moi, pour la lampe. Elle grésille dès que je la pose.",
    )


def window_of_messenger_has_closed(stage: Stage) -> None:
    """Marilou wrote two days ago and nobody answered: a person still may, for five days."""
    if not settings.FACEBOOK_ADDRESS:
        return
    text = "Bonjour, la suspension est-elle livrée avec sa visserie ?"
    _told(stage, stage.ago(2, "10:20"), "write", text=text, **MARILOU)


def window_of_whatsapp_has_closed(stage: Stage) -> None:
    """Lucie wrote by WhatsApp two days ago; what is left is the template. Meta approved it, and that of news."""
    if not settings.WHATSAPP_NUMBERS:
        return
    number = next(iter(settings.WHATSAPP_NUMBERS))
    at = stage.ago(2, "16:05")
    approved = [
        {
            "event": "APPROVED",
            "message_template_id": number,
            "message_template_name": template.name,
            "message_template_language": "fr",
            "reason": "NONE",
        }
        for number, template in enumerate((REPLY, NEWS), start=594425479261596)
    ]
    wrote = {
        "from": ON_WHATSAPP["phone"],
        "from_user_id": ON_WHATSAPP["id"],
        "id": f"wamid.{uuid4().hex}",
        "timestamp": str(int(at.timestamp())),
        "type": "text",
        "text": {"body": f"Bonjour {MARKETPLACE_NAME}, le plaid vert sauge, le faites-vous encore ?"},
    }
    contact = {
        "profile": {"name": ON_WHATSAPP["name"]},
        "user_id": ON_WHATSAPP["id"],
        "wa_id": ON_WHATSAPP["phone"],
    }
    message = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "33100000000", "phone_number_id": number},
        "contacts": [contact],
        "messages": [wrote],
    }
    changes = [
        *({"field": "message_template_status_update", "value": one} for one in approved),
        {"field": "messages", "value": message},
    ]
    webhook = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": changes}],
    }
    stage.add(at, lambda now: _heard(Channel.WHATSAPP, webhook, now))


def _told(stage: Stage, at: dt.datetime, door: str, **given: Any) -> None:
    """Somebody writes or comments at the simulator, and the site hears of it, both at that instant."""

    def scene(now: dt.datetime) -> None:
        with _at(stage, now):
            webhook = Steering(_origin()).tell(door, **given)["webhook"]
            _heard(Channel.MESSENGER, webhook, now)

    stage.add(at, scene)


@contextlib.contextmanager
def _at(stage: Stage, now: dt.datetime) -> Iterator[None]:
    """Have the simulator's clock stand at an instant of the past."""
    steering, back = Steering(_origin()), (now - stage.now).total_seconds()
    steering.tell("clock", forward=back)
    try:
        yield
    finally:
        steering.tell("clock", forward=-back)


def _heard(channel: Channel, webhook: dict[str, Any], now: dt.datetime) -> None:
    """Take a webhook as the worker would."""
    body = as_meta_writes(webhook)
    hear(channel, body, now=now)
    delivery = ChannelDelivery.objects.get(channel=channel, sha256=hashlib.sha256(body).hexdigest())
    for event_id in (
        ChannelEvent.objects.filter(delivery=delivery).order_by("position").values_list("pk", flat=True)
    ):
        attend(event_id, now=now)


def _origin() -> str:
    """Where the simulator is, without the version of its Graph."""
    return settings.FACEBOOK_ADDRESS.rpartition("/")[0]


STORIES = (comment_goes_on_in_private, window_of_messenger_has_closed, window_of_whatsapp_has_closed)
