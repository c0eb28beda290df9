"""Compares the store with the rows: files nobody speaks of, and rows whose file is missing or altered."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from recours.files import queries, storage

GRACE = timedelta(hours=24)
"""Age from which a file without a row is an orphan: longer than any upload takes from its file to its row."""

MOST_ORPHANS = 1000
"""More than this in a night are not interrupted uploads: somebody restored an older database."""

_BATCH = 500
_CHUNK_BYTES = 1024 * 1024


class TooManyOrphans(Exception):
    """The store holds far more files than the database knows: they may be the only copies, and stay."""


class Part(StrEnum):
    ORIGINAL = "original"
    CLEAN = "clean"
    THUMB = "thumb"
    SEALED = "sealed"
    """A mail as it came: its hash is its number."""


class Wrong(StrEnum):
    MISSING = "missing"
    ALTERED = "altered"


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One content that a row speaks of and that is not there as it was."""

    file_id: str
    part: Part
    sha256: str
    wrong: Wrong


def faults(sample: int | None = None) -> Iterator[Fault]:
    """Yield each missing or altered content, by reading every one that a row speaks of, oldest row first; or those of
    `sample` rows at random, and of as many sealed mails."""
    for row in queries.every_row(sample):
        parts = ((Part.ORIGINAL, row.sha256), (Part.CLEAN, row.clean_sha256), (Part.THUMB, row.thumb_sha256))
        for part, sha256 in parts:
            if sha256 is not None and (wrong := _wrong_with(sha256)) is not None:
                yield Fault(file_id=str(row.pk), part=part, sha256=sha256, wrong=wrong)
    for sha256 in queries.every_seal(sample):
        if (wrong := _wrong_with(sha256)) is not None:
            yield Fault(file_id=sha256[:12], part=Part.SEALED, sha256=sha256, wrong=wrong)


def orphans(*, now: datetime) -> Iterator[str]:
    """Yield the path of each file older than `GRACE` that no row speaks of, unfinished ones among them."""
    for batch in _batches(storage.all_paths()):
        hashes = {path: path.rpartition("/")[2] for path in batch if storage.is_content_path(path)}
        known = queries.known_hashes(hashes.values())
        for path in batch:
            if hashes.get(path) not in known and _is_older(path, now - GRACE):
                yield path


def sweep(*, now: datetime) -> int:
    """Remove the orphans and return how many there were. Safe beside uploads, and safe to repeat.

    Raises TooManyOrphans, and removes nothing, when there are more than `MOST_ORPHANS`.
    """
    found = list(itertools.islice(orphans(now=now), MOST_ORPHANS + 1))
    if len(found) > MOST_ORPHANS:
        raise TooManyOrphans
    return sum(storage.store().discard_if_older(path, now - GRACE) for path in found)


def _wrong_with(sha256: str) -> Wrong | None:
    digest = hashlib.sha256()
    try:
        with storage.read(sha256) as content:
            while chunk := content.read(_CHUNK_BYTES):
                digest.update(chunk)
    except FileNotFoundError:
        return Wrong.MISSING
    return None if digest.hexdigest() == sha256 else Wrong.ALTERED


def _batches(paths: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(itertools.islice(paths, _BATCH)):
        yield batch


def _is_older(path: str, before: datetime) -> bool:
    try:
        return storage.store().get_modified_time(path) < before
    except FileNotFoundError:  # finished or removed meanwhile
        return False
