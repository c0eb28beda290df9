"""Bytes to text, whatever the mail says its charset is: declared ones are tried, not believed."""

from __future__ import annotations

import codecs
import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header

_HIGH = re.compile(rb"[\x80-\xff]+")
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ks_c_5601-1987": "cp949",
}
"""Names under which programs send the larger charset."""
_LATIN = {"ascii", "iso8859-1", "cp1252", "iso8859-15"}
"""What programs write when they do not know: the bytes are often UTF-8."""
_NO_CHARSETS = {
    "utf-7",
    "punycode",
    "idna",
    "unicode_escape",
    "raw_unicode_escape",
    "unicode-escape",
    "undefined",
}
_BIDI = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F)}


def decode(content: bytes, declared: str | None) -> str:
    """Return the text of `content`; a byte that no charset explains becomes U+FFFD, and nothing is raised."""
    name = (declared or "").strip("\"' ").lower()
    try:
        codec = codecs.lookup(_WIDER.get(name, name)).name if name else ""
    except (LookupError, ValueError):
        codec = ""
    if codec and codec not in _LATIN and _is_text_codec(codec):
        try:
            return content.decode(codec)
        except (UnicodeError, ValueError):
            pass
    return _guessed(content, codec)


def decode_field(raw: str) -> str:
    """Return a header's text from what stands in the mail: encoded words read, raw bytes guessed."""
    raw = re.sub(r"\r?\n[ \t]?", " ", raw)
    try:
        parts = decode_header(raw) if "=?" in raw else [(raw, None)]
    except (HeaderParseError, ValueError):  # ValueError: broken base64
        parts = [(raw, None)]
    out = []
    for part, charset in parts:
        if isinstance(part, bytes):
            out.append(decode(part, charset or "utf-8"))
        else:
            out.append(decode(part.encode("utf-8", "surrogateescape"), "utf-8"))
    return "".join(out)


def one_line(text: str, limit: int) -> str:
    """Return a name or a subject as it may be shown: one line, nothing invisible, at most `limit` characters."""
    shown = "".join(" " if char.isspace() else char for char in text[: limit * 4])
    shown = "".join(
        char for char in shown if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    shown = " ".join(shown.split())
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def body_text(text: str) -> str:
    """Return a body as it may be kept and shown: line feeds only, no control and no bidirectional characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return "".join(
        char
        for char in text
        if char in "\n\t" or (unicodedata.category(char) not in {"Cc", "Cs"} and char not in _BIDI)
    )


def _guessed(content: bytes, codec: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if codec not in _LATIN and _looks_chinese(content):
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError:
            pass
    if codec == "iso8859-15":
        return content.decode(codec)
    return content.decode("cp1252", "replace")


def _looks_chinese(content: bytes) -> bool:
    """Whether bytes above 127 come in pairs, as Chinese ones do: accented letters of a French text stand alone."""
    runs = [len(run) for run in _HIGH.findall(content[:20_000])]
    return sum(runs) >= 4 and sum(run for run in runs if run % 2 == 0) > 0.9 * sum(runs)


def _is_text_codec(name: str) -> bool:
    """Whether this names a charset: Python has codecs of other kinds, and UTF-7 hides markup."""
    return codecs.lookup(name)._is_text_encoding and name not in _NO_CHARSETS
