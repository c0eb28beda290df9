"""A line behind the bell as its reader sees it."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct

from recours.notices.kinds import Kind
from recours.notices.models import Notice
from recours.rules.wording import Lang, has, say


class Line(Struct, frozen=True):
    """One row of the list: what happened, to what, when, and where it leads."""

    happened: str
    title: str
    url: str
    at: dt.datetime
    new: bool
    count: int


def line_of(notice: Notice, lang: Lang) -> Line:
    """Word a notice. A kind or a detail that this version has no words for falls back on what it has."""
    detail, kind = f"notices.detail.{notice.detail}", f"notices.kind.{notice.kind}"
    key = next((key for key in (detail, kind) if has(lang, key)), "notices.something")
    return Line(
        happened=say(lang, key),
        title=notice.title or say(lang, "notices.untitled"),
        url=notice.path,
        at=notice.at,
        new=notice.seen_at is None,
        count=notice.count,
    )


def why_mailed(kind: Kind, lang: Lang) -> str:
    """Return what the mails of a kind are good for; of a protecting kind, why they cannot be switched off."""
    return say(lang, f"notices.mails.{kind}")
