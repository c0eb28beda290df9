"""Messenger as this installation uses it: names, files, and what is sent."""

from __future__ import annotations

import json
from typing import Any

from msgspec.structs import replace

from recours.channels.providers import Answered, Media, NoAnswer, Outgoing, Upload
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

    def give(self, account: str, file: Upload) -> Answered:
        """Give a file to be sent later, and return its id, good for 90 days. Raises NoAnswer, NotReached."""
        attachment = {"type": _kind(file.media_type), "payload": {"is_reusable": True}}
        fields = {"message": json.dumps({"attachment": attachment})}
        answer = self.graph.upload(f"{account}/message_attachments", fields, replace(file, field="filedata"))
        return sending.judged(answer, lambda said: said["attachment_id"], too_fast=TOO_FAST)

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
        "recipient": _recipient(message),
        "messaging_type": "RESPONSE",
        "message": {**_content(message), "metadata": message.key},
    }
    if message.shape is Shape.HUMAN_AGENT:
        head |= {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return head


def _recipient(message: Outgoing) -> dict[str, str]:
    if not message.comment:
        return {"id": message.to}
    return {"post_id" if message.is_post else "comment_id": message.comment}


def _content(message: Outgoing) -> dict[str, Any]:
    if message.file is None:
        return {"text": message.text}
    payload = {"attachment_id": message.file.ref}
    return {"attachment": {"type": _kind(message.file.media_type), "payload": payload}}


def _kind(media_type: str) -> str:
    kind = media_type.partition("/")[0]
    return kind if kind in {"image", "video"} else "file"
