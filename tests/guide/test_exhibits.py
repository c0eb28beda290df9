"""Photos and documents that go with the guide's letter: pages of it, and nothing kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.files import samples
from tests.guide.test_letter import ALICE
from tests.guide.walking import DAMAGED, Walker
from tests.papers import page_count, pages, stated

from recours.files.models import StoredFile
from recours.guide import exhibits

pytestmark = pytest.mark.django_db


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")


def photo(name: str = "photo.heic") -> SimpleUploadedFile:
    return upload(samples.heic(), name)


@pytest.fixture
def walker(client: Client) -> Walker:
    """Somebody who has read their letter before it is printed."""
    made = Walker(client)
    made.answers(DAMAGED)
    made.sends("/guide/letter/")
    made.sends("/guide/letter/", go="preview", **ALICE)
    assert 'name="exhibit-2"' in made.text
    return made


def files_kept() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_each_file_becomes_a_page_under_the_name_of_its_exhibit(walker: Walker) -> None:
    alone = 1
    files: dict[str, Any] = {
        "exhibit-1": [upload(samples.pdf(2), "commande.pdf")],
        "exhibit-2": [photo(), upload(samples.transparent("WEBP"), "capture.webp")],
    }

    walker.sends("/guide/letter.pdf", **ALICE, **files)

    assert walker.page.headers["Content-Type"] == "application/pdf"
    made = walker.page.content
    assert page_count(made) == alone + 4
    titles = [page.rpartition(" ")[0] for page in pages(made)[alone:]]
    assert titles == [
        "Pièce n° 1 – Confirmation de commande (1/2)",
        "Pièce n° 1 – Confirmation de commande (2/2)",
        "Pièce n° 2 – Deux photos (1/2)",
        "Pièce n° 2 – Deux photos (2/2)",
    ]
    assert (stated(made)["part"], stated(made)["conformance"]) == ("2", "A")


def test_nothing_of_them_is_kept(walker: Walker) -> None:
    walker.sends("/guide/letter.pdf", **ALICE, **{"exhibit-1": [photo()]})

    assert page_count(walker.page.content) == 2
    assert (StoredFile.objects.count(), files_kept()) == (0, [])


def test_files_without_a_name_are_named_by_us(client: Client) -> None:
    walker = Walker(client)
    walker.answers(DAMAGED)
    walker.sends("/guide/letter/")
    walker.sends("/guide/letter/", go="preview", **ALICE | {"enclosures": ""})
    assert "Photos et documents" in walker.text

    walker.sends("/guide/letter.pdf", **ALICE | {"enclosures": ""}, **{"exhibit-1": [photo()]})

    assert "1. Photos et documents" in pages(walker.page.content)[0]
    assert "Pièce n° 1 – Photos et documents" in pages(walker.page.content)[1]


def test_without_files_nothing_is_named(client: Client) -> None:
    walker = Walker(client)
    walker.answers(DAMAGED)
    walker.sends("/guide/letter/")

    walker.sends("/guide/letter.pdf", **ALICE | {"enclosures": ""})

    assert "Pièces jointes" not in pages(walker.page.content)[0]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (upload(b"<svg onload=alert(1)>", "faux.png"), "«\u202ffaux.png\u202f»"),
        (upload(samples.mail(), "réponse.eml"), "ne s’imprime pas"),
        (upload(samples.locked_pdf(user="x"), "releve.pdf"), "«\u202freleve.pdf\u202f»"),
        (upload(samples.pdf(25), "contrat.pdf"), "26 pages"),
        (upload(b"", "vide.jpg"), "«\u202fvide.jpg\u202f»"),
    ],
    ids=["not a picture", "a mail", "locked", "too many pages", "empty"],
)
def test_a_file_that_cannot_be_annexed_is_named_and_what_was_typed_is_kept(
    walker: Walker, file: SimpleUploadedFile, said: str
) -> None:
    file.seek(0)

    walker.sends("/guide/letter.pdf", **ALICE, **{"exhibit-1": [photo()], "exhibit-2": [file]})

    assert walker.page.status_code == 422
    assert said in walker.text
    assert "Choisissez de nouveau" in walker.text
    for typed in ("3 rue des Lilas", "Deux photos"):
        assert typed in walker.text
    # The form goes on as it is: the letter without the file is one press away.
    walker.sends("/guide/letter.pdf", **ALICE)
    assert walker.page.headers["Content-Type"] == "application/pdf"


def test_more_files_than_a_letter_takes_are_refused_and_not_opened(walker: Walker) -> None:
    many = [photo(f"{number}.heic") for number in range(exhibits.MOST_FILES + 1)]

    walker.sends("/guide/letter.pdf", **ALICE, **{"exhibit-1": many})

    assert walker.page.status_code == 422
    assert "«\u202f12.heic\u202f»" in walker.text


def test_who_must_wait_is_told_and_loses_nothing(walker: Walker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exhibits, "WAIT_SECONDS", 0)

    with exhibits.taking_turns():
        walker.sends("/guide/letter.pdf", **ALICE, **{"exhibit-1": [photo()]})

    assert walker.page.status_code == 422
    assert "Réessayez dans une minute" in walker.text
    assert "3 rue des Lilas" in walker.text
