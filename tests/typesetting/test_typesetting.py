"""A PDF of a template and data: what people wrote is printed letter by letter, and nothing of it is carried out."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.papers import fonts_not_embedded, page_count, stated, words

import recours
from recours.typesetting import TypesettingError, typeset, typesetter

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TEMPLATES = sorted(Path(recours.__file__).parent.glob("*/typst/*.typ"))

HOSTILE = {
    "typst": '#panic("x") #import "/etc/passwd" $x^2$ *gras* _it_ `raw` @ref <label> // fin',
    "typst lines": '= Titre\n- liste\n+ un\n/ a: b\n#set page(width: 1cm)\n#read("/etc/hostname")',
    "latex": r"\input{/etc/passwd} \textbf{gras} $$x$$ %",
    "html": "<script>alert(1)</script> <img src=file:///etc/passwd> &amp; &#233;",
    "shell": "$(id) `id` ; rm -rf / ${HOME}",
    "quotes": "\" ' \\ \\u0041 {{ data }} {% load x %}",
    "dashes": "-- --- ... ~ 'a' \"b\"",
    "chinese": "包裹破损，请退款。",
    "emoji": "😀 ✅ ☎",
    "greek": "Ελληνικά Кириллица",
}


def jpeg() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(made, "JPEG")
    return made.getvalue()


def without_blanks(text: str) -> str:
    """pdftotext guesses where a line had blanks, and guesses wrong beside emoji."""
    return "".join(text.split())


def specimen(**changed: Any) -> dict[str, Any]:
    return {
        "title": "Spécimen",
        "reference": "L-7F3K",
        "header": "Place Exemple",
        "sentence": "Une phrase.",
        "facts": [["Commande", "C-1"]],
        "texts": [],
        "pictures": [],
        "hash": "0123456789abcdef" * 4,
    } | changed


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_typeset_prints_any_text_in_any_field(text: str) -> None:
    data = specimen(
        title=text, reference=text, header=text, sentence=text, facts=[[text, text]], texts=[text], hash=text
    )

    printed = words(typeset("typesetting/specimen.typ", data, at=AT))

    assert without_blanks(printed).count(without_blanks(text)) >= 7


@pytest.mark.parametrize(
    ("text", "last"), [("وصل الطرد مكسورا", "الطرد"), ("שלום עולם שלי", "עולם")], ids=["arabic", "hebrew"]
)
def test_typeset_prints_text_from_right_to_left(text: str, last: str) -> None:
    printed = words(typeset("typesetting/specimen.typ", specimen(title=text, texts=[text]), at=AT))

    assert last in printed
    assert "[U+" not in printed


def test_typeset_writes_the_code_of_what_no_font_draws() -> None:
    printed = words(typeset("typesetting/specimen.typ", specimen(sentence="ខ et \u202e"), at=AT))

    assert "[U+1781] et [U+202E]" in printed


def test_typeset_never_leaves_out_what_it_misjudged(monkeypatch: pytest.MonkeyPatch) -> None:
    def believes(text: str, *, cautious: bool = False) -> str:
        return text.replace("ក", "[U+1780]") if cautious else text

    monkeypatch.setattr(typesetter, "printable", believes)

    printed = words(typeset("typesetting/specimen.typ", specimen(sentence="ក fin"), at=AT))

    assert "[U+1780] fin" in printed


def test_typeset_keeps_an_endless_word_on_the_page() -> None:
    printed = words(typeset("typesetting/specimen.typ", specimen(sentence="W" * 400), at=AT))

    assert printed.replace(" ", "").count("W" * 400) == 1


def test_same_input_gives_the_same_bytes() -> None:
    data = specimen(texts=list(HOSTILE.values()), pictures=[{"name": "a-1.jpg", "alt": "x"}])

    made = {typeset("typesetting/specimen.typ", data, at=AT, files={"a-1.jpg": jpeg()}) for _ in range(2)}

    assert len(made) == 1


def test_paper_says_its_standard_title_language_and_instant() -> None:
    made = typeset("typesetting/specimen.typ", specimen(texts=["中文 وصل 😀 שלום"]), at=AT, lang="en")

    assert stated(made) == {
        "part": "2",
        "conformance": "B",
        "title": "Spécimen",
        "language": "en",
        "created": "2026-11-20T09:00:00+00:00",
    }
    assert fonts_not_embedded(made) == []


@pytest.mark.parametrize(("standard", "conformance"), [("a-2a", "A"), ("ua-1", "")])
def test_other_standards_are_met(standard: typesetter.Standard, conformance: str) -> None:
    data = specimen(pictures=[{"name": "a-1.jpg", "alt": "Un carré bleu"}])

    made = typeset("typesetting/specimen.typ", data, at=AT, standard=standard, files={"a-1.jpg": jpeg()})

    assert stated(made)["conformance"] == conformance


@pytest.mark.parametrize(("lang", "said"), [("fr", "page 1 sur 2"), ("en", "page 1 of 2")])
def test_pages_are_numbered_in_the_readers_language(lang: Any, said: str) -> None:
    made = typeset("typesetting/specimen.typ", specimen(sentence="a\n" * 60), at=AT, lang=lang)

    assert page_count(made) == 2
    assert said in words(made)


@pytest.mark.parametrize("name", ["../x.jpg", "a.svg/../../x.jpg", "A.jpg", ".jpg", "a.typ", "a b.png"])
def test_a_picture_has_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="picture"):
        typeset("typesetting/specimen.typ", specimen(), at=AT, files={name: b"x"})


@pytest.mark.parametrize("name", ["specimen.typ", "../typst/x.typ", "typesetting/../x.typ", "/etc/passwd"])
def test_a_template_is_named_by_its_app(name: str) -> None:
    with pytest.raises(ValueError, match="template"):
        typeset(name, specimen(), at=AT)


def test_a_picture_that_is_none_is_an_error() -> None:
    data = specimen(pictures=[{"name": "a-1.jpg", "alt": "x"}])

    with pytest.raises(TypesettingError, match="image"):
        typeset("typesetting/specimen.typ", data, at=AT, files={"a-1.jpg": b"<svg onload=x>"})


def test_a_picture_that_was_not_given_is_an_error() -> None:
    data = specimen(pictures=[{"name": "../../../../etc/passwd", "alt": "x"}])

    with pytest.raises(TypesettingError):
        typeset("typesetting/specimen.typ", data, at=AT)


@pytest.mark.parametrize("template", TEMPLATES, ids=[path.stem for path in TEMPLATES])
def test_templates_carry_nothing_out_and_ask_for_nothing(template: Path) -> None:
    """What keeps data from being code, and Typst from the network."""
    code = re.sub(r"//.*", "", template.read_text("utf-8"))

    assert not re.search(r"\b(eval|read|plugin)\s*\(|@preview|@local", code)
