import errno

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from tests.files import samples

from recours import clock
from recours.files import storage
from recours.files.commands import store_upload
from recours.files.models import Kind, StoredFile
from recours.files.queries import known_hashes, stored_file
from recours.files.refusals import FileEmpty, FileNotKept
from recours.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer() -> User:
    return User.objects.create_user("camille@example.org")


def upload(content: bytes, name: str = "photo.jpg", content_type: str = "text/html") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type)


def kept(sha256: str) -> bytes:
    with storage.read(sha256) as content:
        return content.read()


def test_picture_is_kept_with_its_copies(buyer: User) -> None:
    original = samples.picture(exif=samples.with_place())

    stored = store_upload(upload=upload(original), by=buyer)

    row = stored_file(stored.pk)
    assert (row.kind, row.media_type, row.clean_media_type) == (Kind.IMAGE, "image/jpeg", "image/jpeg")
    assert (row.size_bytes, row.width, row.height, row.pages) == (len(original), 640, 480, None)
    assert (row.uploaded_by, row.received_at, row.original_name) == (buyer, clock.now(), "photo.jpg")
    assert kept(row.sha256) == original
    assert len(kept(row.clean_sha256)) == row.clean_size
    assert samples.LATITUDE not in kept(row.clean_sha256)
    assert row.thumb_sha256 is not None
    assert kept(row.thumb_sha256)[8:12] == b"WEBP"


def test_pdf_is_kept(buyer: User) -> None:
    stored = store_upload(upload=upload(samples.pdf(2), "facture.pdf"), by=buyer)

    assert (stored.kind, stored.pages, stored.width, stored.thumb_sha256) == (Kind.PDF, 2, None, None)
    assert stored.download_name == "facture.pdf"


def test_same_picture_twice_is_two_rows_and_one_file(buyer: User) -> None:
    first = store_upload(upload=upload(samples.picture()), by=buyer)
    second = store_upload(upload=upload(samples.picture(), "autre.jpg"), by=None)

    assert first.pk != second.pk
    assert (first.sha256, first.clean_sha256) == (second.sha256, second.clean_sha256)
    assert len(list(storage.all_paths())) == 3


def test_refused_file_leaves_nothing(buyer: User) -> None:
    with pytest.raises(FileEmpty):
        store_upload(upload=upload(b""), by=buyer)

    assert StoredFile.objects.count() == 0
    assert list(storage.all_paths()) == []


def test_full_disk_is_a_refusal_and_leaves_no_row(buyer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage, "_write", full)

    with pytest.raises(FileNotKept) as caught:
        store_upload(upload=upload(samples.picture()), by=buyer)

    assert "photo.jpg" in caught.value.explain("fr")
    assert StoredFile.objects.count() == 0
    assert list(storage.all_paths()) == []


def test_row_never_changes(buyer: User) -> None:
    stored = store_upload(upload=upload(samples.picture()), by=buyer)

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        StoredFile.objects.filter(pk=stored.pk).update(original_name="autre.jpg")
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        stored.save()


@pytest.mark.parametrize(
    "change",
    [
        "sha256 = upper(sha256)",
        "size_bytes = 0",
        "original_name = ''",
        "kind = 'film'",
        "clean_media_type = 'text/html'",
        "media_type = 'image/svg+xml'",
        "thumb_sha256 = NULL",
        "pages = 1",
        "width = NULL",
    ],
)
def test_database_refuses_a_row_that_cannot_be(buyer: User, change: str) -> None:
    store_upload(upload=upload(samples.picture()), by=buyer)

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE files_storedfile DISABLE TRIGGER files_storedfile_frozen")
        with pytest.raises(IntegrityError, match="stored_file"):
            cursor.execute(f"UPDATE files_storedfile SET {change}")


def test_known_hashes_are_those_of_rows(buyer: User) -> None:
    stored = store_upload(upload=upload(samples.picture()), by=buyer)
    hashes = {stored.sha256, stored.clean_sha256, str(stored.thumb_sha256)}

    assert known_hashes([*hashes, "0" * 64]) == hashes
