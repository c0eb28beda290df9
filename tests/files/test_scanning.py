"""Held, scanned, shown or sealed: against a real clamd that knows one signature, and against fakes that misbehave."""

import contextlib
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.files import samples

from recours import clock
from recours.files import scanning
from recours.files.clamd import ClamAddress, ScannerUnavailable, answers, clam_address, scan
from recours.files.commands import store_upload
from recours.files.models import Scan, StoredFile
from recours.files.showing import Hidden, shown_to
from recours.rules.lifecycle.vocabulary import Role

SIGNATURE = "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n"
EICAR = samples.EICAR


@pytest.fixture(scope="module")
def clamd() -> Iterator[ClamAddress]:
    """A scanner of our own, on a socket of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "signatures").mkdir()
        (folder / "signatures" / "test.hdb").write_text(SIGNATURE)
        (folder / "clamd.conf").write_text(
            f"DatabaseDirectory {folder / 'signatures'}\nLocalSocket {folder / 'clamd.sock'}\nForeground yes\n"
        )
        program = shutil.which("clamd") or "/usr/sbin/clamd"
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen([program, "-c", folder / "clamd.conf"], stdout=log, stderr=log)
        address = ClamAddress(path=str(folder / "clamd.sock"))
        try:
            ready = threading.Event()
            for _ in range(600):
                if answers(address):
                    break
                ready.wait(0.1)
            yield address
        finally:
            server.kill()
            server.wait()


@contextlib.contextmanager
def fake(behave: Callable[[socket.socket], None]) -> Iterator[ClamAddress]:
    """A scanner that does with each connection what `behave` says."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        address = ClamAddress(path=f"{folder}/clamd.sock")
        listener.bind(address.path)
        listener.listen()

        def serve() -> None:
            with contextlib.suppress(OSError):
                line, _ = listener.accept()
                with line:
                    behave(line)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield address
        finally:
            listener.close()
            thread.join(10)


def says(answer: bytes) -> Callable[[socket.socket], None]:
    def behave(line: socket.socket) -> None:
        heard = b""
        while not heard.endswith(bytes(4)) and (more := line.recv(65_536)):
            heard += more
        line.sendall(answer)

    return behave


def test_real_scanner_tells_eicar_from_a_photo(clamd: ClamAddress) -> None:
    assert scan(samples.picture(), clamd) == ""
    assert scan(EICAR, clamd).startswith("Eicar-Test-Signature")
    assert scan(bytes(3_000_000), clamd) == ""


@pytest.mark.parametrize(
    "answer",
    [
        b"stream: ERROR\0",
        b"stream: OK",
        b"stream: OK\n\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"",
        b"\xff" * 9000,
    ],
)
def test_answer_that_is_none_is_no_verdict(answer: bytes) -> None:
    with fake(says(answer)) as address, pytest.raises(ScannerUnavailable):
        scan(b"a photo", address, timeout=5)


def test_scanner_that_hangs_is_not_waited_for(clamd: ClamAddress) -> None:
    released = threading.Event()
    with fake(lambda line: released.wait(10) and None) as address:
        with pytest.raises(ScannerUnavailable, match="timed out"):
            scan(b"a photo", address, timeout=0.2)
        released.set()


def test_scanner_that_is_not_there_is_no_verdict(tmp_path: Path) -> None:
    nowhere = ClamAddress(path=str(tmp_path / "none"))

    assert not answers(nowhere)
    with pytest.raises(ScannerUnavailable):
        scan(b"a photo", nowhere)


@pytest.mark.parametrize(
    "text", ["", "unix:clamd.ctl", "tcp:3310", "tcp:host:port", "tcp:host:0", "http://host"]
)
def test_address_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="tcp:host:port"):
        clam_address(text)


def test_addresses_are_read() -> None:
    assert clam_address("unix:/run/clamav/clamd.ctl") == ClamAddress(path="/run/clamav/clamd.ctl")
    assert clam_address("tcp:[::1]:3310") == ClamAddress(host="::1", port=3310)


def keep(content: bytes, name: str) -> StoredFile:
    return store_upload(upload=SimpleUploadedFile(name, content), by=None)


def seen(stored: StoredFile) -> StoredFile | Hidden:
    return shown_to(StoredFile.objects.get(pk=stored.pk), Role.AGENT)


@pytest.mark.django_db
def test_file_is_held_until_it_was_found_good(clamd: ClamAddress, settings: Any) -> None:
    settings.CLAMAV = clamd
    photo, poison = keep(samples.picture(), "photo.jpg"), keep(EICAR, "notes.txt")
    assert (seen(photo), seen(poison)) == (Hidden.WAITING, Hidden.WAITING)

    assert scanning.scan_held(now=clock.now()) == 2

    assert (seen(photo), seen(poison)) == (photo, Hidden.INFECTED)
    verdict = Scan.objects.get(file=poison)
    assert verdict.found.startswith("Eicar-Test-Signature")
    assert scanning.scan_held(now=clock.now()) == 0


@pytest.mark.django_db
def test_scanner_that_is_down_holds_files_and_loses_none(
    clamd: ClamAddress, settings: Any, tmp_path: Path
) -> None:
    settings.CLAMAV = ClamAddress(path=str(tmp_path / "none"))
    photo = keep(samples.picture(), "photo.jpg")

    assert scanning.scan_held(now=clock.now()) == 0
    assert seen(photo) is Hidden.WAITING
    settings.CLAMAV = clamd
    assert scanning.scan_held(now=clock.now()) == 1

    assert seen(photo) == photo


@pytest.mark.django_db
def test_what_waits_is_shown_where_the_operator_says_so(settings: Any, tmp_path: Path) -> None:
    settings.CLAMAV, settings.CLAMAV_REQUIRED = ClamAddress(path=str(tmp_path / "none")), False

    photo = keep(samples.picture(), "photo.jpg")

    assert seen(photo) == photo


@pytest.mark.django_db
def test_without_a_scanner_nothing_waits() -> None:
    photo = keep(samples.picture(), "photo.jpg")

    assert seen(photo) == photo
    assert (Scan.objects.count(), scanning.scan_held(now=clock.now())) == (0, 0)
