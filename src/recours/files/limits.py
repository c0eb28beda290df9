"""How much a file may be, and how much work it may cause."""

import msgspec

MEBIBYTE = 1024 * 1024


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What is accepted. The defaults take a phone's photo and a scanned contract, and stop a bomb."""

    max_bytes: int = 10 * MEBIBYTE
    """Size of the file as received."""
    max_pixels: int = 64_000_000
    """Width times height. Phones make 50-megapixel photos; 64 at four bytes each is 256 MB while decoding."""
    max_pages: int = 200
    """Pages of a PDF."""
    clean_edge_px: int = 2560
    """Longest side of the copy that is shown: enough to read a label on a parcel."""
    thumb_edge_px: int = 320
    """Longest side of the thumbnail."""
    jpeg_quality: int = 88
    """Of the copy that is shown."""
    seconds: int = 30
    """Wall clock allowed for one file; it is killed after that."""
    image_memory_bytes: int = 1536 * MEBIBYTE
    """Address space of the process that decodes a picture: libraries and threads take most of a third."""
    pdf_memory_bytes: int = 768 * MEBIBYTE
    """Address space of the process that takes a PDF apart."""
    inflated_bytes: int = 64 * MEBIBYTE
    """What one compressed part of a PDF may grow to."""
    max_video_seconds: int = 60
    """Length of a film: long enough to show that something does not work."""
    max_video_pixels: int = 4096 * 2304
    """Width times height of one picture of a film: what phones call 4K."""
    video_edge_px: int = 1280
    """Longest side of the copy of a film."""
    video_work_seconds: int = 120
    """Wall clock allowed for one film; a minute of 4K takes half of it on one slow core."""
    text_memory_bytes: int = 512 * MEBIBYTE
    """Address space of the process that reads a text or a mail."""


DEFAULT = Limits()
PER_CLAIM_AND_SIDE = 12
"""How many files one side may add to one claim."""
