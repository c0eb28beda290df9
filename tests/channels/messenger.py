"""Webhooks of Messenger as Meta documents them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pytest_django.fixtures import Settings
from tests.channels.contract import HELLO, Service, Thing, numbers, stamp

PAGE = "106700000000001"
YANIS = "7301000000000001"


class Messenger(Service):
    channel, door, simulator = "messenger", "/channels/hooks/page/", "messenger"
    person, way, page = YANIS, "par Messenger", f"/messenger/{YANIS}"

    def give(self, settings: Settings, slug: str) -> None:
        settings.FACEBOOK_PAGES = {PAGE: slug}
        settings.FACEBOOK_TOKENS = {PAGE: "EAAG-simulated"}
        self.answers_at(settings, "http://127.0.0.1:9")

    def answers_at(self, settings: Settings, address: str) -> None:
        settings.FACEBOOK_ADDRESS = f"{address}/v25.0"

    def says(self, text: str = HELLO, *, at: dt.datetime | None = None, by: str = "") -> Thing:
        return an_element(at=at, by=by, message={"mid": f"m_{next(numbers)}", "text": text})

    def webhook(self, *elements: Thing, account: str = "", name: str = "") -> Thing:
        page = account or PAGE
        told = [one | {"recipient": {"id": page}} if "recipient" in one else one for one in elements]
        return {"object": "page", "entry": [{"id": page, "time": stamp(None) * 1000, "messaging": told}]}

    def key(self, element: Thing) -> str:
        return str(element["message"]["mid"])

    def reacts(self, about: str, *, at: dt.datetime | None = None) -> Thing:
        given = {"reaction": "like", "emoji": "👍", "action": "react", "mid": about}
        return an_element(at=at, reaction=given)

    def deletes(self, about: str, *, at: dt.datetime | None = None) -> Thing:
        return an_element(at=at, message={"mid": about, "is_deleted": True})

    def echo(self, text: str, *, our_key: str = "") -> Thing:
        message = {"is_echo": True, "app_id": 1, "mid": f"m_{next(numbers)}", "text": text}
        message |= {"metadata": our_key} if our_key else {}
        told = an_element(message=message) | {"sender": {"id": PAGE}, "recipient": {"id": YANIS}}
        return {"object": "page", "entry": [{"id": PAGE, "time": stamp(None) * 1000, "messaging": [told]}]}

    def strange(self) -> Thing:
        return self.webhook(an_element(hologram={"depth": 3}))

    def spoiled(self) -> Thing:
        return {"message": 7}


SERVICE = Messenger()
connect, comes = SERVICE.connect, SERVICE.comes


def an_element(*, at: dt.datetime | None = None, by: str = "", **fields: Any) -> Thing:
    """Something that Yanis does on Messenger."""
    return {
        "sender": {"id": by or YANIS},
        "recipient": {"id": PAGE},
        "timestamp": stamp(at) * 1000,
        **fields,
    }
