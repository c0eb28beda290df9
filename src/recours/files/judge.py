"""What an upload is, by its content; its name and the type the browser gave it count for nothing."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

import msgspec

from recours.files.kinds import KINDS, VIDEOS
from recours.files.limits import DEFAULT, MEBIBYTE, Limits
from recours.files.names import clean_name
from recours.files.press.parent import press, video_tools
from recours.files.press.verdict import Fault, Refused
from recours.files.refusals import (
    FileEmpty,
    FileRefused,
    FileTooLarge,
    FileTypeNotAccepted,
    MailUnreadable,
    PdfLocked,
    PdfTooManyPages,
    PdfUnreadable,
    PictureTooManyPixels,
    PictureUnreadable,
    TextUnreadable,
    VideosNotTaken,
    VideoTooLong,
    VideoTooManyPixels,
    VideoUnreadable,
)
from recours.files.sniffing import sniff

if TYPE_CHECKING:
    from django.core.files.base import File

log = logging.getLogger(__name__)


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
    seconds: int | None = None

    @property
    def kind(self) -> str:
        """The kind of its type, as `models.Kind` names it."""
        return KINDS[self.media_type]


def judge(upload: File[bytes], *, limits: Limits = DEFAULT) -> Judged:
    """Return what may be kept of an upload. Reads it whole, decodes it in another process.

    Raises a FileRefused that names the file: FileEmpty, FileTooLarge, FileTypeNotAccepted, PictureUnreadable,
    PictureTooManyPixels, PdfUnreadable, PdfLocked, PdfTooManyPages, VideosNotTaken, VideoTooLong,
    VideoTooManyPixels, VideoUnreadable, MailUnreadable, TextUnreadable.
    """
    name = clean_name(upload.name or "")
    original = _read(upload, name, limits)
    media_type = sniff(original, name)
    if media_type is None:
        raise FileTypeNotAccepted(name=name)
    if media_type in VIDEOS and video_tools() is None:
        raise VideosNotTaken(name=name)
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
        seconds=found.seconds,
    )


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
    is_video = media_type in VIDEOS
    match outcome.fault:
        case Fault.TOO_MANY_PIXELS if is_video:
            return VideoTooManyPixels(name=name, width=outcome.width, height=outcome.height)
        case Fault.TOO_MANY_PIXELS:
            return PictureTooManyPixels(
                name=name,
                width=outcome.width,
                height=outcome.height,
                limit_megapixels=limits.max_pixels // 1_000_000,
            )
        case Fault.TOO_MANY_PAGES:
            return PdfTooManyPages(name=name, pages=outcome.pages, limit_pages=limits.max_pages)
        case Fault.TOO_LONG:
            return VideoTooLong(name=name, limit_seconds=limits.max_video_seconds)
        case Fault.LOCKED:
            return PdfLocked(name=name)
        case Fault.UNREADABLE:
            return _UNREADABLE[KINDS[media_type]](name=name)


_UNREADABLE: dict[str, type[FileRefused]] = {
    "image": PictureUnreadable,
    "pdf": PdfUnreadable,
    "video": VideoUnreadable,
    "mail": MailUnreadable,
    "text": TextUnreadable,
}
