"""A conversation put into words for a reader: what the three faces show alike. Nothing is decided here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from recours.conversations.models import Conversation, Message
from recours.conversations.queries import OpenedConversation
from recours.rules.contact_details import Contact, contact_details
from recours.rules.conversation import Topic
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import Lang, say

FileUrl = Callable[[UUID, bool], str]
"""`file_url(file_id, thumbnail)`: where the viewer's face serves an attachment."""


@dataclass(frozen=True)
class ThreadEntry:
    """One message of a thread. `text` is a person's own words and is shown as text; `files` are as `evidence.html`
    takes them, without numbers. `flags` are the ways out of the platform that somebody else's message offers."""

    id: int
    at: dt.datetime
    who: str
    role: Role
    text: str
    mine: bool
    channel: str
    files: list[dict[str, Any]] = field(default_factory=list)
    flags: tuple[Contact, ...] = ()

    @property
    def by_mail(self) -> bool:
        return self.channel == Message.Channel.MAIL


def lang() -> Lang:
    """Return the language of the request: "fr", or "en" for a reader who asked for it."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def thread(opened: OpenedConversation, messages: Sequence[Message], file_url: FileUrl) -> list[ThreadEntry]:
    """Return the messages of `queries.messages_of` as `conversations/thread.html` draws them, oldest first."""
    return [_entry(opened, message, file_url) for message in messages]


def _entry(opened: OpenedConversation, message: Message, file_url: FileUrl) -> ThreadEntry:
    role = Role(message.author_role)
    mine = role is opened.role
    return ThreadEntry(
        id=message.pk,
        at=message.sent_at,
        who=_author(opened, message),
        role=role,
        text=message.text,
        mine=mine,
        channel=message.channel,
        files=[
            {
                "name": stored.original_name,
                "url": file_url(stored.pk, False),
                "thumbnail": file_url(stored.pk, True) if stored.thumb_sha256 else "",
                "size": stored.clean_size,
            }
            for stored in message.files.all()
        ],
        flags=() if mine else flags_in(message.text),
    )


def _author(opened: OpenedConversation, message: Message) -> str:
    """Name who wrote. A buyer reads the shop's name, never that of its staff; colleagues read each other's."""
    role = Role(message.author_role)
    if role is opened.role and (role is Role.BUYER or message.author_id == opened.actor.id):
        return _("Vous")
    if role is opened.role and message.author is not None and message.author.name:
        return message.author.name
    return party_name(opened.row, role)


def party_name(row: Conversation, role: Role) -> str:
    """Name a party: the buyer by their name, the shop by its own, the desk as the marketplace's customer service."""
    match role:
        case Role.BUYER:
            return row.buyer.name or _("L’acheteur")
        case Role.SELLER if row.shop is not None:
            return row.shop.name
        case _:
            return support_name(row)


def support_name(row: Conversation) -> str:
    return _("Service client de %(site)s") % {"site": row.marketplace.name}


def topic_word(topic: str) -> str:
    """Return what a conversation is about in a few words; empty for one that has no topic."""
    return say(lang(), f"topic.{Topic(topic)}") if topic else ""


def flags_in(text: str) -> tuple[Contact, ...]:
    """Return the ways out of the platform that a text offers; links to this site are none."""
    return contact_details(text, own_hosts=own_hosts())


def own_hosts() -> tuple[str, ...]:
    """The hosts of this site's own addresses."""
    host = urlsplit(settings.SITE_URL).hostname
    return (host,) if host else ()
