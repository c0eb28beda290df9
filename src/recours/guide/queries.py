"""Reading a kept file, by the secret in its address and by nothing else."""

from __future__ import annotations

import datetime as dt
import hashlib

from recours.guide.models import KeptFile

PURPOSE = b"recours.guide.kept_file:"


def file_of(secret: str, now: dt.datetime) -> KeptFile | None:
    """Return the file that a secret opens; None for one that never was, is over or was erased, all the same."""
    return KeptFile.objects.filter(digest=file_digest(secret), expires_at__gt=now).first()


def file_digest(secret: str) -> bytes:
    """Return what is kept of a secret, with its purpose before it: no secret made for something else opens a file."""
    return hashlib.sha256(PURPOSE + secret.encode("utf-8", "surrogatepass")).digest()
