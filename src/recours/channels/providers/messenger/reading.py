"""What Messenger's webhooks say. Source: Meta, "Messenger Platform: webhook events" (read in November 2026).

A customer is known by an id that is theirs on one page alone (PSID). Webhooks give no name: it is asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

from msgspec.structs import replace

from recours.channels.providers import TAKEN_BACK, Content, Kind, Media, Told
from recours.channels.providers.meta.elements import (
    LONGEST_ACCOUNT,
    LONGEST_ADDRESS,
    Thing,
    clean,
    each,
    instant,
    line,
    named,
    unknown,
)
from recours.rules.channel_windows import Channel

LISTS = ("messaging", "standby")
"""Where an entry has its elements; in `standby` while another app answers, which takes nothing from what was said."""
LONGEST_METADATA = 64
LONGEST_KEY = 400
FILES = {"image", "video", "file", "audio", "sticker"}
LINKS = {"fallback", "share", "post", "reel", "ig_reel", "story_mention", "ig_story", "ig_post"}


def elements(entry: Thing, now: dt.datetime) -> Iterator[Told]:
    """Yield what an entry of a page says of Messenger, in its order."""
    account = line(str(entry.get("id", "")), LONGEST_ACCOUNT)
    for name in LISTS:
        yield from each(entry.get(name), partial(_element, now=now, account=account), account, now)


def _element(said: Thing, *, now: dt.datetime, account: str) -> Iterator[Told]:
    match said:
        case {"message": {"is_echo": True} as message}:
            yield _echo(said, message, account)
        case {"message": {"is_deleted": True} as message}:
            about = named(message, "mid")
            yield replace(_theirs(said, account, Kind.DELETED, f"{about}:deleted"), about=about)
        case {"message": message}:
            yield _message(said, message, account)
        case {"message_edit": edit}:
            about = named(edit, "mid")
            told = _theirs(said, account, Kind.EDITED, f"{about}:edited:{said['timestamp']}")
            yield replace(told, about=about, text=clean(edit["text"]))
        case {"reaction": given}:
            yield _reaction(said, given, account)
        case {"postback": given}:
            key = given.get("mid") or f"postback:{named(said['sender'], 'id')}:{said['timestamp']}"
            words = clean(given.get("title") or given["payload"])
            yield replace(_theirs(said, account, Kind.MESSAGE, key), text=words)
        case {"delivery": given}:
            yield from _delivered(said, given, account)
        case {"read": given}:
            yield _seen(said, "read", given["watermark"], account)
        case {"referral": _}:
            yield _theirs(said, account, Kind.NOTICE, f"referral:{said['sender']['id']}:{said['timestamp']}")
        case _:
            yield replace(unknown(said, account, now), channel=Channel.MESSENGER)


def _theirs(said: Thing, account: str, kind: Kind, key: str) -> Told:
    """Tell of an element whose sender is who writes to us. Raises KeyError, TypeError, ValueError."""
    psid = named(said["sender"], "id")
    return Told(
        key=named({"key": key}, "key", LONGEST_KEY),
        channel=Channel.MESSENGER,
        account=_page(said["recipient"], account),
        lane=psid,
        at=instant(said["timestamp"]),
        kind=kind,
        ids=(psid,),
    )


def _page(given: Thing, account: str) -> str:
    """Return the page that an element is about: its own word, or that of its entry."""
    return named(given, "id", LONGEST_ACCOUNT) if given.get("id") else account


def _message(said: Thing, message: Thing, account: str) -> Told:
    told = _theirs(said, account, Kind.MESSAGE, named(message, "mid"))
    content, text, media = _content(message)
    return replace(told, content=content, text=text, media=media)


def _echo(said: Thing, message: Thing, account: str) -> Told:
    """A message of the page: ours, by the key that we gave it, another app's, or a colleague's at Meta itself."""
    psid = named(said["recipient"], "id")
    content, text, media = _content(message)
    return Told(
        key=named(message, "mid"),
        channel=Channel.MESSENGER,
        account=_page(said["sender"], account),
        lane=psid,
        at=instant(said["timestamp"]),
        kind=Kind.ECHO,
        content=content,
        ids=(psid,),
        text=text,
        media=media,
        our_key=line(message.get("metadata"), LONGEST_METADATA),
    )


def _content(message: Thing) -> tuple[Content, str, tuple[Media, ...]]:
    """Return what a message holds; one of which we know who wrote it is a message, whatever it holds."""
    try:
        return _read_content(message)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return Content.UNKNOWN, "", ()


def _read_content(message: Thing) -> tuple[Content, str, tuple[Media, ...]]:
    text = clean(message.get("text"))
    attachments: list[Thing] = message.get("attachments") or []
    if not attachments:
        return (Content.WORDS, text, ()) if text else (Content.UNKNOWN, "", ())
    kinds = {one["type"] for one in attachments}
    media = tuple(_media(one) for one in attachments if one["type"] in FILES)
    links = [_link(one) for one in attachments if one["type"] in LINKS]
    words = "\n".join(part for part in (text, *links) if part and part != text)
    words = "\n".join(part for part in (text, words) if part)
    if kinds == {"location"}:
        return Content.PLACE, _place(attachments[0]), ()
    if _is_sticker(message, attachments):
        return Content.STICKER, words, media
    if not media and not words:
        return Content.UNKNOWN, "", ()
    return (Content.VOICE if kinds == {"audio"} else Content.FILES if media else Content.WORDS), words, media


def _media(attachment: Thing) -> Media:
    kind = line(attachment["type"], 20)
    return Media(
        ref=named(attachment["payload"], "url", LONGEST_ADDRESS), name=line(attachment.get("name")) or kind
    )


def _link(attachment: Thing) -> str:
    """Write out what is shared from elsewhere: its title and its address."""
    payload = attachment.get("payload") or {}
    given = (attachment.get("title") or payload.get("title"), attachment.get("url") or payload.get("url"))
    return " ".join(part for part in (line(given[0]), line(given[1], LONGEST_ADDRESS)) if part)


def _place(attachment: Thing) -> str:
    at = attachment["payload"]["coordinates"]
    told = f"{float(at['lat']):.5f}, {float(at['long']):.5f}"
    return ", ".join(part for part in (line(attachment.get("title")), told) if part)


def _is_sticker(message: Thing, attachments: list[Thing]) -> bool:
    return bool(message.get("sticker_id")) or any(
        one["type"] == "sticker" or "sticker_id" in (one.get("payload") or {}) for one in attachments
    )


def _reaction(said: Thing, given: Thing, account: str) -> Told:
    about, action = named(given, "mid"), given["action"]
    state = {"react": "", "unreact": TAKEN_BACK}[action]
    told = _theirs(
        said, account, Kind.REACTION, f"{about}:{action}:{said['sender']['id']}:{said['timestamp']}"
    )
    return replace(told, about=about, text=line(given.get("emoji") or given.get("reaction"), 20), state=state)


def _delivered(said: Thing, given: Thing, account: str) -> Iterator[Told]:
    """One word for each message that is named; without names, that all until an instant arrived."""
    mids = given.get("mids")
    for mid in mids or ():
        at = instant(given["watermark"])
        told = _theirs(said | {"timestamp": given["watermark"]}, account, Kind.STATUS, f"{mid}:delivered")
        yield replace(told, at=at, about=named({"mid": mid}, "mid"), state="delivered")
    if not mids:
        yield _seen(said, "delivered", given["watermark"], account)


def _seen(said: Thing, state: str, watermark: Any, account: str) -> Told:
    """All that we sent until an instant became this."""
    key = f"{said['sender']['id']}:{state}:{watermark}"
    told = _theirs(said | {"timestamp": watermark}, account, Kind.STATUS, key)
    return replace(told, state=state, until=told.at)
