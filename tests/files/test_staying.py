"""Bytes that arrive are bytes that stay: what a full disk, a killed process and an undone transaction leave behind."""

import datetime as dt
import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from tests.buyer.claims.stage import plain
from tests.claims.stage import Life
from tests.files import samples
from tests.simulators import S3Server

from recours import clock
from recours.claims.models import Evidence
from recours.files import storage, sweep
from recours.files.commands import store_upload
from recours.files.models import StoredFile

pytestmark = pytest.mark.django_db

REASONS = "Le casque fonctionnait à l’envoi, voyez la photo de notre contrôle."
SECOND = dt.timedelta(seconds=1)


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", samples.picture())


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take half of each file, as a disk does that fills up."""
    real = os.fdopen

    class Filling:
        def __init__(self, file: Any) -> None:
            self.file = file

        def __enter__(self) -> Any:
            return self

        def __exit__(self, *args: object) -> None:
            self.file.close()

        def write(self, content: bytes) -> int:
            self.file.write(content[: len(content) // 2])
            self.file.flush()
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage.os, "fdopen", lambda *args, **kwargs: Filling(real(*args, **kwargs)))


@pytest.mark.parametrize("fault", ["full disk", "store down"])
def test_store_that_takes_nothing_leaves_nothing_and_the_form_keeps_what_was_typed(
    request: pytest.FixtureRequest, settings: Any, fault: str
) -> None:
    life = Life()
    before = life.row.seq
    browser = Client()
    browser.force_login(life.bob)
    if fault == "full disk":
        request.getfixturevalue("full_disk")
    else:
        server: S3Server = request.getfixturevalue("s3")
        server.leads_to(settings, "s3://pieces?endpoint=http://127.0.0.1:9&region=a")

    answer = browser.post(
        f"/seller/claims/{life.row.reference}/refuse/",
        {"expected_seq": before, "reasons": REASONS, "exhibits": [photo()]},
    )

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "nous n’avons pas pu l’enregistrer" in plain(shown)
    assert REASONS in shown
    assert (StoredFile.objects.count(), Evidence.objects.count(), life.row.seq) == (0, 0, before)
    if fault == "full disk":
        assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


KILLED = """
import io, os, signal
from recours.cli.setup import set_up_django
set_up_django()
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.files import samples
from recours.files import commands
commands.scanning.hold = lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL)
commands.store_upload(upload=SimpleUploadedFile("photo.jpg", samples.picture()), by=None)
"""


def test_process_killed_between_file_and_row_leaves_files_that_the_sweep_takes() -> None:
    name = connection.settings_dict["NAME"]
    environment = os.environ | {
        "DATABASE_URL": os.environ["DATABASE_URL"].replace("/recours?", f"/{name}?"),
        "RECOURS_FILES": str(settings.MEDIA_ROOT),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }

    done = subprocess.run([sys.executable, "-c", KILLED], env=environment, check=False, capture_output=True)

    assert done.returncode == -signal.SIGKILL, done.stderr
    paths = list(storage.all_paths())
    assert (len(paths), StoredFile.objects.count()) == (3, 0)
    written = max(storage.store().get_modified_time(path) for path in paths)
    assert sweep.sweep(now=min(map(storage.store().get_modified_time, paths)) + sweep.GRACE) == 0
    assert sweep.sweep(now=written + sweep.GRACE + SECOND) == 3
    assert list(storage.all_paths()) == []


def test_transaction_undone_after_the_file_leaves_files_that_the_sweep_takes() -> None:
    with transaction.atomic():
        store_upload(upload=photo(), by=None)
        transaction.set_rollback(True)

    assert (len(list(storage.all_paths())), StoredFile.objects.count()) == (3, 0)
    assert sweep.sweep(now=clock.now() + sweep.GRACE + SECOND) == 3
    assert list(storage.all_paths()) == []
