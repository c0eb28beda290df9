"""What every place that keeps evidence must do: the disk, and an S3 server that is a process of its own."""

import errno
import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.at_once import at_once
from tests.conftest import PRESENT
from tests.files import samples
from tests.simulators import S3Server

from recours import clock
from recours.files import storage, sweep
from recours.files.commands import store_upload
from recours.files.sweep import Part, Wrong

pytestmark = pytest.mark.django_db

CONTENT = b"evidence" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PATH = storage.path_of(SHA256)
DAY = timedelta(days=1)


class Place:
    """A store, and the back door to it that an accident has."""

    def __init__(self, server: S3Server | None) -> None:
        self.server = server

    def overwrite(self, path: str, content: bytes) -> None:
        if self.server is None:
            there = Path(settings.MEDIA_ROOT) / path
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(content)
        else:
            key = f"{settings.EVIDENCE_BUCKET.prefix}/{path}"
            self.server.client.put_object(Bucket=self.server.bucket, Key=key, Body=content)


@pytest.fixture(params=["disk", "s3"])
def place(request: pytest.FixtureRequest, _own_files: None) -> Place:
    return Place(request.getfixturevalue("s3") if request.param == "s3" else None)


class BreaksOff(ContentFile):
    """A content that ends in an error half-way."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[Any]:
        yield CONTENT[:100]
        raise OSError(errno.ENOSPC, "No space left on device")


def kept() -> bytes:
    with storage.read(SHA256) as content:
        return content.read()


def test_content_lies_under_its_hash(place: Place) -> None:
    assert storage.keep(CONTENT) == SHA256

    assert list(storage.all_paths()) == [PATH]
    assert kept() == CONTENT
    assert (storage.store().exists(PATH), storage.store().size(PATH)) == (True, len(CONTENT))


def test_what_is_not_there_is_said_to_be_missing(place: Place) -> None:
    store = storage.store()

    assert not store.exists(PATH)
    assert list(store.names()) == []
    for ask in (lambda: storage.read(SHA256), lambda: store.get_modified_time(PATH)):
        with pytest.raises(FileNotFoundError):
            ask()


def test_keeping_again_changes_nothing_but_the_age(
    place: Place, frozen_clock: time_machine.Traveller
) -> None:
    storage.keep(CONTENT)
    assert storage.store().get_modified_time(PATH) == PRESENT

    frozen_clock.move_to(PRESENT + DAY)
    storage.keep(CONTENT)

    assert list(storage.all_paths()) == [PATH]
    assert kept() == CONTENT
    assert storage.store().get_modified_time(PATH) == PRESENT + DAY


def test_content_cut_short_is_written_again(place: Place) -> None:
    storage.keep(CONTENT)
    place.overwrite(PATH, CONTENT[:5])

    storage.keep(CONTENT)

    assert kept() == CONTENT


def test_content_that_breaks_off_leaves_nothing(place: Place) -> None:
    with pytest.raises(OSError, match="No space"):
        storage.store().save(PATH, BreaksOff(CONTENT))

    assert list(storage.all_paths()) == []


def test_old_content_is_discarded_and_a_young_one_is_not(place: Place) -> None:
    storage.keep(CONTENT)
    store = storage.store()

    assert not store.discard_if_older(PATH, clock.now())
    assert kept() == CONTENT
    assert store.discard_if_older(PATH, clock.now() + timedelta(seconds=1))
    assert not store.discard_if_older(PATH, clock.now() + timedelta(seconds=1))
    assert list(store.names()) == []


@pytest.mark.django_db(transaction=True)
def test_content_sent_again_while_it_is_discarded_is_there_afterwards(
    place: Place, frozen_clock: time_machine.Traveller
) -> None:
    for number in range(8):
        content = b"sent again" + bytes([number])
        frozen_clock.move_to(PRESENT - 2 * DAY)
        sha256 = storage.keep(content)
        frozen_clock.move_to(PRESENT)

        sent, _ = at_once(
            lambda content=content: storage.keep(content),
            lambda sha256=sha256: storage.store().discard_if_older(storage.path_of(sha256), PRESENT - DAY),
        )

        assert sent == sha256
        with storage.read(sha256) as back:
            assert back.read() == content


def test_sweep_takes_what_no_row_speaks_of_and_nothing_else(place: Place) -> None:
    stored = store_upload(upload=SimpleUploadedFile("photo.jpg", samples.picture()), by=None)
    storage.keep(CONTENT)
    late = clock.now() + DAY + timedelta(seconds=1)

    assert sweep.sweep(now=clock.now() + DAY) == 0
    assert list(sweep.orphans(now=late)) == [PATH]
    assert sweep.sweep(now=late) == 1

    hashes = [stored.sha256, stored.clean_sha256, str(stored.thumb_sha256)]
    assert sorted(storage.all_paths()) == sorted(map(storage.path_of, hashes))
    assert list(sweep.faults()) == []


def test_lost_and_altered_contents_are_named(place: Place) -> None:
    stored = store_upload(upload=SimpleUploadedFile("photo.jpg", samples.picture()), by=None)
    storage.store().delete(storage.path_of(stored.sha256))
    place.overwrite(storage.path_of(stored.clean_sha256), b"another picture")

    assert [(fault.part, fault.wrong) for fault in sweep.faults()] == [
        (Part.ORIGINAL, Wrong.MISSING),
        (Part.CLEAN, Wrong.ALTERED),
    ]


def test_trying_it_out_leaves_nothing(place: Place) -> None:
    storage.store().try_out()

    assert list(storage.all_paths()) == []
