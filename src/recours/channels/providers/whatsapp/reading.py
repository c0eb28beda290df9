"""What WhatsApp's webhooks say. Source: Meta, "WhatsApp Cloud API: webhooks" and "Business-scoped user IDs" (2026).

A customer is known by `user_id`, which lasts, and by a phone number where they show one: either may be missing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

from recours.channels.providers import Content, Kind, Media, Told
from recours.channels.providers.meta.elements import (
    LONGEST_ACCOUNT,
    Thing,
    clean,
    each,
    line,
    moment,
    named,
    opened,
    unknown,
)

OBJECT = "whatsapp_business_account"
STATES = {"sent", "delivered", "read", "failed"}
UNANSWERABLE = {"system", "request_welcome"}
"""Notices of the service about a chat, which nobody wrote."""


def read(body: bytes, now: dt.datetime) -> list[Told]:
    """Return the elements of one webhook, in its order. Raises Unreadable for what is no webhook of WhatsApp."""
    return [told for entry in opened(body, OBJECT) for told in _entry(entry, now)]


def _entry(entry: Thing, now: dt.datetime) -> Iterator[Told]:
    changes = entry.get("changes", entry)
    yield from each(changes, partial(_change, now=now, business=line(str(entry.get("id", "")), 64)), "", now)


def _change(change: Thing, *, now: dt.datetime, business: str) -> Iterator[Told]:
    value = change["value"]
    match change["field"]:
        case "messages":
            account = named(value["metadata"], "phone_number_id", LONGEST_ACCOUNT)
            contacts = [one for one in value.get("contacts") or [] if isinstance(one, dict)]
            yield from each(
                value.get("messages"), partial(_message, account=account, contacts=contacts), account, now
            )
            yield from each(value.get("statuses"), partial(_status, account=account), account, now)
            if not value.get("messages") and not value.get("statuses"):
                yield unknown(change, account, now)
        case "smb_message_echoes":
            account = named(value["metadata"], "phone_number_id", LONGEST_ACCOUNT)
            yield from each(value["message_echoes"], partial(_echo, account=account), account, now)
        case "message_template_status_update":
            state = line(value["event"], 30)
            yield Told(
                key=f"template:{named(value, 'message_template_id')}:{state}:{now.timestamp():.0f}",
                account=business,
                lane="template",
                at=now,
                kind=Kind.TEMPLATE,
                about=line(value["message_template_name"]),
                name=line(value.get("message_template_language"), 10),
                state=state,
                reason=line(value.get("reason"), 200),
            )
        case _:
            yield unknown(change, "", now)


def _message(message: Thing, *, account: str, contacts: list[Thing]) -> Iterator[Told]:
    ids, phone, name = _who(message, contacts)
    kind, about = Kind.MESSAGE, ""
    match message["type"]:
        case "reaction":
            kind, about = Kind.REACTION, named(message["reaction"], "message_id")
        case "revoke":
            kind, about = Kind.DELETED, named(message["revoke"], "original_message_id")
        case one if one in UNANSWERABLE:
            kind = Kind.UNKNOWN
    content, text, media = _content(message)
    yield Told(
        key=named(message, "id"),
        account=account,
        lane=ids[0],
        at=moment(message["timestamp"]),
        kind=kind,
        content=content,
        ids=ids,
        name=name,
        phone=phone,
        text=text,
        media=media,
        about=about,
    )


def _who(message: Thing, contacts: list[Thing]) -> tuple[tuple[str, ...], str, str]:
    """Return the ids of who wrote, the lasting one first, their phone and their name. Raises ValueError for nobody.

    `from` may hold the number or, where it is hidden, the id; the entry of `contacts` that bears one of them has the
    rest.
    """
    given = [
        named(message, field)
        for field in ("from_user_id", "user_id", "from")
        if message.get(field) is not None
    ]
    theirs: Thing = next(
        (one for one in contacts if {one.get("user_id"), one.get("wa_id")} & set(given)),
        contacts[0] if len(contacts) == 1 and not given else {},
    )
    given += [named(theirs, field) for field in ("user_id", "wa_id") if theirs.get(field) is not None]
    found = sorted(dict.fromkeys(given), key=lambda one: one.isdigit())
    if not found:
        raise ValueError("nobody")
    phone = next((one for one in found if one.isdigit()), "")[:20]
    profile = theirs.get("profile")
    name = line(profile.get("name") or profile.get("username")) if isinstance(profile, dict) else ""
    return tuple(found), phone, name


def _content(message: Thing) -> tuple[Content, str, tuple[Media, ...]]:
    """Return what a message holds; one of which we know who wrote it is a message, whatever it holds."""
    try:
        return _read_content(message)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return Content.UNKNOWN, "", ()


def _read_content(message: Thing) -> tuple[Content, str, tuple[Media, ...]]:
    kind = message["type"]
    given: Any = message.get(kind)
    match kind:
        case "text":
            return Content.WORDS, clean(given["body"]), ()
        case "button":
            return Content.WORDS, clean(given["text"]), ()
        case "interactive":
            chosen = given[given["type"]]
            return Content.WORDS, clean(chosen.get("title") or chosen["response_json"]), ()
        case "reaction":
            return Content.WORDS, line(given.get("emoji"), 20), ()
        case "revoke":
            return Content.WORDS, "", ()
        case "image" | "video" | "document":
            return Content.FILES, clean(given.get("caption")), (_media(given, kind),)
        case "audio" | "voice":
            return Content.VOICE, "", (_media(given, kind),)
        case "sticker":
            return Content.STICKER, "", (_media(given, kind),)
        case "location":
            return Content.PLACE, _place(given), ()
        case "contacts":
            return Content.CARD, "\n".join(_card(card) for card in given), ()
        case _:
            return Content.UNKNOWN, "", ()


def _media(given: Thing, kind: str) -> Media:
    return Media(
        ref=named(given, "id"),
        name=line(given.get("filename")) or kind,
        media_type=line(given.get("mime_type"), 80),
    )


def _place(given: Thing) -> str:
    at = f"{float(given['latitude']):.5f}, {float(given['longitude']):.5f}"
    return ", ".join(part for part in (line(given.get("name")), line(given.get("address")), at) if part)


def _card(card: Thing) -> str:
    name = card.get("name")
    told = [line(name.get("formatted_name"))] if isinstance(name, dict) else []
    told += [line(one.get("phone"), 30) for one in card.get("phones") or []]
    told += [line(one.get("email")) for one in card.get("emails") or []]
    return ", ".join(part for part in told if part)


def _status(status: Thing, *, account: str) -> Iterator[Told]:
    state = status["status"]
    about = named(status, "id")
    errors = status.get("errors") or [{}]
    yield Told(
        key=f"{about}:{line(state, 30)}",
        account=account,
        lane=next(
            (named(status, field) for field in ("recipient_user_id", "recipient_id") if status.get(field)),
            about,
        ),
        at=moment(status["timestamp"]),
        kind=Kind.STATUS if state in STATES else Kind.UNKNOWN,
        about=about,
        our_key=line(status.get("biz_opaque_callback_data"), 64),
        state=line(state, 30),
        reason=line(f"{errors[0].get('code', '')} {errors[0].get('title', '')}", 160),
    )


def _echo(message: Thing, *, account: str) -> Iterator[Told]:
    """A message that a colleague wrote in WhatsApp Business on a phone."""
    content, text, media = _content(message)
    ids = tuple(named(message, field) for field in ("to_user_id", "to") if message.get(field) is not None)
    yield Told(
        key=named(message, "id"),
        account=account,
        lane=ids[0],
        at=moment(message["timestamp"]),
        kind=Kind.ECHO,
        content=content,
        ids=ids,
        text=text,
        media=media,
    )
