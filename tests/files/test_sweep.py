from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.files import samples

from recours import clock
from recours.files import storage, sweep
from recours.files.commands import store_upload
from recours.files.models import StoredFile
from recours.files.sweep import Fault, Part, Wrong

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(_own_files: None) -> Path:
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def stored() -> StoredFile:
    return store_upload(upload=SimpleUploadedFile("photo.jpg", samples.picture()), by=None)


def test_nothing_is_wrong_with_what_was_just_kept(stored: StoredFile) -> None:
    assert list(sweep.faults()) == []
    assert list(sweep.orphans(now=clock.now() + timedelta(days=365))) == []


def test_empty_store_has_nothing_to_say() -> None:
    assert list(sweep.faults()) == []
    assert list(sweep.orphans(now=clock.now())) == []


def test_missing_and_altered_files_are_named(stored: StoredFile, root: Path) -> None:
    (root / storage.path_of(stored.sha256)).unlink()
    clean = root / storage.path_of(stored.clean_sha256)
    clean.write_bytes(clean.read_bytes()[:-1] + b"!")

    assert list(sweep.faults()) == [
        Fault(file_id=str(stored.pk), part=Part.ORIGINAL, sha256=stored.sha256, wrong=Wrong.MISSING),
        Fault(file_id=str(stored.pk), part=Part.CLEAN, sha256=stored.clean_sha256, wrong=Wrong.ALTERED),
    ]


def test_orphan_goes_after_a_day_and_not_before(stored: StoredFile, root: Path) -> None:
    path = storage.path_of(storage.keep(b"written, and then the power went"))
    unfinished = root / storage.INCOMING / "0123"
    storage._write(unfinished, SimpleUploadedFile("x", b"half of"))
    day = timedelta(hours=24)

    assert sweep.sweep(now=clock.now() + day) == 0
    assert sorted(sweep.orphans(now=clock.now() + day + timedelta(seconds=1))) == [path, "incoming/0123"]
    assert sweep.sweep(now=clock.now() + day + timedelta(seconds=1)) == 2

    assert len(list(storage.all_paths())) == 3
    assert list(sweep.faults()) == []


def test_store_that_does_not_fit_the_database_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "MOST_ORPHANS", 2)
    for number in range(3):
        storage.keep(b"evidence of a row that an older backup does not have" + bytes([number]))

    with pytest.raises(sweep.TooManyOrphans):
        sweep.sweep(now=clock.now() + timedelta(days=2))

    assert len(list(storage.all_paths())) == 3


def test_upload_of_an_orphan_at_the_last_moment_saves_it() -> None:
    path = storage.path_of(storage.keep(b"an orphan"))
    later = clock.now() + timedelta(days=2)
    found = list(sweep.orphans(now=later))

    # Between the finding and the removing somebody uploads the same content.
    store = storage.store()
    storage.keep(b"an orphan")

    assert found == [path]
    assert not store.discard_if_older(path, clock.now())
    assert list(storage.all_paths()) == [path]


def test_sample_reads_as_many_rows_as_it_says(stored: StoredFile, root: Path) -> None:
    store_upload(upload=SimpleUploadedFile("facture.pdf", samples.pdf()), by=None)
    for path in list(storage.all_paths()):
        (root / path).unlink()

    assert len({fault.file_id for fault in sweep.faults()}) == 2
    assert len({fault.file_id for fault in sweep.faults(sample=1)}) == 1
