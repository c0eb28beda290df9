"""What a buyer wrote to customer service, written out for a claim: word for word, with how and when each part came."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from recours.channels.models import ChannelEvent, InboundMail
from recours.conversations.models import Message
from recours.files.judge import Judged
from recours.files.kinds import TEXT
from recours.files.press.texts import written
from recours.rules.wording import Lang, say
from recours.rules.wording.format import instant, zone


class Came(Struct, frozen=True):
    """A message as it came in: `source` is the key under `channels.transcript.source` of what its hash is of."""

    message: Message
    sha256: str
    source: str


def as_they_came(messages: Sequence[Message]) -> list[Came]:
    """Return the messages, each with the hash of what was sealed when it came: two queries."""
    ids = [message.pk for message in messages]
    events = ChannelEvent.objects.filter(message__in=ids, outcome=ChannelEvent.Outcome.POSTED)
    hooks = dict(events.values_list("message_id", "delivery__sha256"))
    mails = dict(InboundMail.objects.filter(message__in=ids).values_list("message_id", "sha256"))
    return [_came(message, hooks, mails) for message in messages]


def _came(message: Message, hooks: dict[int, str], mails: dict[int, str]) -> Came:
    if message.pk in hooks:
        return Came(message, hooks[message.pk], "webhook")
    if message.pk in mails:
        return Came(message, mails[message.pk], "mail")
    return Came(message, hashlib.sha256(message.text.encode()).hexdigest(), "words")


def transcript(came: Sequence[Came], *, place: str, zone_name: str, key: UUID, lang: Lang) -> Judged:
    """Return the exhibit in which these messages stand, oldest first: a text of ours, so that nothing is judged.

    It names neither the writer nor their number: the other party reads it. `key` is the conversation's.
    """
    parts = [
        say(lang, "channels.transcript.head", place=place, count=len(came), zone=zone(zone_name, lang)),
        *(_part(number, one, zone_name, lang) for number, one in enumerate(came, start=1)),
    ]
    content = written("\n\n".join(parts) + "\n")
    return Judged(
        name=f"{say(lang, 'channels.transcript.name')}-{key.hex[:6]}.txt",
        media_type=TEXT,
        original=content,
        sha256=hashlib.sha256(content).hexdigest(),
        clean=content,
        clean_media_type=TEXT,
        thumb=None,
        width=None,
        height=None,
        pages=None,
    )


def _part(number: int, one: Came, zone_name: str, lang: Lang) -> str:
    message = one.message
    way = say(lang, f"channels.transcript.way.{message.channel}")
    at = instant(message.sent_at, zone_name, lang)
    hashed = say(lang, f"channels.transcript.source.{one.source}")
    lines = [say(lang, "channels.transcript.came", number=number, at=at, way=way), f"{hashed} {one.sha256}"]
    for stored in message.attached():
        lines.append(say(lang, "channels.transcript.file", name=stored.original_name) + f" {stored.sha256}")
    return "\n".join(lines) + f"\n\n{message.text}"
