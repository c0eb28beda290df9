"""Webhooks of WhatsApp as Meta documents them, signed, and posted to us."""

from __future__ import annotations

import itertools
import json
from typing import Any

from django.test import Client
from pytest_django.fixtures import Settings
from tests.factories import a_marketplace

from recours import clock
from recours.channels.commands.working import work_off
from recours.channels.models import ChannelEvent
from recours.channels.providers.meta.signing import signature
from recours.marketplaces.models import Marketplace

SECRET, VERIFY = "le-secret-de-l-application", "mot-de-passe-de-meta"
NUMBER = "106540352242922"
CAMILLE, HER_ID = "33612345678", "FR.13491208655302741918"

_numbers = itertools.count(1)

Thing = dict[str, Any]


def connect(settings: Settings, place: Marketplace | None = None) -> Marketplace:
    """Give a marketplace its number on WhatsApp."""
    place = place or a_marketplace()
    settings.META_APP_SECRETS = [SECRET]
    settings.META_VERIFY_TOKEN = VERIFY
    settings.WHATSAPP_TOKEN = "EAAG-simulated"
    settings.WHATSAPP_NUMBERS = {NUMBER: place.slug}
    return place


def a_message(kind: str = "text", content: Any = None, **fields: Any) -> Thing:
    """A message from Camille; each has its own id."""
    content = {"body": "Mon casque est arrivé cassé."} if content is None and kind == "text" else content
    return {
        "from": CAMILLE,
        "from_user_id": HER_ID,
        "id": f"wamid.{next(_numbers)}",
        "timestamp": str(int(clock.now().timestamp())),
        "type": kind,
        **({kind: content} if content is not None else {}),
        **fields,
    }


def a_webhook(*messages: Thing, name: str = "Camille", number: str = NUMBER, **value: Any) -> Thing:
    return {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": "102290129340398",
                "changes": [
                    {
                        "field": "messages",
                        "value": {
                            "messaging_product": "whatsapp",
                            "metadata": {"display_phone_number": "33100000000", "phone_number_id": number},
                            "contacts": [{"profile": {"name": name}, "wa_id": CAMILLE, "user_id": HER_ID}],
                            **({"messages": list(messages)} if messages else {}),
                            **value,
                        },
                    }
                ],
            }
        ],
    }


def body_of(webhook: Thing) -> bytes:
    """Write it as Meta does, which escapes what is not ASCII, slashes too."""
    return json.dumps(webhook).replace("/", "\\/").encode()


def post(body: bytes, *, signed: bytes | None = None, secret: str = SECRET) -> int:
    """Post a webhook, signed as if it were `signed`; return the status of the answer."""
    header = signature(body if signed is None else signed, secret)
    answer = Client().post(
        "/channels/hooks/whatsapp/",
        body,
        content_type="application/json",
        headers={"X-Hub-Signature-256": header},
    )
    return answer.status_code


def comes(*messages: Thing, **given: Any) -> None:
    """A webhook comes, and is worked off."""
    assert post(body_of(a_webhook(*messages, **given))) == 200
    work_off()


def outcomes() -> list[tuple[str, str, str]]:
    """Return what became of each element, in the order in which they came."""
    rows = ChannelEvent.objects.order_by("id").values_list("kind", "outcome", "because")
    return [(kind, outcome, because) for kind, outcome, because in rows]
