"""WhatsApp as this installation uses it: its files, and what is sent."""

from __future__ import annotations

from typing import Any

from recours.channels.providers import Answered, Given, Media, NoAnswer, NotGiven, Outgoing, Upload
from recours.channels.providers.meta import sending
from recours.channels.providers.meta.graph import Graph
from recours.channels.providers.whatsapp import reading
from recours.rules.channel_windows import Channel, Shape

LONGEST_FILE = 16 * 1024 * 1024
"""Bytes: WhatsApp's own bound for films and voice notes. A document may be larger there, and not with us."""

TOO_FAST = sending.TOO_FAST | {80007, 130429, 131048, 131056, 133016}
"""Codes of answers that ask for patience. Source: Meta, "Cloud API: error codes"."""


class WhatsApp:
    """Calls the Cloud API with the business's token."""

    channel = Channel.WHATSAPP
    read = staticmethod(reading.read)

    def __init__(self, token: str, *, address: str = "", proof_secret: str = "") -> None:
        self._graph = Graph(token, address=address, proof_secret=proof_secret)

    def name_of(self, external_id: str) -> str:
        """Each message says it."""
        return ""

    def fetch(self, media: Media) -> bytes:
        """Return a file by its id: its address, good for minutes, then its bytes. Raises NotGiven, NoAnswer."""
        answer = self._graph.ask("GET", media.ref)
        if answer.status in (400, 404, 410):
            raise NotGiven(f"{answer.status}")
        url = answer.said.get("url")
        if answer.status != 200 or not isinstance(url, str):
            raise NoAnswer(f"{answer.status}")
        return self._graph.fetch(url, most=LONGEST_FILE, with_token=True)

    def give(self, account: str, file: Upload) -> Answered:
        """Give a file to be sent later, and return its id, good for 30 days. Raises NoAnswer, NotReached."""
        fields = {"messaging_product": "whatsapp", "type": file.media_type}
        answer = self._graph.upload(f"{account}/media", fields, file)
        return sending.judged(answer, lambda said: said["id"], too_fast=TOO_FAST)

    def send(self, message: Outgoing) -> Answered:
        """Send a message once; our key goes along, and comes back with its news. Raises NoAnswer, NotReached."""
        answer = self._graph.ask("POST", f"{message.account}/messages", _written(message))
        return sending.judged(answer, lambda said: said["messages"][0]["id"], too_fast=TOO_FAST)


def _written(message: Outgoing) -> dict[str, Any]:
    """Write a message as the Cloud API takes it: to a number, or to the id that stands for one."""
    to = {"to": message.to} if message.to.isdigit() else {"recipient": message.to}
    head: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **to,
        "biz_opaque_callback_data": message.key,
    }
    if message.file is not None:
        return head | _file(message.file)
    if message.shape is not Shape.TEMPLATE:
        return head | {"type": "text", "text": {"preview_url": False, "body": message.text}}
    parameters = [{"type": "text", "text": one} for one in message.parameters]
    return head | {
        "type": "template",
        "template": {
            "name": message.template,
            "language": {"code": message.language},
            "components": [{"type": "body", "parameters": parameters}] if parameters else [],
        },
    }


def _file(file: Given) -> dict[str, Any]:
    """Write a file by its id; a document has a name, a picture and a film have none."""
    match file.media_type.partition("/")[0]:
        case "image" | "video" as kind:
            return {"type": kind, kind: {"id": file.ref}}
        case _:
            return {"type": "document", "document": {"id": file.ref, "filename": file.name}}
