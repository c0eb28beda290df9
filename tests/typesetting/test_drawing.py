"""Pages of a PDF as pictures: bounded, whatever their size, and readable."""

import io
from datetime import UTC, datetime

import pikepdf
import pytest
from PIL import Image

from recours.typesetting import TypesettingError, drawn_pages, typeset


def blank(width: float, height: float, turned: int = 0) -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(width, height))
        document.pages[0].obj.Rotate = turned
        document.save(made)
    return made.getvalue()


def size(picture: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(picture)) as opened:
        return opened.size


@pytest.mark.parametrize(
    ("box", "turned", "drawn"),
    [
        ((595, 842), 0, (1239, 1754)),
        ((842, 595), 0, (1754, 1239)),
        ((200, 300), 90, (1754, 1169)),
        ((14400, 14400), 0, (1754, 1754)),
        ((3, 14400), 0, (1, 1754)),
    ],
)
def test_a_page_keeps_its_shape_and_is_never_larger(
    box: tuple[float, float], turned: int, drawn: tuple[int, int]
) -> None:
    width, height = size(drawn_pages(blank(*box, turned), 1)[0])

    assert abs(width - drawn[0]) <= 1
    assert abs(height - drawn[1]) <= 1


def test_what_is_written_on_a_page_is_drawn() -> None:
    told = {"title": "Reçu", "reference": "", "header": "", "sentence": "Payé.", "hash": ""}
    lists: dict[str, list[str]] = {"facts": [], "texts": [], "pictures": []}
    at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    receipt = typeset("typesetting/specimen.typ", told | lists, at=at)

    with Image.open(io.BytesIO(drawn_pages(receipt, 1)[0])) as picture:
        darkest, lightest = picture.convert("L").getextrema()

    assert (darkest < 80, lightest) == (True, 255)


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(TypesettingError):
        drawn_pages(b"%PDF-1.7 and nothing more", 1)
