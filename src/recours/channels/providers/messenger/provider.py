"""Messenger as this installation uses it: names, files, and what is sent."""

from __future__ import annotations

from typing import Any

from recours.channels.providers import Answered, Media, NoAnswer, Outgoing
from recours.channels.providers.meta import sending
from recours.channels.providers.meta.elements import line
from recours.channels.providers.meta.graph import Graph
from recours.rules.channel_windows import Channel, Shape

LONGEST_FILE = 25 * 1024 * 1024
"""Bytes: Messenger's own bound."""

TOO_FAST = sending.TOO_FAST | {17, 32, 613, 1200, 80006}
"""Codes of answers that ask for patience: of the app, the page, the calls, "temporary send failure", the account.
Source: Meta, "Messenger Platform: common error codes" and "Graph API: rate limiting"."""


class Messenger:
    """Calls the Send API with a page's token."""

    channel = Channel.MESSENGER

    def __init__(self, token: str, *, address: str = "", proof_secret: str = "") -> None:
        self.graph = Graph(token, address=address, proof_secret=proof_secret)

    def name_of(self, external_id: str) -> str:
        """Return how somebody calls themselves, who wrote within the day; "" where it is not told."""
        try:
            answer = self.graph.ask("GET", f"{external_id}?fields=first_name,last_name")
        except NoAnswer:
            return ""
        if answer.status != 200:
            return ""
        given = (answer.said.get("first_name"), answer.said.get("last_name"))
        return line(" ".join(part for part in given if isinstance(part, str)))

    def fetch(self, media: Media) -> bytes:
        """Return a file by its address, which came with a webhook. Raises NotGiven, NoAnswer."""
        return self.graph.fetch(media.ref, most=LONGEST_FILE, with_token=False)

    def send(self, message: Outgoing) -> Answered:
        """Send a message once; our key goes along, and comes back with its echo. Raises NoAnswer, NotReached."""
        answer = self.graph.ask("POST", f"{message.account}/messages", _written(message))
        judged = sending.judged(answer, lambda said: said["message_id"], too_fast=TOO_FAST)
        if not judged.ref:
            return judged
        to = answer.said.get("recipient_id")
        return Answered(ref=judged.ref, to=to if isinstance(to, str) else "")


def _written(message: Outgoing) -> dict[str, Any]:
    """Write a message as the Send API takes it: to somebody, or to who wrote a comment."""
    head: dict[str, Any] = {
        "recipient": {"comment_id": message.comment} if message.comment else {"id": message.to},
        "messaging_type": "RESPONSE",
        "message": {"text": message.text, "metadata": message.key},
    }
    if message.shape is Shape.HUMAN_AGENT:
        head |= {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return head
