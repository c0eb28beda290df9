"""What only a store elsewhere does: not answering, refusing, keeping versions, telling its names in pages."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from pytest_django.fixtures import Settings
from tests.at_once import at_once
from tests.files import samples
from tests.simulators import S3Server

from recours import clock
from recours.files import s3 as module
from recours.files import storage
from recours.files.commands import store_upload
from recours.files.models import StoredFile
from recours.files.places import Bucket, bucket
from recours.files.refusals import FileNotKept

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("s3://nowhere", "refused: NoSuchBucket"),
        ("s3://pieces?endpoint=http://127.0.0.1:9&region=a", "did not answer: EndpointConnectionError"),
    ],
)
def test_store_that_does_not_take_a_file_is_a_refusal_and_leaves_no_row(
    s3: S3Server, settings: Settings, where: str, says: str
) -> None:
    s3.leads_to(settings, where)

    with pytest.raises(FileNotKept) as caught:
        store_upload(upload=SimpleUploadedFile("photo.jpg", samples.picture()), by=None)

    assert says in str(caught.value.__cause__)
    assert StoredFile.objects.count() == 0


def test_names_are_told_in_pages(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.S3EvidenceStorage, "page", 2)
    paths = sorted(storage.path_of(storage.keep(bytes([number]))) for number in range(5))

    assert list(storage.all_paths()) == paths


@pytest.mark.django_db(transaction=True)
def test_what_is_being_written_is_left_to_another_night(s3: S3Server) -> None:
    path = storage.path_of(storage.keep(b"written by another process"))
    late = clock.now() + timedelta(days=2)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(module._SHARED, [module.S3EvidenceStorage._key(storage.store(), path)])
        [discarded] = at_once(lambda: storage.store().discard_if_older(path, late))

    assert discarded is False
    assert storage.store().discard_if_older(path, late)


def test_bucket_that_keeps_versions_loses_the_one_that_was_looked_at(
    s3: S3Server, settings: Settings
) -> None:
    s3.client.create_bucket(Bucket="versions")
    s3.client.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    s3.leads_to(settings, "s3://versions")
    path = storage.path_of(storage.keep(b"an orphan"))

    assert storage.store().discard_if_older(path, clock.now() + timedelta(days=2))

    told = s3.client.list_object_versions(Bucket="versions")
    assert (told.get("Versions", []), told.get("DeleteMarkers", [])) == ([], [])


@pytest.mark.rules
def test_address_is_read() -> None:
    assert bucket("s3://pieces/recours/prod/?endpoint=https://s3.example.org&region=fr-par") == Bucket(
        name="pieces", prefix="recours/prod", endpoint="https://s3.example.org", region="fr-par"
    )
    assert str(bucket("s3://pieces")) == "s3://pieces"


@pytest.mark.rules
@pytest.mark.parametrize(
    "text",
    [
        "pieces",
        "https://pieces.example.org",
        "s3://",
        "s3://P",
        "s3://pieces/a//b",
        "s3://pieces/../b",
        "s3://pieces?bucket=other",
        "s3://pieces?endpoint=s3.example.org",
        "s3://AKIA123:hunter2@pieces/",
        "s3://pieces?endpoint=https://AKIA123:hunter2@s3.example.org",
    ],
)
def test_address_that_leads_nowhere_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r"s3://|https://|prefix") as caught:
        bucket(text)

    assert "hunter2" not in str(caught.value)


def test_without_its_package_the_setting_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['boto3'] = None; from recours.config import settings"  # as if it were absent
    )
    environment = os.environ | {"RECOURS_EVIDENCE": "s3://pieces"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "django-storages[s3]" in done.stderr
