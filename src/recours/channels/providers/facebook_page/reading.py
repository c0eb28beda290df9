"""What a page's `feed` tells. Source: Meta, "Webhooks for Pages" and "Page: feed" (read in November 2026).

Who comments is known by the id that they have on this page, as on Messenger. Where Meta does not name them, the comment
stands for them: it can be answered all the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace

from recours.channels.providers import Content, Kind, Media, Told
from recours.channels.providers.meta.elements import (
    LONGEST_ACCOUNT,
    LONGEST_ADDRESS,
    Thing,
    clean,
    each,
    line,
    moment,
    named,
    unknown,
)
from recours.rules.channel_windows import Channel

UNANSWERABLE = {"reaction", "like", "share", "event"}
"""What people do under a post without a word."""
POSTS = {"post", "status", "photo", "video"}
"""What a visitor leaves on the page itself; what the page posts is nobody's message to us."""
FILES = ("photo", "video")


def elements(entry: Thing, now: dt.datetime) -> Iterator[Told]:
    """Yield what an entry of a page says of its posts, in its order."""
    account = line(str(entry.get("id", "")), LONGEST_ACCOUNT)
    yield from each(entry.get("changes"), partial(_change, now=now, account=account), account, now)


def _change(change: Thing, *, now: dt.datetime, account: str) -> Iterator[Told]:
    value = change["value"]
    told = replace(unknown(change, account, now), channel=Channel.FACEBOOK)
    match change["field"], value.get("item"):
        case "feed", "comment":
            yield _comment(value, account, told)
        case "feed", item if item in UNANSWERABLE or _author(value) == account:
            yield replace(told, kind=Kind.NOTICE)
        case "feed", item if item in POSTS:
            yield _post(value, told)
        case _:
            yield told


def _author(value: Thing) -> str:
    given = value.get("from")
    return line(str(given.get("id", "")), 160) if isinstance(given, dict) else ""


def _comment(value: Thing, account: str, told: Told) -> Told:
    """Tell of a comment; `told` is what is said of a change that nobody knows."""
    comment, author = named(value, "comment_id"), _author(value)
    who = author or f"comment:{comment}"[:160]
    told = replace(
        told, lane=who, ids=(who,), at=moment(value["created_time"]), text=clean(value.get("message"))
    )
    if author == account:
        return replace(told, kind=Kind.ECHO, key=comment, about=line(value.get("parent_id"), 160))
    return _public(value, told, comment, [(name, value[name]) for name in FILES if value.get(name)])


def _post(value: Thing, told: Told) -> Told:
    """Tell of what a visitor posted on the page: a comment in public that stands under nothing."""
    post = named(value, "post_id")
    who = _author(value) or f"post:{post}"[:160]
    told = replace(
        told,
        lane=who,
        ids=(who,),
        at=moment(value["created_time"]),
        text=clean(value.get("message")),
        is_post=True,
    )
    pictures = value.get("photos") or (
        [value["link"]] if value["item"] == "photo" and value.get("link") else []
    )
    return _public(value, told, post, [("photo", one) for one in pictures])


def _public(value: Thing, told: Told, comment: str, files: list[tuple[str, object]]) -> Told:
    """Tell what happened to something that somebody left in public, known by its id."""
    match value["verb"]:
        case "add":
            media = tuple(_media(name, address) for name, address in files)
            return replace(
                told,
                kind=Kind.MESSAGE,
                key=comment,
                name=line(value["from"].get("name")) if _author(value) else "",
                content=Content.FILES if media else Content.WORDS,
                media=media,
                link=_link(value),
            )
        case "edited":
            digest = hashlib.sha256(told.text.encode()).hexdigest()[:16]
            key = f"{comment}:edited:{told.at.timestamp():.0f}:{digest}"
            return replace(told, kind=Kind.EDITED, key=key, about=comment)
        case "remove":
            return replace(told, kind=Kind.DELETED, key=f"{comment}:removed", about=comment)
        case "hide" | "unhide":
            return replace(told, kind=Kind.NOTICE)
        case _:
            return told


def _media(name: str, address: object) -> Media:
    ref = named({name: address}, name, LONGEST_ADDRESS)
    return Media(ref=ref, name="image" if name == "photo" else name)


def _link(value: Thing) -> str:
    """Return where the post stands, which is public."""
    post = value.get("post")
    given = line(post.get("permalink_url"), LONGEST_ADDRESS) if isinstance(post, dict) else ""
    return given or f"https://www.facebook.com/{named(value, 'post_id')}"
