"""Through the press in its own process, as in production."""

import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.files.base import ContentFile
from tests.files import samples

from recours.files.judge import Judged, judge, sniff
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
)
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
        (b"\x00\x00\x00\x18ftypisom" + bytes(200), FileTypeNotAccepted),
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
        started = time.perf_counter()
        with pytest.raises(FileRefused):
            judged(bomb)
        assert time.perf_counter() - started < 3


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
        (b"", None),
    ],
)
def test_first_bytes_tell_the_type(content: bytes, media_type: str | None) -> None:
    assert sniff(content) == media_type


def test_slow_press_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "_PROGRAM", "while True: pass")
    hurried = msgspec.structs.replace(DEFAULT, seconds=1)

    with pytest.raises(PictureUnreadable):
        # The processor time of the child is not bounded by this program, so it is the parent that stops it.
        judged(samples.picture(), limits=hurried)


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
