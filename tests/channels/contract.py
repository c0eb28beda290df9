"""What every channel of ours must do with what comes and goes, whoever the service is: one suite, tests/channels/
test_contract_*.py, runs over each `Service` of SERVICES."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from typing import Any, ClassVar

from django.test import Client
from pytest_django.fixtures import Settings
from tests.factories import a_marketplace

from recours import clock
from recours.channels.commands.working import work_off
from recours.channels.models import ChannelEvent
from recours.channels.providers.meta.signing import signature
from recours.conversations.models import Message
from recours.marketplaces.models import Marketplace

SECRET, VERIFY = "le-secret-de-l-application", "mot-de-passe-de-meta"
HELLO = "Mon casque est arrivé cassé."

numbers = itertools.count(1)

Thing = dict[str, Any]


class Service:
    """A service of Meta's as the suite sees it: its address here, and how it writes what happens there."""

    channel: ClassVar[str]
    door: ClassVar[str]
    simulator: ClassVar[str]
    person: ClassVar[str]
    """How the simulator and the elements name who writes."""
    page: ClassVar[str] = "/"
    """Where the simulator shows it to people."""
    way: ClassVar[str]
    """How the desk's page says that a message came by it."""

    def connect(self, settings: Settings, place: Marketplace | None = None) -> Marketplace:
        """Give a marketplace its account there."""
        place = place or a_marketplace()
        settings.META_APP_SECRETS = [SECRET]
        settings.META_VERIFY_TOKEN = VERIFY
        self.give(settings, place.slug)
        return place

    def give(self, settings: Settings, slug: str) -> None:
        raise NotImplementedError

    def answers_at(self, settings: Settings, address: str) -> None:
        """Have the service be at an address."""
        raise NotImplementedError

    def says(self, text: str = HELLO, *, at: dt.datetime | None = None, by: str = "") -> Thing:
        """Somebody writes; each message has its own id."""
        raise NotImplementedError

    def webhook(self, *elements: Thing, account: str = "", name: str = "Camille") -> Thing:
        raise NotImplementedError

    def key(self, element: Thing) -> str:
        """Return the id by which a message is known."""
        raise NotImplementedError

    def reacts(self, about: str, *, at: dt.datetime | None = None) -> Thing:
        raise NotImplementedError

    def deletes(self, about: str, *, at: dt.datetime | None = None) -> Thing:
        raise NotImplementedError

    def echo(self, text: str, *, our_key: str = "") -> Thing:
        """A webhook that tells of a message from our side."""
        raise NotImplementedError

    def strange(self) -> Thing:
        """A webhook of a kind that this version does not know."""
        raise NotImplementedError

    def spoiled(self) -> Thing:
        """An element that nobody can read."""
        raise NotImplementedError

    def post(self, body: bytes, *, signed: bytes | None = None, secret: str = SECRET) -> int:
        """Post a webhook, signed as if it were `signed`; return the status of the answer."""
        header = signature(body if signed is None else signed, secret)
        answer = Client().post(
            self.door,
            body,
            content_type="application/json",
            headers={"X-Hub-Signature-256": header},
        )
        return answer.status_code

    def comes(self, *elements: Thing, **given: Any) -> None:
        """A webhook comes, and is worked off."""
        self.tells(self.webhook(*elements, **given))

    def tells(self, webhook: Thing) -> None:
        """A whole webhook comes, and is worked off."""
        assert self.post(body_of(webhook)) == 200
        work_off()


def stamp(at: dt.datetime | None) -> int:
    """Return an instant in seconds since 1970; now for none."""
    return int((at or clock.now()).timestamp())


def body_of(webhook: Thing) -> bytes:
    """Write it as Meta does, which escapes what is not ASCII, slashes too."""
    return json.dumps(webhook).replace("/", "\\/").encode()


def outcomes() -> list[tuple[str, str, str]]:
    """Return what became of each element, in the order in which they came."""
    rows = ChannelEvent.objects.order_by("id").values_list("kind", "outcome", "because")
    return [(kind, outcome, because) for kind, outcome, because in rows]


def texts() -> list[str]:
    """Return what was said, oldest first."""
    return list(Message.objects.order_by("sent_at", "id").values_list("text", flat=True))
