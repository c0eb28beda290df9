"""What a mail says: words in one language, for one reader. How it looks is the business of `outbox.rendering`."""

from __future__ import annotations

from msgspec import Struct


class MailContent(Struct, frozen=True, kw_only=True):
    """One mail. Texts arrive worded; a person's own words are in `quote` and are shown as text, never as markup.

    `turn` and `silence` are the one sentence that every page begins with: whose turn, until when, and what silence
    does. `button_path` is a path on this site. `reply_to` is empty where an answer by mail leads nowhere.
    """

    subject: str
    heading: str
    paragraphs: tuple[str, ...] = ()
    quote: str = ""
    quoted_from: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    turn: str = ""
    silence: str = ""
    button_label: str = ""
    button_path: str = ""
    reply_to: str = ""
    why: str = ""
    """Why this reader gets it, at the foot."""
