"""What the file of a claim is made of: the few shapes that its template can draw. All texts arrive worded."""

from __future__ import annotations

from msgspec import Struct


class Block(Struct, frozen=True, kw_only=True, tag_field="kind", tag=str.lower):
    """Base of the shapes; the template goes by `kind`."""


class Heading(Block, frozen=True, kw_only=True):
    text: str
    level: int = 1


class Line(Block, frozen=True, kw_only=True):
    """A sentence of ours."""

    text: str
    quiet: bool = False


class Notice(Block, frozen=True, kw_only=True):
    """What must be seen first."""

    lines: list[str]


class Prose(Block, frozen=True, kw_only=True):
    """A person's own words."""

    text: str


class Facts(Block, frozen=True, kw_only=True):
    """Terms and what they say."""

    pairs: list[tuple[str, str]]


class Table(Block, frozen=True, kw_only=True):
    """Rows under headings; `widths` are shares of the page's width, one for each column."""

    columns: list[str]
    rows: list[list[str]]
    widths: list[int]


class Entry(Block, frozen=True, kw_only=True):
    """One thing that happened or was said."""

    at: str
    who: str
    title: str
    lines: list[str]
    text: str = ""
    files: list[str] = []


class Steps(Block, frozen=True, kw_only=True):
    """How a date was counted, line by line, and on what basis."""

    what: str
    lines: list[str]
    basis: str = ""


class Exhibit(Block, frozen=True, kw_only=True):
    """A file that backs the claim. `picture` names it among the pictures, and is empty where there is none to draw."""

    number: str
    title: str
    facts: list[tuple[str, str]]
    sha256: str = ""
    picture: str = ""
    alt: str = ""


class Seal(Block, frozen=True, kw_only=True):
    """A value to be compared letter by letter."""

    what: str
    value: str


AnyBlock = Heading | Line | Notice | Prose | Facts | Table | Entry | Steps | Exhibit | Seal
