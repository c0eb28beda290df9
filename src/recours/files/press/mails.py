"""A mail, told as a text: its headers, its words, and which files came along, each with its hash.

Nothing of it is fetched, drawn or run. The files that came along are not judged: they stay within the sealed original,
and whoever wants one to be seen adds it as a file of its own.
"""

from __future__ import annotations

import hashlib
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from html.parser import HTMLParser
from typing import BinaryIO

from recours.files.kinds import TEXT
from recours.files.names import clean_name
from recours.files.press.texts import written
from recours.files.press.verdict import Fault, Flawed, Pressed

HEADERS = ("From", "To", "Cc", "Reply-To", "Date", "Subject", "Message-ID")
MOST_PARTS = 200
LONGEST_HEADER = 2_000
LONGEST_TEXT = 1_000_000
"""Characters: beyond it, the rest is in the original."""
_SILENT = {"script", "style", "head", "title", "template", "noscript", "object", "svg"}
_BREAKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "pre", "hr"}
_ERRORS = (ValueError, TypeError, LookupError, AttributeError, RecursionError, MemoryError, AssertionError)


def press_mail(source: BinaryIO) -> tuple[Pressed, bytes]:
    """Return what was found and the text to show. Raises Flawed."""
    try:
        # The older policy: the newer takes each header apart as it is looked at, and raises on some that exist.
        mail = message_from_bytes(source.read(), policy=policy.compat32)
        told = _told(mail)
    except _ERRORS as error:
        raise Flawed(Fault.UNREADABLE, detail=repr(error)[:300]) from error
    return Pressed(media_type=TEXT), written(told)


def _told(mail: Message) -> str:
    lines = [f"{name}: {value}" for name in HEADERS if (value := _header(mail, name))]
    texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    files: list[str] = []
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            files.append("…")
            break
        if part.is_multipart():
            continue
        content = _content(part)
        kind = part.get_content_type()
        if kind in texts and part.get_content_disposition() != "attachment" and not part.get_filename():
            texts[kind].append(_decoded(content, part))
        else:
            name = clean_name(_word(part.get_filename() or "")) if part.get_filename() else kind
            files.append(
                f"- {name} ({kind}, {len(content)} o)\n  SHA-256 {hashlib.sha256(content).hexdigest()}"
            )
    words = "\n\n".join(texts["text/plain"]).strip() or "\n\n".join(map(text_of, texts["text/html"])).strip()
    if len(words) > LONGEST_TEXT:
        words = words[:LONGEST_TEXT] + "\n[…]"
    attached = ["", "-- ", "Pièces jointes / Attachments:", *files] if files else []
    return "\n".join([*lines, "", words, *attached, ""])


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _decoded(content: bytes, part: Message) -> str:
    charset = part.get_content_charset() or "utf-8"
    for attempt in (charset, "utf-8", "cp1252"):
        try:
            return content.decode(attempt)
        except (LookupError, ValueError):
            continue
    return content.decode("latin-1")


def _header(mail: Message, name: str) -> str:
    """Return every value of a header on one line: a second From is something to see."""
    values = [_word(str(value)[:LONGEST_HEADER]) for value in mail.get_all(name, [])[:5]]
    return " | ".join(" ".join(value.split()) for value in values)


def _word(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except _ERRORS:
        return value.encode("ascii", "replace").decode()


def text_of(markup: str) -> str:
    """Return what a page says, line by line: no address of a picture, no script, no style."""
    reader = _Reader()
    reader.feed(markup[: 4 * LONGEST_TEXT])
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.said).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag in _BREAKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _BREAKS:
            self.said.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)
