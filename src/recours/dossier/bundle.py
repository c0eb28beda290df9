"""The file of a claim as a ZIP that is made while it is sent: the PDF, the files, the chain, and their hashes."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recours.dossier.journal import journal
from recours.dossier.manifest import Absent, Held, Manifest, Sealed, sealed
from recours.dossier.paper import paper
from recours.dossier.queries import Gathered
from recours.files import storage
from recours.files.kinds import EXTENSIONS, MAIL
from recours.files.models import StoredFile
from recours.files.showing import Hidden, shown_to
from recours.rules.lifecycle.vocabulary import Role

OFFLINE = Path(__file__).with_name("offline")
CHUNK_BYTES = 256 * 1024
_EXTENSIONS = EXTENSIONS | {
    "image/webp": "webp",
    "image/heic": "heic",
    "video/quicktime": "mov",
    "video/webm": "webm",
    MAIL: "eml",
}
"""Of originals too, which come in more kinds than copies do."""


@dataclass(frozen=True)
class Bundle:
    """A ZIP before its bytes: what it will hold is settled, and its manifest known."""

    manifest: bytes
    made: dict[str, bytes]
    """What was made for it, by path."""
    stored: dict[str, str]
    """What is read from the store while it is sent: paths and hashes."""
    year_to_second: tuple[int, int, int, int, int, int]

    @property
    def sha256(self) -> str:
        """Of the manifest, and so of everything: what this installation remembers of the copy."""
        return hashlib.sha256(self.manifest).hexdigest()

    def stream(self) -> Iterator[bytes]:
        """Yield the ZIP. Files are stored as they are, and never held in memory whole."""
        target = _Drain()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for path, content in {"manifest.json": self.manifest, **self.made}.items():
                archive.writestr(self._entry(path), content)
                yield target.taken()
            for path, sha256 in self.stored.items():
                with storage.read(sha256) as file, archive.open(self._entry(path), "w") as entry:
                    for chunk in file.chunks(CHUNK_BYTES):
                        entry.write(chunk)
                        yield target.taken()
        yield target.taken()

    def _entry(self, path: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(path, self.year_to_second)
        entry.external_attr = 0o644 << 16
        return entry


class _Drain(io.RawIOBase):
    """Takes what the archive writes, until it is sent. It cannot go back, and so the archive does not ask it to."""

    def __init__(self) -> None:
        self._pending: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        self._pending.append(bytes(content))
        return len(content)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        content = b"".join(self._pending)
        self._pending.clear()
        return content


def bundle(gathered: Gathered) -> Bundle:
    """Settle what goes into the ZIP of one role: its own files as it sent them, those of others as clean copies.

    The desk gets every original. Raises TypesettingError.
    """
    row = gathered.opened.row
    made = {
        "LISEZMOI.txt": (OFFLINE / "LISEZMOI.txt").read_bytes(),
        "verify.py": (OFFLINE / "verify.py").read_bytes(),
        "dossier.pdf": paper(gathered),
        "journal.json": journal(gathered),
    }
    kinds = {
        "LISEZMOI.txt": "notice",
        "verify.py": "program",
        "dossier.pdf": "paper",
        "journal.json": "journal",
    }
    held = [
        Held(path=path, size=len(content), sha256=hashlib.sha256(content).hexdigest(), what=kinds[path])
        for path, content in made.items()
    ]
    there, absent = _files(gathered)
    manifest = Manifest(
        claim=Sealed(
            id=str(row.pk), reference=row.reference, seq=row.seq, head_hash=bytes(row.head_hash).hex()
        ),
        copy_of=gathered.role,
        made_at=gathered.opened.now.isoformat(),
        files=[*held, *there],
        absent=absent,
    )
    at = gathered.opened.now
    return Bundle(
        manifest=sealed(manifest),
        made=made,
        stored={each.path: each.sha256 for each in there},
        year_to_second=(at.year, at.month, at.day, at.hour, at.minute, at.second),
    )


def _files(gathered: Gathered) -> tuple[list[Held], list[Absent]]:
    there, absent = [], []
    for path, stored, mine in [*_exhibits(gathered), *_attachments(gathered), *_letters(gathered)]:
        shown = shown_to(stored, gathered.role)
        if isinstance(shown, Hidden):  # named by its hash alone: that it was there is no secret
            absent.append(Absent(path=path, sha256=stored.sha256, why="withheld"))
            continue
        whole = shown.pk == stored.pk and (mine or gathered.role is Role.AGENT)
        one = _held(path, shown, original=whole)
        if storage.store().exists(storage.path_of(one.sha256)):
            there.append(one)
        else:
            absent.append(Absent(path=one.path, sha256=one.sha256, why="lost"))
    return there, absent


def _exhibits(gathered: Gathered) -> Iterator[tuple[str, StoredFile, bool]]:
    for one in gathered.evidence:
        yield f"pieces/{one.exhibit}", one.file, one.side == gathered.role


def _attachments(gathered: Gathered) -> Iterator[tuple[str, StoredFile, bool]]:
    number = 0
    for entry in gathered.told:
        for stored in entry.message.attached() if entry.message is not None else ():
            number += 1
            yield f"messages/{number:03d}", stored, entry.role is gathered.role


def _letters(gathered: Gathered) -> Iterator[tuple[str, StoredFile, bool]]:
    """The reader's own letters, and what the post gave for each."""
    for number, letter in enumerate(gathered.letters, start=1):
        yield f"courriers/{number:02d}", letter.file, True
        for nth, proof in enumerate(sorted(letter.proofs.all(), key=lambda one: one.added_at), start=1):
            yield f"courriers/{number:02d}-poste-{nth}", proof.file, True


def _held(path: str, stored: StoredFile, *, original: bool) -> Held:
    if original:
        return Held(
            path=f"{path}.{_EXTENSIONS[stored.media_type]}",
            size=stored.size_bytes,
            sha256=stored.sha256,
            what="original",
            name=stored.original_name,
        )
    return Held(
        path=f"{path}.{_EXTENSIONS[stored.clean_media_type]}",
        size=stored.clean_size,
        sha256=stored.clean_sha256,
        what="copy",
        name=stored.original_name,
        original_sha256=stored.sha256,
    )
