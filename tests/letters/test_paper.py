"""Letters as their addressee gets them: what is printed, where, and to which standard."""

import io
import re
import subprocess
from datetime import date

import msgspec
import pikepdf
import pytest
from PIL import Image
from tests.papers import fonts_not_embedded, page_count, pages, stated, words
from tests.rules.letters.cases import ALICE, PARIS, law, story

from recours.letters import UnreadablePicture, paper
from recours.rules.letters import Enclosure, Fact, Kind, Story, Tried, write
from recours.rules.letters.model import Party, Step

HOSTILE = {
    "typst": '#panic("x") $x^2$ *gras* @ref <label> // fin',
    "latex": r"\input{/etc/passwd} \textbf{gras} $$x$$",
    "html": "<script>alert(1)</script> <b>&amp;",
    "emoji": "😀 ✅",
    "chinese": "包裹破损",
    "arabic": "محمد",
}
MILLIMETRES = 25.4 / 72


def printed(told: Story, annexes: dict[str, tuple[bytes, ...]] | None = None) -> bytes:
    return paper(write(told, law(), PARIS), told, annexes)


def photo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(made, "PNG")
    return made.getvalue()


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_printed_to_both_standards(kind: Kind) -> None:
    told = story(kind)

    made = printed(told)

    read = words(made).replace("\u00a0", " ").replace("\u202f", " ")
    for said in (
        "Alice Martin",
        "69003 LYON",
        "75002 PARIS",
        "Lettre recommandée avec accusé de réception",
        "1/",
    ):
        assert said in read
    assert "2. Photo" in read
    assert (stated(made)["part"], stated(made)["conformance"]) == ("2", "A")
    assert fonts_not_embedded(made) == []
    with pikepdf.open(io.BytesIO(made)) as document, document.open_metadata() as told_of:
        assert str(told_of.get("pdfuaid:part")) == "1"
        assert document.Root.MarkInfo.Marked


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_user_text_is_never_markup_in_any_field(text: str) -> None:
    told = msgspec.structs.replace(
        story(Kind.COMPLAINT),
        sender=Party(name=text, address=(text, "75002 " + text), email=text, phone=text),
        addressee=Party(name=text, address=(text, text), country=text),
        place=text,
        marketplace=text,
        order_number=text,
        product=text,
        story=text,
        wanted=text,
        facts=(Fact(on=date(2026, 4, 21), text=text),),
        tried=(Tried(on=date(2026, 4, 22), step=Step.SELLER, text=text),),
        enclosures=(Enclosure(title=text),),
    )
    if len(text) > 38 - 6:
        told = msgspec.structs.replace(told, sender=ALICE, addressee=story(Kind.BANK).addressee)

    read = "".join(words(printed(told)).split())

    assert read.count("".join(text.split())) >= 7


@pytest.mark.parametrize("place", ["Lyon", "Saint-Rémy-en-Bouzemont " * 20])
def test_the_addressee_is_within_the_window_and_nothing_else_is(place: str) -> None:
    long = "W" * 38
    told = msgspec.structs.replace(
        story(Kind.COMPLAINT),
        place=place,
        addressee=Party(name=long, address=(long, long, long, long, "75002 Paris")),
    )

    boxes = _word_boxes(printed(told))

    inside = [box for box in boxes if box[2] > 90 and box[3] > 44 and box[1] < 90]
    assert {box[4] for box in inside} == {long, "75002", "PARIS"}
    assert min(box[0] for box in inside) >= 100
    assert max(box[2] for box in inside) <= 190
    assert min(box[1] for box in inside) >= 55
    assert max(box[3] for box in inside) <= 79


def test_pictures_are_annexed_and_numbered() -> None:
    told = msgspec.structs.replace(
        story(Kind.COMPLAINT),
        enclosures=(Enclosure(title="Facture"), Enclosure(title="Arceau", file="a.png")),
    )

    alone, annexed = printed(told), printed(told, {"a.png": (photo(), photo())})

    assert page_count(annexed) == page_count(alone) + 2
    assert [page.split(" – ")[0] for page in pages(annexed)[-2:]] == ["Pièce n° 2", "Pièce n° 2"]
    assert "Arceau (1/2)" in pages(annexed)[-2]
    assert "Arceau (2/2)" in pages(annexed)[-1]
    assert (stated(annexed)["part"], stated(annexed)["conformance"]) == ("2", "A")


def test_what_shows_through_is_printed_on_white() -> None:
    made = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(made, "PNG")
    told = msgspec.structs.replace(story(Kind.COMPLAINT), enclosures=(Enclosure(title="X", file="a.png"),))

    with pikepdf.open(io.BytesIO(printed(told, {"a.png": (made.getvalue(),)}))) as document:
        drawn = pikepdf.PdfImage(next(iter(document.pages[-1].get_images().values()))).as_pil_image()

    assert drawn.convert("RGB").getpixel((20, 20)) == (255, 255, 255)


def test_what_is_no_picture_is_refused() -> None:
    told = msgspec.structs.replace(story(Kind.COMPLAINT), enclosures=(Enclosure(title="X", file="a.png"),))

    with pytest.raises(UnreadablePicture):
        printed(told, {"a.png": (b"<svg onload=x>",)})


def test_the_same_letter_is_the_same_bytes() -> None:
    assert len({printed(story(Kind.BANK)) for _ in range(2)}) == 1


def _word_boxes(pdf: bytes) -> list[tuple[float, float, float, float, str]]:
    """Words of the first page with their edges, in millimetres from the left and the top."""
    done = subprocess.run(
        ["pdftotext", "-bbox", "-l", "1", "-", "-"], input=pdf, capture_output=True, check=True
    )
    found = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>',
        done.stdout.decode(),
    )
    return [
        (*(float(edge) * MILLIMETRES for edge in edges), word.replace("\u200b", ""))  # type: ignore[misc]
        for *edges, word in found
    ]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("length", [0, 600, 1200, 1800])
def test_a_signature_never_stands_alone_on_its_page(kind: Kind, length: int) -> None:
    told = story(kind, story="L’arceau est cassé net. " * (length // 24) or "Cassé.", enclosures=())
    follows = write(told, law(), PARIS).letter.follows.split()[:4]

    signed = next(page for page in pages(printed(told)) if "Signature" in page)
    assert " ".join(follows) in " ".join(signed.split())


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("length", [0, 600, 1200, 1800])
def test_a_short_list_of_enclosures_is_never_alone_on_its_page(kind: Kind, length: int) -> None:
    told = story(kind, story="L’arceau est cassé net. " * (length // 24) or "Cassé.")

    read = pages(printed(told))

    assert ["Signature" in page for page in read] == ["Pièces jointes" in page for page in read]


def test_a_long_list_of_enclosures_is_whole() -> None:
    many = tuple(Enclosure(title=f"Papier {number} " + "très long " * 12) for number in range(1, 21))

    read = words(printed(story(Kind.COMPLAINT, enclosures=many)))

    assert all(f"{number}. Papier {number} " in read for number in range(1, 21))


@pytest.mark.parametrize("kind", Kind)
def test_an_ordinary_letter_is_one_sheet(kind: Kind) -> None:
    assert page_count(printed(story(kind))) == 1
