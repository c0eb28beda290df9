"""Handing out a copy. The caller has asked who may see it: nothing here does, and no address leads here."""

from __future__ import annotations

import logging
from typing import Literal

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response

from recours.files import storage
from recours.files.kinds import TEXT
from recours.files.models import StoredFile
from recours.files.refusals import FileHidden, FileUnavailable
from recours.files.showing import Hidden, shown_to
from recours.rules.lifecycle.vocabulary import Role

log = logging.getLogger(__name__)

Variant = Literal["clean", "thumb"]

THUMB_TYPE = "image/webp"

_ALWAYS = {
    # A browser that is led to the file itself may not run, load, submit or frame anything from it.
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    # Kept by the reader's own browser alone, and asked for again each time: rights may have changed.
    "Cache-Control": "private, no-cache",
}


def serve(
    request: HttpRequest, stored: StoredFile, *, variant: Variant, reader: Role, download: bool = False
) -> HttpResponseBase:
    """Return what `reader` may see of a file: its clean copy or thumbnail, or 304 if the reader's browser has it.

    Pictures we drew ourselves may be shown in a page; everything else, and everything when `download`, is an
    attachment. The original is never served. Raises FileHidden for what this reader is not shown, FileUnavailable
    if the store has lost it, and ValueError for the thumbnail of a file that has none.
    """
    shown = shown_to(stored, reader)
    if isinstance(shown, Hidden):
        raise FileHidden
    stored = shown
    sha256, media_type = _which(stored, variant)
    etag = f'"{sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return _dressed(unchanged, etag)
    try:
        content = storage.read(sha256)
    except OSError as error:
        log.exception("File %s: the store cannot give its %s copy.", stored.pk, variant)
        raise FileUnavailable from error
    response = FileResponse(
        content,
        as_attachment=download or not (stored.is_image or variant == "thumb"),
        filename=stored.download_name if variant == "clean" else f"{sha256[:12]}.webp",
        content_type=f"{media_type}; charset=utf-8" if media_type == TEXT else media_type,
    )
    return _dressed(response, etag)


def _which(stored: StoredFile, variant: Variant) -> tuple[str, str]:
    if variant == "clean":
        return stored.clean_sha256, stored.clean_media_type
    if stored.thumb_sha256 is None:
        raise ValueError(f"file {stored.pk} has no thumbnail")
    return stored.thumb_sha256, THUMB_TYPE


def _dressed(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response.headers["ETag"] = etag
    for name, value in _ALWAYS.items():
        response.headers[name] = value
    return response
