"""The list of what a ZIP holds, under its own seal; `offline/verify.py` reads it back."""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import Struct

FORMAT = "recours-dossier"
VERSION = 1
"""Raised when an older `verify.py` would misread the manifest."""


class Held(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file in the ZIP. `what` is paper, journal, program, notice, original or copy; the rest is of exhibits."""

    path: str
    size: int
    sha256: str
    what: str
    name: str = ""
    """As its sender called it; the path holds nothing that a person typed."""
    original_sha256: str = ""
    """Of the original that a copy was made from."""


class Absent(Struct, frozen=True, kw_only=True):
    """A file that belongs to the claim and is not here: `why` is lost (by the store) or withheld (from this reader)."""

    path: str
    sha256: str
    why: str


class Sealed(Struct, frozen=True, kw_only=True):
    """The claim as of the ZIP: how many events, and the hash of the last."""

    id: str
    reference: str
    seq: int
    head_hash: str


class Manifest(Struct, frozen=True, kw_only=True):
    claim: Sealed
    copy_of: str
    made_at: str
    """ISO 8601, UTC."""
    files: list[Held]
    absent: list[Absent] = []
    format: str = FORMAT
    version: int = VERSION


def sealed(manifest: Manifest) -> bytes:
    """Return the manifest as it is stored: after it, the hash of all the bytes before, so that none changes unseen."""
    body = b'{"manifest": ' + msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    return body + b',\n"seal": "' + hashlib.sha256(body).hexdigest().encode() + b'"\n}\n'
