"""The pictures of the exhibits, small enough for a page."""

from __future__ import annotations

import io
import logging

from PIL import Image

from recours.claims.models import Evidence
from recours.files import storage
from recours.files.showing import Hidden, shown_to
from recours.rules.lifecycle.vocabulary import Role

log = logging.getLogger(__name__)

EDGE_PX = 1280
"""Longest side on paper, where a picture is at most 9 cm high: 300 dots an inch and more."""
AS_THEY_ARE_BYTES = 200 * 1024
"""A clean copy that is smaller is taken as it is."""
QUALITY = 82
_KINDS = {"image/jpeg": "jpg", "image/png": "png"}


def pictures_of(evidence: list[Evidence], reader: Role) -> dict[str, tuple[str, bytes]]:
    """Return, for each exhibit that can be drawn for this reader, its name among the pictures and its content.

    Films by one image.

    Made from the copies, which we drew ourselves: nothing that a stranger sent is decoded here. A copy that the store
    has lost is left out, and said so to who runs the place; the exhibit keeps its line and its hash.
    """
    found = {}
    for one in evidence:
        shown = shown_to(one.file, reader)
        if isinstance(shown, Hidden):
            continue
        drawn = shown.clean_sha256 if shown.is_image else shown.thumb_sha256
        if drawn is None:
            continue
        try:
            with storage.read(drawn) as file:
                content = file.read()
            kind = _KINDS.get(shown.clean_media_type, "")
            if not kind or len(content) > AS_THEY_ARE_BYTES:
                content, kind = _smaller(content), "jpg"
        except OSError:
            log.exception("Exhibit %s of claim %s: no clean copy to draw.", one.exhibit, one.claim_id)
            continue
        found[one.exhibit] = (f"{one.exhibit.lower()}.{kind}", content)
    return found


def _smaller(content: bytes) -> bytes:
    made = io.BytesIO()
    with Image.open(io.BytesIO(content)) as picture:
        picture.draft("RGB", (EDGE_PX, EDGE_PX))  # a JPEG is read at a fraction of its size at once
        picture.thumbnail((EDGE_PX, EDGE_PX), Image.Resampling.BILINEAR)
        if picture.mode not in {"RGB", "L"}:
            flat = picture.convert("RGBA")
            paper = Image.new("RGB", flat.size, "white")
            paper.paste(flat, mask=flat.getchannel("A"))
            paper.save(made, "JPEG", quality=QUALITY)
        else:
            picture.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()
