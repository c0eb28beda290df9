"""The name a person gave a file, made fit to be shown. It never becomes a path."""

import re
import unicodedata

LONGEST = 120
"""Characters of a shown name; longer ones lose their middle and keep their extension."""

NAMELESS = "document"
"""What a file is called when nothing is left of its name: the same word in French and in English."""

_READ_AT_MOST = 2_000
_ENCODED_SEPARATOR = re.compile(r"%(?:2f|5c)", re.IGNORECASE)
_SEPARATOR = re.compile(r"[/\\]")
_FORBIDDEN_ON_WINDOWS = re.compile(r'[<>:"|?*]')
_RESERVED_ON_WINDOWS = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}$")

# Controls, formats (zero-width and bidirectional ones among them), lone surrogates, private use, unassigned.
_UNSHOWN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_BLANK = {"Zs", "Zl", "Zp"}


def clean_name(given: str) -> str:
    """Return `given` as it may be shown: at most `LONGEST` characters, never empty.

    Characters are folded (NFKC) and the invisible ones dropped *before* anything is looked for, since a
    zero-width space in front of `.htaccess` once got it past a check made the other way round
    (CVE-2026-28289). Then only the last part of a path is left, without leading dots, without what Windows
    cannot store, and without the names that Windows keeps for devices.
    """
    shown = given if len(given) <= _READ_AT_MOST else given[:LONGEST] + given[-LONGEST:]
    previous = None
    while shown != previous:  # what one step drops may bring together what another step looks for
        previous = shown
        shown = _one_pass(shown)
    return shown or NAMELESS


def with_extension(name: str, extension: str) -> str:
    """Return `name` ending in `extension` ("jpg"), the one of what is really served."""
    stem = _EXTENSION.sub("", name) or NAMELESS
    return f"{stem[: LONGEST - len(extension) - 1]}.{extension}"


def _one_pass(name: str) -> str:
    name = unicodedata.normalize("NFKC", name)
    kept = (" " if unicodedata.category(char) in _BLANK else char for char in name)
    name = "".join(char for char in kept if char == "\t" or unicodedata.category(char) not in _UNSHOWN)
    name = _ENCODED_SEPARATOR.sub("/", name)
    name = _SEPARATOR.split(name)[-1]
    name = _FORBIDDEN_ON_WINDOWS.sub("_", name)
    name = " ".join(name.split()).strip(". ")
    if _RESERVED_ON_WINDOWS.match(name):
        name = f"_{name}"
    return _shortened(name)


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    extension = match.group() if (match := _EXTENSION.search(name)) else ""
    return name[: LONGEST - len(extension) - 1] + "…" + extension
