"""Which channels this installation has, and to which marketplace each number and page of theirs belongs."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from django.conf import settings

from recours.channels.providers import Answered, Media, Outgoing
from recours.channels.providers.whatsapp.provider import WhatsApp
from recours.marketplaces.models import Marketplace
from recours.rules.channel_windows import Channel


class Provider(Protocol):
    """A service of messages."""

    channel: Channel

    def fetch(self, media: Media) -> bytes:
        """Return a file of a message. Raises NotGiven, NoAnswer."""
        ...

    def send(self, message: Outgoing) -> Answered:
        """Send a message, once. Raises NoAnswer, and NotReached where nothing was sent."""
        ...


def provider_of(channel: Channel, account: str) -> Provider | None:
    """Return the service behind one of our accounts; None where the settings have no key for it."""
    match channel:
        case Channel.WHATSAPP if settings.WHATSAPP_TOKEN:
            return WhatsApp(settings.WHATSAPP_TOKEN, address=settings.META_ADDRESS)
        case _:
            return None


def accounts_of(channel: Channel) -> dict[str, str]:
    """Return our accounts on a channel, each with the slug of its marketplace."""
    match channel:
        case Channel.WHATSAPP:
            return dict(settings.WHATSAPP_NUMBERS)
        case _:
            return {}


def marketplace_of(channel: Channel, account: str) -> UUID | None:
    """Return to which marketplace an account belongs; None for one that is not ours."""
    slug = accounts_of(channel).get(account)
    if slug is None:
        return None
    return Marketplace.objects.filter(slug=slug).values_list("pk", flat=True).first()


READERS = {Channel.WHATSAPP: WhatsApp.read}
"""How the webhooks of each channel are taken apart."""
