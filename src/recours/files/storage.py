"""Where evidence lies: each content under its own hash, written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages

from recours import clock

if TYPE_CHECKING:
    from django.core.files.base import File

log = logging.getLogger(__name__)

ALIAS = "evidence"
"""The entry of STORAGES that keeps evidence: this disk, or an S3-compatible store (`recours.files.s3`)."""

INCOMING = "incoming"
"""Folder of files still being written, on the same disk as their final place."""

_PATH = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{60}")


class EvidenceStore(Storage):
    """What every place that keeps evidence can do, beside saving and opening.

    Saving is whole or not at all; saving what is already there changes nothing but its age. What goes wrong is an
    OSError, and what is not there a FileNotFoundError.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return the name as it is: the same name is the same content."""
        return name

    def names(self) -> Iterator[str]:
        """Yield the name of everything here, what is still being written included."""
        raise NotImplementedError

    def discard_if_older(self, name: str, before: datetime) -> bool:
        """Remove a file last written before `before`; False if it was not there or is younger.

        An upload of the same content at that very moment keeps it, or finds it gone and writes it again.
        """
        raise NotImplementedError

    def try_out(self) -> None:
        """Write, read and remove something of no meaning. Raises OSError."""
        raise NotImplementedError


class EvidenceStorage(EvidenceStore, FileSystemStorage):
    """Files named by their content, for their owner's eyes only (0600, in folders 0700).

    A file is written beside, forced to the disk, and given its name in one step: a reader, a crash or a full
    disk never leaves half of one under its name.
    """

    def _save(self, name: str, content: File[Any]) -> str:
        target = Path(self.path(name))
        if self._refreshed(target, content.size):
            return name
        incoming = Path(self.path(INCOMING))
        incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = incoming / secrets.token_hex(16)
        try:
            _write(draft, content)
            _make_folders(target.parent, Path(self.base_location))
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        _force(target.parent)
        return name

    def discard_if_older(self, name: str, before: datetime) -> bool:
        # It is moved aside first and its age read then: an upload of the same content at that very moment
        # either made it younger, and it goes back, or finds it gone, and writes it again.
        target, aside = Path(self.path(name)), Path(self.path(INCOMING)) / secrets.token_hex(16)
        aside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            target.replace(aside)
        except FileNotFoundError:
            return False
        if datetime.fromtimestamp(aside.stat().st_mtime, UTC) >= before:
            aside.replace(target)
            return False
        aside.unlink()
        return True

    def names(self) -> Iterator[str]:
        yield from self._below("")

    def try_out(self) -> None:
        folder = Path(self.base_location)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"?")
            file.flush()

    def _below(self, folder: str) -> Iterator[str]:
        try:
            folders, files = self.listdir(folder)
        except FileNotFoundError:
            return
        prefix = f"{folder}/" if folder else ""
        yield from (prefix + name for name in sorted(files))
        for name in sorted(folders):
            yield from self._below(prefix + name)

    def _refreshed(self, target: Path, size: int) -> bool:
        """Whether the content is there already, in full; then it counts as written now."""
        try:
            if target.stat().st_size != size:
                return False  # altered on the disk: written again
            _stamp(target)
        except FileNotFoundError:
            return False
        return True


def keep(content: bytes) -> str:
    """Store `content` and return its SHA-256 in hexadecimal. Safe to repeat. Raises OSError."""
    sha256 = hashlib.sha256(content).hexdigest()
    store().save(path_of(sha256), ContentFile(content))
    return sha256


def read(sha256: str) -> File[bytes]:
    """Return a content, open for reading. Raises FileNotFoundError."""
    return store().open(path_of(sha256), "rb")


def store() -> EvidenceStore:
    """Return the storage of this installation's evidence."""
    found = storages[ALIAS]
    if not isinstance(found, EvidenceStore):
        raise ImproperlyConfigured(f"STORAGES[{ALIAS!r}] must be an EvidenceStore")
    return found


def path_of(sha256: str) -> str:
    """Return where a content lies: `ab/cd/abcd…`. Nothing a person typed is ever part of it."""
    path = f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
    if not _PATH.fullmatch(path):
        raise ValueError(f"not a SHA-256 in hexadecimal: {sha256!r}")
    return path


def all_paths() -> Iterator[str]:
    """Yield the name of every file in the store, those still being written among them."""
    yield from store().names()


def is_content_path(path: str) -> bool:
    """Whether a name in the store is that of a content, and not of one still being written."""
    return _PATH.fullmatch(path) is not None


def _write(draft: Path, content: File[Any]) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in content.chunks():
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    _stamp(draft)


def _stamp(path: Path) -> None:
    """Date a file by our clock, which the sweep reads too: a demo's clock runs ahead of the machine's."""
    now = clock.now().timestamp()
    os.utime(path, (now, now))


def _make_folders(folder: Path, base: Path) -> None:
    """Make the folders down to `folder`, each forced into its parent, lest a power cut take its name."""
    if folder == base or folder.is_dir():
        return
    _make_folders(folder.parent, base)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    _force(folder.parent)


def _force(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that cannot force a folder
            raise
    finally:
        os.close(descriptor)
