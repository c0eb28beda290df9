"""What the press says of a file, as it travels between the two processes."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Fault(StrEnum):
    """Why no copy was made."""

    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_LONG = "too_long"
    LOCKED = "locked"
    UNREADABLE = "unreadable"


class Flawed(Exception):
    """No copy can be made of this file."""

    def __init__(
        self,
        fault: Fault,
        *,
        width: int = 0,
        height: int = 0,
        pages: int = 0,
        seconds: int = 0,
        detail: str = "",
    ) -> None:
        super().__init__(fault, width, height, pages, seconds, detail)
        self.refused = Refused(
            fault=fault, width=width, height=height, pages=pages, seconds=seconds, detail=detail
        )


class Pressed(msgspec.Struct, frozen=True, kw_only=True, tag="pressed"):
    """A copy was made; its bytes, and the thumbnail's, lie beside the original."""

    media_type: str
    """Of the copy: image/jpeg, image/png, application/pdf, video/mp4 or text/plain."""
    width: int | None = None
    """Pixels of the copy of a picture or a film, after rotation."""
    height: int | None = None
    pages: int | None = None
    """Of a PDF."""
    seconds: int | None = None
    """Of a film."""


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag="refused"):
    """No copy was made."""

    fault: Fault
    width: int = 0
    height: int = 0
    pages: int = 0
    seconds: int = 0
    detail: str = ""
    """What the decoder said; for the log, never shown."""


Verdict = Pressed | Refused
