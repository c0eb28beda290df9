"""What an upload is, by its content; its name and the type the browser gave it count for nothing."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

import filetype
import msgspec

from recours.files.limits import DEFAULT, MEBIBYTE, Limits
from recours.files.names import clean_name
from recours.files.press.parent import press
from recours.files.press.verdict import Fault, Refused
from recours.files.refusals import (
    FileEmpty,
    FileRefused,
    FileTooLarge,
    FileTypeNotAccepted,
    PdfLocked,
    PdfTooManyPages,
    PdfUnreadable,
    PictureTooManyPixels,
    PictureUnreadable,
)

if TYPE_CHECKING:
    from django.core.files.base import File

log = logging.getLogger(__name__)

PDF = "application/pdf"
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_PICTURES = {
    "image/jpeg": "image/jpeg",
    "image/png": "image/png",
    "image/apng": "image/png",  # moves; its first frame is what an old reader shows
    "image/webp": "image/webp",
}
_BEFORE_A_PDF = b"\xef\xbb\xbf \t\r\n"


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A file that may be kept: what came in, and the copies that may be shown."""

    name: str
    media_type: str
    original: bytes
    sha256: str
    clean: bytes
    clean_media_type: str
    thumb: bytes | None
    width: int | None
    height: int | None
    pages: int | None


def judge(upload: File[bytes], *, limits: Limits = DEFAULT) -> Judged:
    """Return what may be kept of an upload. Reads it whole, decodes it in another process.

    Raises a FileRefused that names the file: FileEmpty, FileTooLarge, FileTypeNotAccepted, PictureUnreadable,
    PictureTooManyPixels, PdfUnreadable, PdfLocked, PdfTooManyPages.
    """
    name = clean_name(upload.name or "")
    original = _read(upload, name, limits)
    media_type = sniff(original)
    if media_type is None:
        raise FileTypeNotAccepted(name=name)
    outcome = press(original, media_type, limits)
    if isinstance(outcome, Refused):
        log.info("Refused %s of %s bytes: %s %s", media_type, len(original), outcome.fault, outcome.detail)
        raise _refusal(outcome, name, media_type, limits)
    found = outcome.found
    return Judged(
        name=name,
        media_type=media_type,
        original=original,
        sha256=hashlib.sha256(original).hexdigest(),
        clean=outcome.clean,
        clean_media_type=found.media_type,
        thumb=outcome.thumb,
        width=found.width,
        height=found.height,
        pages=found.pages,
    )


def sniff(content: bytes) -> str | None:
    """Return the media type that the first bytes tell, among those accepted; None for anything else."""
    if content[4:8] == b"ftyp":  # a film has a box of the same shape; its brand tells it apart
        return "image/heic" if content[8:12] in _HEIF_BRANDS else None
    if content[:64].lstrip(_BEFORE_A_PDF).startswith(b"%PDF-"):
        return PDF
    return _PICTURES.get(filetype.guess_mime(content[:8192]) or "")


def _read(upload: File[bytes], name: str, limits: Limits) -> bytes:
    too_large = FileTooLarge(name=name, limit_mb=limits.max_bytes // MEBIBYTE)
    if upload.size > limits.max_bytes:
        raise too_large
    upload.seek(0)
    content: bytes = upload.read(limits.max_bytes + 1)
    if len(content) > limits.max_bytes:
        raise too_large
    if not content:
        raise FileEmpty(name=name)
    return content


def _refusal(outcome: Refused, name: str, media_type: str, limits: Limits) -> FileRefused:
    match outcome.fault:
        case Fault.TOO_MANY_PIXELS:
            return PictureTooManyPixels(
                name=name,
                width=outcome.width,
                height=outcome.height,
                limit_megapixels=limits.max_pixels // 1_000_000,
            )
        case Fault.TOO_MANY_PAGES:
            return PdfTooManyPages(name=name, pages=outcome.pages, limit_pages=limits.max_pages)
        case Fault.LOCKED:
            return PdfLocked(name=name)
        case Fault.UNREADABLE:
            return PdfUnreadable(name=name) if media_type == PDF else PictureUnreadable(name=name)
