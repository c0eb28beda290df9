"""What a file is, by its first bytes; its name and the type the browser gave it count for nothing but texts."""

from __future__ import annotations

import re

import filetype

from recours.files.kinds import MAIL, PDF, TEXT

_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_MP4_BRANDS = {
    *(b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"mp71", b"avc1", b"dash"),
    *(b"MSNV", b"M4V ", b"M4VH", b"M4VP", b"mmp4", b"3gp4", b"3gp5", b"3gp6", b"3g2a", b"f4v "),
}
_PICTURES = {
    "image/jpeg": "image/jpeg",
    "image/png": "image/png",
    "image/apng": "image/png",  # moves; its first frame is what an old reader shows
    "image/webp": "image/webp",
}
_BEFORE_A_PDF = b"\xef\xbb\xbf \t\r\n"
_EBML = b"\x1a\x45\xdf\xa3"
_DOCTYPE = b"\x42\x82"
_HEADER = re.compile(rb"([!-9;-~]{1,70}):")
_FOLDED = re.compile(rb"[ \t]")
_TRACES = {b"date", b"received", b"message-id", b"delivered-to", b"return-path", b"mime-version"}
_HEADERS_WITHIN_BYTES = 65_536


def sniff(content: bytes, name: str = "") -> str | None:
    """Return the media type that the first bytes tell, among those accepted; None for anything else.

    A text has no mark of its own, and so does a script, a page or a program's settings: it is one only if it
    is called one as well (`.txt`). Whether it can be read is for the press to find.
    """
    if content[4:8] == b"ftyp":  # pictures and films have a box of the same shape; its brand tells them apart
        brand = content[8:12]
        if brand in _HEIF_BRANDS:
            return "image/heic"
        return "video/quicktime" if brand == b"qt  " else "video/mp4" if brand in _MP4_BRANDS else None
    if content.startswith(_EBML):
        at = content[:64].find(_DOCTYPE)
        return "video/webm" if at > 0 and content[at + 3 : at + 7] == b"webm" else None
    if content[:64].lstrip(_BEFORE_A_PDF).startswith(b"%PDF-"):
        return PDF
    if picture := _PICTURES.get(filetype.guess_mime(content[:8192]) or ""):
        return picture
    if _is_mail(content):
        return MAIL
    return TEXT if name.lower().endswith(".txt") and content else None


def _is_mail(content: bytes) -> bool:
    """Whether it begins with the lines that every mail begins with: who wrote, and a trace of its way."""
    names: set[bytes] = set()
    lines = content[:_HEADERS_WITHIN_BYTES].splitlines()
    if lines and lines[0].startswith(b"From "):  # as some programs save them
        lines = lines[1:]
    for line in lines:
        if _FOLDED.match(line):
            continue
        found = _HEADER.match(line)
        if found is None:
            break
        names.add(found.group(1).lower())
    return b"from" in names and bool(names & _TRACES)
