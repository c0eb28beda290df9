"""Through the press in its own process, as in production."""

import resource
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.files.base import ContentFile
from tests.files import samples

from recours.files.judge import Judged, judge
from recours.files.limits import DEFAULT, Limits
from recours.files.press import parent
from recours.files.press.verdict import Fault, Refused
from recours.files.refusals import (
    FileEmpty,
    FileRefused,
    FileTooLarge,
    FileTypeNotAccepted,
    PdfLocked,
    PdfTooManyPages,
    PdfUnreadable,
    PictureTooManyPixels,
    PictureUnreadable,
    VideoUnreadable,
)
from recours.files.sniffing import sniff
from recours.rules.wording import LANGUAGES


def judged(content: bytes, name: str = "photo.jpg", limits: Limits = DEFAULT) -> Judged:
    return judge(ContentFile(content, name=name), limits=limits)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", FileEmpty),
        (b"\x00", FileTypeNotAccepted),
        (samples.SVG, FileTypeNotAccepted),
        (samples.HTML, FileTypeNotAccepted),
        (samples.HTACCESS, FileTypeNotAccepted),
        (b"GIF89a" + samples.HTML, FileTypeNotAccepted),
        (samples.picture("GIF"), FileTypeNotAccepted),
        (samples.picture("BMP"), FileTypeNotAccepted),
        (samples.picture("TIFF"), FileTypeNotAccepted),
        (b"PK\x03\x04" + bytes(100), FileTypeNotAccepted),
        (b"MZ" + bytes(100), FileTypeNotAccepted),
        (b"#!/bin/sh\nrm -rf /", FileTypeNotAccepted),
        (b"\x00\x00\x00\x18ftypisom" + bytes(200), VideoUnreadable),
        (b"\x00\x00\x00\x18ftypM4A " + bytes(200), FileTypeNotAccepted),
        (b"\x1a\x45\xdf\xa3\x01\x42\x82\x88matroska" + bytes(200), FileTypeNotAccepted),
        (b"%!PS-Adobe-3.0\n(/etc/passwd) (r) file", FileTypeNotAccepted),
        (b"push graphic-context\nfill 'url(https://example.org/\"|id)'", FileTypeNotAccepted),
        (samples.png_of(30_000, 30_000), PictureTooManyPixels),
        (samples.picture()[:600], PictureUnreadable),
        (samples.pdf(201), PdfTooManyPages),
        (samples.locked_pdf(user="secret"), PdfLocked),
        (samples.hostile_pdf()[:3000], PdfUnreadable),
        (samples.inflating_pdf(), PdfUnreadable),
    ],
)
def test_refusal_has_its_reason_in_both_languages(content: bytes, refusal: type[FileRefused]) -> None:
    with pytest.raises(FileRefused) as caught:
        judged(content, "vacances.jpg")

    assert type(caught.value) is refusal
    for lang in LANGUAGES:
        assert "vacances.jpg" in caught.value.explain(lang)
        assert caught.value.remedy(lang)


def test_bombs_cost_little() -> None:
    for bomb in (samples.png_of(30_000, 30_000), samples.inflating_pdf()):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with pytest.raises(FileRefused):
            judged(bomb)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # The work itself: how long one waits for it says more about what else the machine does.
        assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3


def test_too_large_is_refused_without_being_read() -> None:
    class Unread(ContentFile):
        def read(self, *args: Any) -> Any:
            raise AssertionError

    with pytest.raises(FileTooLarge) as caught:
        judge(Unread(bytes(DEFAULT.max_bytes + 1), name="film.jpg"))

    assert "10 Mo" in caught.value.explain("fr").replace("\u00a0", " ").replace("\u202f", " ")


def test_size_that_lies_is_found_out() -> None:
    upload = ContentFile(bytes(DEFAULT.max_bytes + 1), name="film.jpg")
    upload.size = 10

    with pytest.raises(FileTooLarge):
        judge(upload)


def test_type_is_that_of_the_content() -> None:
    content = samples.picture("PNG")

    found = judged(content, "\u200bfacture.pdf")

    assert (found.media_type, found.clean_media_type, found.name) == (
        "image/png",
        "image/jpeg",
        "facture.pdf",
    )
    assert (found.width, found.height, found.pages) == (640, 480, None)
    assert found.original == content


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (samples.heic(), "image/heic"),
        (samples.pdf(), "application/pdf"),
        (b"\xef\xbb\xbf\n" + samples.pdf(), "application/pdf"),
        (samples.jpeg_and_zip(), "image/jpeg"),
        (samples.mail(), "message/rfc822"),
        (b"From alice Mon Nov 23\n" + samples.mail(), "message/rfc822"),
        (b"From: personne\n\nrien d'autre", None),
        (samples.film(), "video/mp4"),
        (samples.film("mov"), "video/quicktime"),
        (samples.film("webm"), "video/webm"),
        (b"", None),
    ],
)
def test_first_bytes_tell_the_type(content: bytes, media_type: str | None) -> None:
    assert sniff(content) == media_type


@pytest.mark.parametrize(
    ("name", "media_type"), [("notes.TXT", "text/plain"), ("notes.jpg", None), ("", None)]
)
def test_text_is_one_only_if_it_is_called_one_too(name: str, media_type: str | None) -> None:
    assert sniff("Le vendeur m'a répondu : « non ».".encode(), name) == media_type


def test_slow_press_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "_PROGRAM", "while True: pass")
    hurried = msgspec.structs.replace(DEFAULT, seconds=1)

    with pytest.raises(PictureUnreadable):
        # The processor time of the child is not bounded by this program, so it is the parent that stops it.
        judged(samples.picture(), limits=hurried)


def test_what_the_press_has_started_is_stopped_with_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trace = tmp_path / "grandchild"
    monkeypatch.setattr(
        parent,
        "_PROGRAM",
        "import subprocess, sys, pathlib;"
        "started = subprocess.Popen(['sleep', '600']);"
        f"pathlib.Path({str(trace)!r}).write_text(str(started.pid)); started.wait()",
    )

    verdict = parent.press(samples.picture(), "image/jpeg", msgspec.structs.replace(DEFAULT, seconds=1))

    assert verdict == Refused(fault=Fault.UNREADABLE, detail="too slow")
    state = Path("/proc", trace.read_text(), "stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_press_that_crashes_is_a_refusal_and_no_more(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(parent, "_PROGRAM", "import os, sys; print('gone', file=sys.stderr); os.abort()")

    assert parent.press(samples.picture(), "image/jpeg", DEFAULT) == Refused(
        fault=Fault.UNREADABLE, detail="ended with -6"
    )


def test_press_has_no_secrets_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RECOURS_SECRET_KEY", "do not tell")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(
        parent,
        "_PROGRAM",
        "import os, pathlib, sys;"
        "pathlib.Path(sys.argv[2], 'verdict.json').write_text("
        '\'{"type": "refused", "fault": "unreadable", "detail": "%s"}\' % \' \'.join(sorted(os.environ)))',
    )

    verdict = parent.press(samples.picture(), "image/jpeg", DEFAULT)

    assert isinstance(verdict, Refused)
    assert set(verdict.detail.split()) - {"LC_CTYPE"} == {
        "MALLOC_ARENA_MAX",
        "OMP_NUM_THREADS",
        "PATH",
        "TMPDIR",
    }
    assert list(tmp_path.iterdir()) == []
