"""Where an operator may have evidence kept."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import msgspec

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class Bucket(msgspec.Struct, frozen=True):
    """A bucket of an S3-compatible store, and the folder of ours in it. Its keys are never part of its address."""

    name: str
    prefix: str = ""
    endpoint: str = ""
    """Empty for AWS itself."""
    region: str = ""

    def __str__(self) -> str:
        return f"s3://{self.name}/{self.prefix}".rstrip("/")


def bucket(text: str) -> Bucket:
    """Read `s3://bucket/prefix?endpoint=https://…&region=…`. Raises ValueError, which never repeats the text: somebody
    may have put their keys in it."""
    parts = urlsplit(text)
    asked = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    if parts.scheme != "s3" or parts.fragment or not asked.keys() <= {"endpoint", "region"}:
        raise ValueError("s3://bucket/prefix?endpoint=https://…&region=…")
    if "@" in parts.netloc:
        raise ValueError(
            "s3://bucket/prefix without keys, which go in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    if not _BUCKET.fullmatch(parts.netloc):
        raise ValueError("s3:// and the name of a bucket (3 to 63 small letters, digits, hyphens)")
    endpoint = asked.get("endpoint", [""])[0]
    there = urlsplit(endpoint)
    if endpoint and (there.scheme not in {"http", "https"} or not there.hostname or "@" in there.netloc):
        raise ValueError("an endpoint that begins with https:// and holds no keys")
    prefix = parts.path.strip("/")
    if any(part in {"", ".", ".."} for part in prefix.split("/")) and prefix:
        raise ValueError("a prefix without empty parts and without “..”")
    return Bucket(
        name=parts.netloc, prefix=prefix, endpoint=endpoint.rstrip("/"), region=asked.get("region", [""])[0]
    )
