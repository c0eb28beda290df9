"""Which channels this installation has, and to which marketplace each number and page of theirs belongs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Protocol
from uuid import UUID

from django.conf import settings

from recours.channels.providers import Answered, Media, Outgoing, Told, Upload
from recours.channels.providers.facebook_page import reading as facebook_page
from recours.channels.providers.facebook_page.provider import FacebookPage
from recours.channels.providers.messenger import reading as messenger
from recours.channels.providers.messenger.provider import Messenger
from recours.channels.providers.meta.elements import Thing, opened, unknown
from recours.channels.providers.whatsapp.provider import WhatsApp
from recours.composed import Composed
from recours.marketplaces.models import Marketplace
from recours.rules.channel_windows import Channel

PAGE_CHANNELS = (Channel.MESSENGER, Channel.FACEBOOK)


class Provider(Protocol):
    """A service of messages."""

    channel: Channel

    def name_of(self, external_id: str) -> str:
        """Return how somebody calls themselves, where messages do not say it; "" for nothing."""
        ...

    def fetch(self, media: Media) -> bytes:
        """Return a file of a message. Raises NotGiven, NoAnswer."""
        ...

    def give(self, account: str, file: Upload) -> Answered:
        """Give the service a file that is to be sent; nobody is sent it yet. Raises NoAnswer, NotReached."""
        ...

    def send(self, message: Outgoing) -> Answered:
        """Send a message, once. Raises NoAnswer, and NotReached where nothing was sent."""
        ...


def provider_of(channel: Channel, account: str) -> Provider | None:
    """Return the service behind one of our accounts; None where the settings have no key for it."""
    match channel:
        case Channel.WHATSAPP if settings.WHATSAPP_TOKEN:
            return WhatsApp(
                settings.WHATSAPP_TOKEN, address=settings.META_ADDRESS, proof_secret=_proof_secret()
            )
        case Channel.MESSENGER if token := settings.FACEBOOK_TOKENS.get(account):
            return Messenger(token, address=_page_address(), proof_secret=_proof_secret())
        case Channel.FACEBOOK if token := settings.FACEBOOK_TOKENS.get(account):
            return FacebookPage(token, address=_page_address(), proof_secret=_proof_secret())
        case _:
            return None


def accounts_of(channel: Channel) -> dict[str, str]:
    """Return our accounts on a channel, each with the slug of its marketplace."""
    match channel:
        case Channel.WHATSAPP:
            return dict(settings.WHATSAPP_NUMBERS)
        case Channel.MESSENGER | Channel.FACEBOOK:
            return dict(settings.FACEBOOK_PAGES)
        case _:
            return {}


_PLACE: Composed[Marketplace] = Composed(lambda slug: Marketplace.objects.filter(slug=slug))


def marketplace_of(channel: Channel, account: str) -> UUID | None:
    """Return to which marketplace an account belongs; None for one that is not ours."""
    slug = accounts_of(channel).get(account)
    if slug is None:
        return None
    place = _PLACE.first(slug)
    return place.pk if place is not None else None


def same_people(channel: Channel) -> tuple[Channel, ...]:
    """Return the channels on which one id is one person: who comments on a page and who writes to it."""
    return PAGE_CHANNELS if channel in PAGE_CHANNELS else (channel,)


def _proof_secret() -> str:
    return settings.META_APP_SECRETS[0] if settings.META_SENDS_PROOF and settings.META_APP_SECRETS else ""


def _page_address() -> str:
    return settings.FACEBOOK_ADDRESS or settings.META_ADDRESS


def _page(body: bytes, now: dt.datetime) -> list[Told]:
    """Return the elements of one webhook of a page, in its order. Raises Unreadable."""
    return [told for entry in opened(body, "page") for told in _entry(entry, now)]


def _entry(entry: Thing, now: dt.datetime) -> Iterator[Told]:
    found = [*messenger.elements(entry, now), *facebook_page.elements(entry, now)]
    yield from found or [unknown(entry, "", now)]


READERS: dict[Channel, Callable[[bytes, dt.datetime], list[Told]]] = {
    Channel.WHATSAPP: WhatsApp.read,
    Channel.MESSENGER: _page,
}
"""How the webhooks of each address are taken apart."""
