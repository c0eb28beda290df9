"""What somebody sends along becomes pages of the letter, or is refused by its name."""

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from tests.files import samples

from recours.files.judge import Judged, judge
from recours.letters import MOST_PAGES, ExhibitNotDrawn, ExhibitNotForPaper, ExhibitPagesTooMany, annexed


def judged(content: bytes, name: str) -> Judged:
    return judge(ContentFile(content, name))


def size(picture: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(picture)) as opened:
        return opened.size


def test_a_picture_is_one_page_and_a_pdf_has_its_own() -> None:
    photo, invoice = judged(samples.heic(), "photo.heic"), judged(samples.pdf(3), "facture.pdf")

    made = annexed({"exhibit-1": [photo, invoice], "exhibit-2": [photo]})

    assert [len(pages) for pages in made.values()] == [4, 1]
    assert made["exhibit-1"][0] == photo.clean
    assert max(size(made["exhibit-1"][1])) == 1754


def test_a_hostile_pdf_is_drawn_and_nothing_of_it_comes_along() -> None:
    made = annexed({"a": [judged(samples.hostile_pdf(), "x.pdf")]})

    assert all(page.startswith(b"\x89PNG") for page in made["a"])


def test_what_no_page_can_show_is_refused_by_its_name() -> None:
    with pytest.raises(ExhibitNotForPaper) as refused:
        annexed({"a": [judged(samples.mail(), "réponse.eml")]})

    assert refused.value.params["name"] == "réponse.eml"


def test_pages_are_counted_before_any_is_drawn() -> None:
    whole = judged(samples.pdf(MOST_PAGES), "contrat.pdf")

    with pytest.raises(ExhibitPagesTooMany) as refused:
        annexed({"a": [whole], "b": [judged(samples.heic(), "photo.heic")]})

    assert refused.value.params == {"count": MOST_PAGES + 1, "most": MOST_PAGES}


def test_a_pdf_that_opens_and_cannot_be_drawn_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recours.typesetting.warm.SECONDS", 0)

    with pytest.raises(ExhibitNotDrawn):
        annexed({"a": [judged(samples.pdf(), "lourd.pdf")]})
