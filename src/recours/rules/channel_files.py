"""Which files a service of messages takes from us, and how large each may be.

Sources, read in November 2026: Meta, "WhatsApp Cloud API: Media", supported media types (JPEG and PNG to 5 MB, MP4 to
16 MB, documents to 100 MB); Meta, "Messenger Platform: Saving assets" (every type to 25 MB). What is sent is the copy
that we made of a file, so that no other types than these occur: see `files.kinds.EXTENSIONS`.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from recours.rules.channel_refusals import ChannelFileTooLarge, ChannelTakesNoFiles, ChannelTakesNoSuchFile
from recours.rules.channel_windows import Channel, Shape

MEGABYTE = 1024 * 1024

PICTURES = frozenset({"image/jpeg", "image/png"})
FILMS = frozenset({"video/mp4"})
DOCUMENTS = frozenset({"application/pdf", "text/plain"})


def _each(types: frozenset[str], megabytes: int) -> dict[str, int]:
    return dict.fromkeys(types, megabytes * MEGABYTE)


TAKEN = {
    Channel.WHATSAPP: _each(PICTURES, 5) | _each(FILMS, 16) | _each(DOCUMENTS, 100),
    Channel.MESSENGER: _each(PICTURES | FILMS | DOCUMENTS, 25),
}
"""For each channel that takes files, the media types of those, each with the most bytes that one may have."""

WITH_FILES = frozenset({Shape.FREE, Shape.HUMAN_AGENT})
"""The forms of a message that files may follow. A template and an answer to a comment are words."""


class Attached(Struct, frozen=True, kw_only=True):
    """A file on its way out: the copy that is sent, by its media type and its size in bytes."""

    name: str
    media_type: str
    size: int


def takes_files(channel: Channel, shape: Shape) -> bool:
    """Whether files may go along with a message of this form."""
    return channel in TAKEN and shape in WITH_FILES


def check_files(channel: Channel, shape: Shape, files: Iterable[Attached]) -> None:
    """Raise ChannelTakesNoFiles, ChannelTakesNoSuchFile or ChannelFileTooLarge for the first file that cannot go."""
    for one in files:
        if not takes_files(channel, shape):
            raise ChannelTakesNoFiles
        most = TAKEN[channel].get(one.media_type)
        if most is None:
            raise ChannelTakesNoSuchFile(name=one.name)
        if one.size > most:
            raise ChannelFileTooLarge(name=one.name, limit=most // MEGABYTE)
