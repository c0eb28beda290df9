"""Webhooks of WhatsApp as Meta documents them, signed, and posted to us."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pytest_django.fixtures import Settings
from tests.channels.contract import SECRET, VERIFY, Service, Thing, body_of, numbers, outcomes, stamp

from recours import clock

__all__ = ["SECRET", "VERIFY", "Thing", "body_of", "outcomes"]

NUMBER = "106540352242922"
CAMILLE, HER_ID = "33612345678", "FR.13491208655302741918"


class WhatsApp(Service):
    channel, door, simulator = "whatsapp", "/channels/hooks/whatsapp/", "whatsapp"
    person, way = HER_ID, "par WhatsApp"

    def give(self, settings: Settings, slug: str) -> None:
        settings.WHATSAPP_TOKEN = "EAAG-simulated"
        settings.WHATSAPP_NUMBERS = {NUMBER: slug}

    def answers_at(self, settings: Settings, address: str) -> None:
        settings.META_ADDRESS = f"{address}/v25.0"

    def says(self, text: str = "", *, at: dt.datetime | None = None, by: str = "") -> Thing:
        who = {"from_user_id": by, "from": f"336{abs(hash(by)) % 10**8:08}"} if by else {}
        return a_message(**({"content": {"body": text}} if text else {}), timestamp=str(stamp(at)), **who)

    def webhook(self, *elements: Thing, account: str = "", name: str = "Camille") -> Thing:
        return a_webhook(*elements, name=name, number=account or NUMBER)

    def key(self, element: Thing) -> str:
        return str(element["id"])

    def reacts(self, about: str, *, at: dt.datetime | None = None) -> Thing:
        return a_message("reaction", {"message_id": about, "emoji": "👍"}, timestamp=str(stamp(at)))

    def deletes(self, about: str, *, at: dt.datetime | None = None) -> Thing:
        return a_message("revoke", {"original_message_id": about}, timestamp=str(stamp(at)))

    def echo(self, text: str, *, our_key: str = "") -> Thing:
        """One that a colleague wrote on a phone: of ours there is none, their news bear the key."""
        echo = {"to": CAMILLE, "to_user_id": HER_ID, "id": f"wamid.{next(numbers)}", "type": "text"}
        echo |= {"timestamp": str(stamp(None)), "text": {"body": text}}
        value = {"metadata": {"phone_number_id": NUMBER}, "message_echoes": [echo]}
        return _of({"field": "smb_message_echoes", "value": value})

    def strange(self) -> Thing:
        return _of({"field": "holograms", "value": {"depth": 3}})

    def spoiled(self) -> Thing:
        return {"type": "text", "text": 7}


SERVICE = WhatsApp()
connect, post = SERVICE.connect, SERVICE.post


def a_message(kind: str = "text", content: Any = None, **fields: Any) -> Thing:
    """A message from Camille; each has its own id."""
    content = {"body": "Mon casque est arrivé cassé."} if content is None and kind == "text" else content
    return {
        "from": CAMILLE,
        "from_user_id": HER_ID,
        "id": f"wamid.{next(numbers)}",
        "timestamp": str(int(clock.now().timestamp())),
        "type": kind,
        **({kind: content} if content is not None else {}),
        **fields,
    }


def a_webhook(*messages: Thing, name: str = "Camille", number: str = NUMBER, **value: Any) -> Thing:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "33100000000", "phone_number_id": number},
        "contacts": [{"profile": {"name": name}, "wa_id": CAMILLE, "user_id": HER_ID}],
        **({"messages": list(messages)} if messages else {}),
        **value,
    }
    return _of({"field": "messages", "value": value})


def comes(*messages: Thing, **given: Any) -> None:
    """A webhook comes, and is worked off."""
    SERVICE.tells(a_webhook(*messages, **given))


def _of(change: Thing) -> Thing:
    return {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [change]}]}
