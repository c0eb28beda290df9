"""What may still be sent on a channel, until when, and what is left after that.

Each service lets a business answer for a while after the customer wrote, then asks for something else. A window is
an exclusive end, like every other: a message at that instant is late.

Sources, read in November 2026: Meta, "WhatsApp Business Platform: Send messages" (service window) and "Pricing"
(free-form messages are charged from 1 October 2026); Meta, "Messenger Platform: message tags" (HUMAN_AGENT; the other
tags ended on 27 April 2026) and "Private replies" (one for each comment, within seven days).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from enum import StrEnum

from msgspec import Struct


class Channel(StrEnum):
    """By which way people write to us, and we to them."""

    PAGE = "page"
    MAIL = "mail"
    FORM = "form"
    WHATSAPP = "whatsapp"
    MESSENGER = "messenger"
    FACEBOOK = "facebook"


class Writer(StrEnum):
    """Who writes: a person of the desk, or a machine (a notice, a reminder)."""

    PERSON = "person"
    MACHINE = "machine"


class Shape(StrEnum):
    """In which form a message may go."""

    FREE = "free"
    """Any words."""
    HUMAN_AGENT = "human_agent"
    """Any words, that a person wrote, marked so."""
    TEMPLATE = "template"
    """Words that the service approved before."""
    PRIVATE_REPLY = "private_reply"
    """One message to who commented in public."""
    PUBLIC_COMMENT = "public_comment"
    """In public: a sentence that says nothing about anybody."""


ANSWERS_IN = dt.timedelta(hours=24)
"""How long WhatsApp and Messenger let a business write freely after the customer did."""
PERSON_ANSWERS_IN = dt.timedelta(days=7)
"""How long Messenger lets a person answer under HUMAN_AGENT, and a page reply in private to a comment."""
FREE_FORM_COSTS_FROM = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
"""From when WhatsApp charges free-form messages too."""

LONGEST_TEXT = {Channel.WHATSAPP: 4096, Channel.MESSENGER: 2000, Channel.FACEBOOK: 2000}
"""Characters of one message that each service takes."""

OPEN = frozenset({Channel.PAGE, Channel.MAIL, Channel.FORM})
"""Channels that never close: the site's own page and mail; a form is answered by mail."""


class Way(Struct, frozen=True, kw_only=True):
    """A form in which a message may go: until when (aware UTC, exclusive; None: no end), and whether it costs."""

    shape: Shape
    until: dt.datetime | None = None
    costs: bool = False


class Allowed(Struct, frozen=True, kw_only=True):
    """What may be sent at an instant: `now`, None when nothing may; and what is left when that ends, `then`."""

    now: Way | None
    then: Way | None = None


class Asked(Struct, frozen=True, kw_only=True):
    """What a window depends on. Instants are aware, UTC.

    `last_in_at` is the customer's last message or comment, None when they never wrote; `has_templates`, whether one is
    approved in their language; `may_tag`, whether Meta granted HUMAN_AGENT; `replied`, which of the two answers to this
    comment are used up.
    """

    last_in_at: dt.datetime | None
    writer: Writer
    has_templates: bool = False
    may_tag: bool = False
    replied: Collection[Shape] = ()


def heard_at(said_at: dt.datetime, received_at: dt.datetime) -> dt.datetime:
    """Return when a customer's message counts as written: as the service says, but not after we received it.

    A clock that is ahead would else keep a window open that the service has closed.
    """
    return min(said_at, received_at)


def allowed(channel: Channel, asked: Asked, now: dt.datetime) -> Allowed:
    """Return what may be sent on this channel at `now` (aware UTC)."""
    if channel in OPEN:
        return Allowed(now=Way(shape=Shape.FREE))
    ways = WAYS[channel](asked, now)
    open_now = [way for way in ways if way.until is None or now < way.until]
    return Allowed(now=open_now[0] if open_now else None, then=open_now[1] if open_now[1:] else None)


def _whatsapp(asked: Asked, now: dt.datetime) -> list[Way]:
    ways = []
    if asked.last_in_at is not None:
        until = asked.last_in_at + ANSWERS_IN
        ways.append(Way(shape=Shape.FREE, until=until, costs=now >= FREE_FORM_COSTS_FROM))
    if asked.has_templates:
        ways.append(Way(shape=Shape.TEMPLATE, costs=True))
    return ways


def _messenger(asked: Asked, now: dt.datetime) -> list[Way]:
    if asked.last_in_at is None:
        return []
    ways = [Way(shape=Shape.FREE, until=asked.last_in_at + ANSWERS_IN)]
    if asked.writer is Writer.PERSON and asked.may_tag:
        ways.append(Way(shape=Shape.HUMAN_AGENT, until=asked.last_in_at + PERSON_ANSWERS_IN))
    return ways


def _facebook(asked: Asked, now: dt.datetime) -> list[Way]:
    """A comment: one private reply, and one neutral sentence in public, which has no end."""
    if asked.last_in_at is None:
        return []
    ways = [
        Way(shape=Shape.PRIVATE_REPLY, until=asked.last_in_at + PERSON_ANSWERS_IN),
        Way(shape=Shape.PUBLIC_COMMENT),
    ]
    return [way for way in ways if way.shape not in asked.replied]


WAYS = {Channel.WHATSAPP: _whatsapp, Channel.MESSENGER: _messenger, Channel.FACEBOOK: _facebook}
