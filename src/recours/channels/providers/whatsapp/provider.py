"""WhatsApp as this installation uses it: its files, and what is sent."""

from __future__ import annotations

from recours.channels.providers import Media, NoAnswer, NotGiven
from recours.channels.providers.meta.graph import Graph
from recours.channels.providers.whatsapp import reading
from recours.rules.channel_windows import Channel

LONGEST_FILE = 16 * 1024 * 1024
"""Bytes: WhatsApp's own bound for films and voice notes. A document may be larger there, and not with us."""


class WhatsApp:
    """Calls the Cloud API with the business's token."""

    channel = Channel.WHATSAPP
    read = staticmethod(reading.read)

    def __init__(self, token: str, *, address: str = "") -> None:
        self._graph = Graph(token, address=address)

    def fetch(self, media: Media) -> bytes:
        """Return a file by its id: its address, good for minutes, then its bytes. Raises NotGiven, NoAnswer."""
        answer = self._graph.ask("GET", media.ref)
        if answer.status in (400, 404, 410):
            raise NotGiven(f"{answer.status}")
        url = answer.said.get("url")
        if answer.status != 200 or not isinstance(url, str):
            raise NoAnswer(f"{answer.status}")
        return self._graph.fetch(url, most=LONGEST_FILE, with_token=True)
