import io

import pikepdf
import pytest
from tests.files import samples

from recours.files.limits import DEFAULT
from recours.files.press.pdfs import bare_jpeg, press_pdf
from recours.files.press.verdict import Fault, Flawed, Pressed


def fault_of(content: bytes) -> Fault:
    with pytest.raises(Flawed) as caught:
        press_pdf(io.BytesIO(content), DEFAULT)
    return caught.value.refused.fault


def test_pages_are_kept() -> None:
    found, clean = press_pdf(io.BytesIO(samples.pdf(3)), DEFAULT)

    assert found == Pressed(media_type="application/pdf", pages=3)
    with pikepdf.open(io.BytesIO(clean)) as copy:
        assert len(copy.pages) == 3


def test_nothing_that_acts_hides_or_tells_is_left() -> None:
    hostile = samples.hostile_pdf()
    assert b"EVIL" in samples.told_by(hostile)

    _, clean = press_pdf(io.BytesIO(hostile), DEFAULT)

    told = samples.told_by(clean)
    assert b"EVIL" not in told
    words = (b"/JavaScript", b"/Launch", b"/URI", b"/OpenAction", b"/EmbeddedFiles", b"/Annots", b"/AcroForm")
    assert [word for word in (*words, b"/XFA", b"/EF", b"/AF", b"/Metadata", b"/Info") if word in told] == []
    assert samples.LATITUDE not in told


def test_what_is_drawn_stays() -> None:
    _, clean = press_pdf(io.BytesIO(samples.hostile_pdf()), DEFAULT)

    told = samples.told_by(clean)
    assert b"(Bonjour) Tj" in told
    assert b"kept value" in told  # what was typed in the form, now part of the page
    with pikepdf.open(io.BytesIO(clean)) as copy:
        resources = copy.pages[0].obj.Resources
        assert resources.Font.AA.BaseFont == "/Helvetica"
        assert pikepdf.PdfImage(resources.XObject.JS).as_pil_image().size == (640, 480)


def test_same_file_gives_the_same_copy() -> None:
    content = samples.hostile_pdf()

    assert press_pdf(io.BytesIO(content), DEFAULT)[1] == press_pdf(io.BytesIO(content), DEFAULT)[1]


def test_password_is_refused_and_mere_restrictions_are_not() -> None:
    assert fault_of(samples.locked_pdf(user="secret")) is Fault.LOCKED

    _, clean = press_pdf(io.BytesIO(samples.locked_pdf(user="")), DEFAULT)
    with pikepdf.open(io.BytesIO(clean)) as copy:
        assert not copy.is_encrypted


def test_page_limit() -> None:
    assert press_pdf(io.BytesIO(samples.pdf(200)), DEFAULT)[0].pages == 200
    assert fault_of(samples.pdf(201)) is Fault.TOO_MANY_PAGES


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + bytes(2000) + b"%%EOF",
        samples.hostile_pdf()[:4000],
        samples.pdf(0),
        b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000 + b"\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF",
    ],
    ids=["head", "zeros", "cut", "no-page", "nested"],
)
def test_broken_pdf_is_refused(content: bytes) -> None:
    assert fault_of(content) is Fault.UNREADABLE


def test_wrong_table_of_offsets_is_mended() -> None:
    content = samples.pdf(2, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    at = content.rindex(b"startxref")

    found, _ = press_pdf(io.BytesIO(content[:at] + b"startxref\n7\n%%EOF\n"), DEFAULT)

    assert found.pages == 2


def test_bare_jpeg_keeps_the_pixels() -> None:
    bare = bare_jpeg(samples.picture(exif=samples.with_place(), comment=b"secret"))

    assert bare is not None
    assert samples.LATITUDE not in bare
    assert b"secret" not in bare
    assert bare[-500:] == samples.picture()[-500:]
    assert bare_jpeg(b"GIF89a") is None
    assert bare_jpeg(b"\xff\xd8\xff\xe1\xff\xff") is None
