"""What services of messages tell us and take from us, in words of our own. Each lives in a package beside this."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from msgspec import Struct

from recours.rules.channel_windows import Channel, Shape


class Kind(StrEnum):
    """What an element of a webhook is."""

    MESSAGE = "message"
    """Somebody wrote to us, in words, pictures, or anything else."""
    REACTION = "reaction"
    DELETED = "deleted"
    EDITED = "edited"
    """Its author changed what they had written."""
    STATUS = "status"
    """What became of a message that we sent."""
    ECHO = "echo"
    """A message from our side, told to us as well."""
    TEMPLATE = "template"
    """The service approved a template, or took its approval back."""
    NOTICE = "notice"
    """Told to us, and nothing of ours changes by it."""
    UNKNOWN = "unknown"
    """Anything that this version cannot read; a message is shown as such, the rest kept."""


TAKEN_BACK = "taken_back"
"""The state of a reaction that its author took back."""


class Content(StrEnum):
    """What a message holds besides its words."""

    WORDS = "words"
    FILES = "files"
    VOICE = "voice"
    STICKER = "sticker"
    PLACE = "place"
    CARD = "card"
    UNKNOWN = "unknown"


class Media(Struct, frozen=True, kw_only=True):
    """A file of a message: `ref` is what the service gives it out for, its id or its address."""

    ref: str
    name: str = ""
    media_type: str = ""


class Told(Struct, frozen=True, kw_only=True):
    """One element of a webhook, as the service tells it. Texts are those of strangers; `at` is aware, UTC.

    `ids` are the customer's names there, the one that lasts first; `about` is the id of the message that it concerns,
    and `our_key` the key that we gave that message, where the service gives it back; `until` is set where it concerns
    all that they were sent until then. `channel` is set where several share one address; `link` is where a message
    stands in public.
    """

    key: str
    account: str
    lane: str
    at: dt.datetime
    kind: Kind
    content: Content = Content.WORDS
    ids: tuple[str, ...] = ()
    name: str = ""
    phone: str = ""
    text: str = ""
    media: tuple[Media, ...] = ()
    about: str = ""
    our_key: str = ""
    state: str = ""
    reason: str = ""
    until: dt.datetime | None = None
    channel: Channel | None = None
    link: str = ""
    is_post: bool = False
    """It was left on a page itself, and not below something there."""


class Upload(Struct, frozen=True, kw_only=True):
    """A file that a service is given before it is sent: nobody is sent anything by it. `field` is its field's name."""

    name: str
    media_type: str
    content: bytes
    field: str = "file"


class Given(Struct, frozen=True, kw_only=True):
    """A file that a service has: its name there, what we call it, and its media type."""

    ref: str
    name: str
    media_type: str


class Outgoing(Struct, frozen=True, kw_only=True):
    """A message on its way out: from one of our accounts, to somebody's id there, under a key that is ours."""

    key: str
    account: str
    to: str
    shape: Shape
    text: str = ""
    template: str = ""
    language: str = "fr"
    parameters: tuple[str, ...] = ()
    comment: str = ""
    """The comment that it answers, in private or below it."""
    is_post: bool = False
    """That is what a visitor posted."""
    file: Given | None = None
    """What is sent instead of words."""


class Answered(Struct, frozen=True, kw_only=True):
    """What a service answered to a message: its id of one that it took; else why it did not, and when to come back.

    `wait_s` is set where it did not take it and may later: nothing was sent. `to` is who got it, where we did not know.
    """

    ref: str = ""
    to: str = ""
    reason: str = ""
    wait_s: int | None = None


class Unreadable(ValueError):
    """A webhook that is signed and is not what its service documents."""


class NoAnswer(Exception):
    """What was asked may or may not have been done: nobody said."""


class NotReached(NoAnswer):
    """Nobody was there to ask: nothing was done."""


class NotGiven(Exception):
    """The service does not give out a file: it is too large, too old, or never was."""
