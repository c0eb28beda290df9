import errno
import hashlib
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from recours.files import storage

CONTENT = b"evidence" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def root(_own_files: None) -> Path:
    return Path(settings.MEDIA_ROOT)


def files_in(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


class FullDisk(ContentFile):
    """A content that the disk stops taking half-way."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[Any]:
        yield CONTENT[:100]
        raise OSError(errno.ENOSPC, "No space left on device")


def test_content_lies_under_its_hash_for_its_owner_alone(root: Path) -> None:
    assert storage.keep(CONTENT) == SHA256

    [path] = files_in(root)
    assert path == f"{SHA256[:2]}/{SHA256[2:4]}/{SHA256}"
    assert re.fullmatch("[0-9a-f/]+", path)
    assert stat.S_IMODE((root / path).stat().st_mode) == 0o600
    assert stat.S_IMODE((root / path).parent.stat().st_mode) == 0o700
    with storage.read(SHA256) as content:
        assert content.read() == CONTENT


def test_keeping_twice_is_keeping_once(root: Path) -> None:
    storage.keep(CONTENT)
    first = (root / storage.path_of(SHA256)).stat()

    storage.keep(CONTENT)

    assert len(files_in(root)) == 1
    assert (root / storage.path_of(SHA256)).stat().st_ino == first.st_ino


def test_file_cut_short_on_the_disk_is_written_again(root: Path) -> None:
    storage.keep(CONTENT)
    (root / storage.path_of(SHA256)).write_bytes(CONTENT[:5])

    storage.keep(CONTENT)

    assert (root / storage.path_of(SHA256)).read_bytes() == CONTENT


def test_full_disk_leaves_nothing(root: Path) -> None:
    with pytest.raises(OSError, match="No space"):
        storage.store().save(storage.path_of(SHA256), FullDisk(CONTENT))

    assert files_in(root) == []


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace", "os.utime"])
def test_failure_at_any_step_leaves_nothing(root: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(step, fail)
        with pytest.raises(OSError, match="Input/output"):
            storage.keep(CONTENT)

    assert files_in(root) == []
    assert storage.keep(CONTENT) == SHA256


def test_nothing_is_seen_under_the_name_before_it_is_whole(root: Path) -> None:
    seen: list[list[str]] = []

    class Watched(ContentFile):
        def chunks(self, chunk_size: int | None = None) -> Iterator[Any]:
            yield CONTENT[:100]
            seen.append(files_in(root))
            yield CONTENT[100:]

    storage.store().save(storage.path_of(SHA256), Watched(CONTENT))

    assert [path.startswith(storage.INCOMING) for path in seen[0]] == [True]
    assert files_in(root) == [storage.path_of(SHA256)]


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", SHA256.upper(), SHA256[:-1], SHA256 + "\n", "\u200b.htaccess", "CON"]
)
def test_only_a_hash_becomes_a_path(name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        storage.path_of(name)
