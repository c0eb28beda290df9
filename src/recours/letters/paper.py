"""A letter as a PDF: A4 for a window envelope, PDF/A-2a and PDF/UA-1, pictures annexed."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time

import msgspec
from PIL import Image, ImageOps, UnidentifiedImageError

from recours.rules.letters import Prepared, Story
from recours.rules.refusals import Refusal
from recours.typesetting import typeset

LARGEST_PIXELS = 40_000_000
"""A photograph of a telephone has twelve to fifty million; what unpacks to more is not opened."""
ANNEXED_PIXELS = (1600, 2200)
"""Enough for 200 dots an inch on the page of an annex."""


class UnreadablePicture(Refusal, ValueError):
    """An enclosure is not a picture that can be annexed."""


def paper(prepared: Prepared, story: Story, pages: Mapping[str, Sequence[bytes]] | None = None) -> bytes:
    """Return the PDF of a letter, dated from the day it bears: the same letter gives the same bytes.

    `pages` are the pictures of the enclosures that have a `file`, by that name, one for each page; they are drawn
    anew, without what a camera hid in them. Raises UnreadablePicture, TypesettingError.
    """
    files: dict[str, bytes] = {}
    annexes = []
    for number, enclosure in enumerate(story.enclosures, 1):
        contents = (pages or {}).get(enclosure.file or "", ())
        for page, content in enumerate(contents, 1):
            name = f"annex-{number}-{page}.jpg"
            files[name] = _drawn(content, enclosure.title)
            part = f" ({page}/{len(contents)})" if len(contents) > 1 else ""
            annexes.append({"name": name, "number": str(number), "title": enclosure.title, "part": part})
    data = msgspec.to_builtins(prepared.letter) | {"annexes": annexes, "words": WORDS}
    at = datetime.combine(story.written_on, time(12), UTC)
    return typeset("letters/letter.typ", data, at=at, lang="fr", standard="a-2a+ua-1", files=files)


WORDS = {
    "subject": "Objet",
    "facts": "Les faits",
    "tried": "Les démarches déjà faites",
    "law": "Ce que prévoit la loi",
    "demand": "Ma demande",
    "enclosures": "Pièces jointes",
    "annex": "Pièce n°",
    "signature": "Signature",
}
"""The headings, in the language of the letter, whatever that of the page is."""


def _drawn(content: bytes, title: str) -> bytes:
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > LARGEST_PIXELS:
                raise UnreadablePicture(title=title)
            turned = _opaque(ImageOps.exif_transpose(opened))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise UnreadablePicture(title=title) from None
    turned.thumbnail(ANNEXED_PIXELS)
    made = io.BytesIO()
    turned.save(made, "JPEG", quality=85)
    return made.getvalue()


def _opaque(picture: Image.Image) -> Image.Image:
    """Return a picture on white: without it, what showed through would be printed black."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    backdrop = Image.new("RGB", clear.size, "white")
    backdrop.paste(clear, mask=clear.getchannel("A"))
    return backdrop
