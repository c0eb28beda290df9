"""Whatever is written in a field can be printed, or says plainly which character cannot."""

import pytest

from recours.typesetting.glyphs import FONTS, MAIN, code_of, drawn_by, printable

pytestmark = pytest.mark.rules


@pytest.mark.parametrize(
    "written",
    [
        "Reçu cassé, l’arceau est fendu : 89,90 € « net » – à rembourser…",
        "包裹破损，请退款。 日本語",
        "وصل الطرد مكسورًا",
        "שלום עולם",
        "हिन्दी ไทย Ελληνικά Кириллица ქართული հայերեն",
        "😀 👩\u200d🔧 ❤\ufe0f ✅ ★ ☎",
        "Việt Nam, ệ",
        "#eval(1) $x$ \\textbf{x} <b>&amp;</b>",
        "deux\nlignes",
    ],
)
def test_printable_leaves_what_the_fonts_draw(written: str) -> None:
    assert printable(written) == written


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("a\x00b\x07", "a[U+0000]b[U+0007]"),
        ("facture\u202egpj.exe", "facture[U+202E]gpj.exe"),
        ("\u2066x", "[U+2066]x"),
        ("\ud800", "[U+D800]"),
        ("ក", "[U+1780]"),
        ("\ue000", "[U+E000]"),
        ("한", "[U+D55C]"),
        ("\u0301seul", "[U+0301]seul"),
        ("中\u0301", "中[U+0301]"),
        ("e\u0301", "é"),
        ("ligne\r\nligne", "ligne\nligne"),
    ],
)
def test_printable_writes_codes_for_the_rest(written: str, printed: str) -> None:
    assert printable(written) == printed


def test_printable_stops_a_tower_of_marks() -> None:
    tower = "q" + "\u0301" * 6

    assert printable(tower) == "q" + "\u0301" * 4 + code_of("\u0301") * 2


def test_printable_lets_an_endless_word_break() -> None:
    assert printable("x" * 50) == "\u200b".join(["x" * 20, "x" * 20, "x" * 10])


def test_printable_leaves_an_ordinary_word_whole() -> None:
    assert printable("anticonstitutionnellement " * 9) == "anticonstitutionnellement " * 9


def test_cautious_keeps_only_the_main_font() -> None:
    assert printable("é 中 😀\ufe0f", cautious=True) == "é [U+4E2D] [U+1F600]"


def test_fonts_say_what_they_draw() -> None:
    assert {ord("é"), ord("€"), 0x202F, ord("ж")} <= drawn_by(MAIN)
    assert ord("中") not in drawn_by(MAIN)
    assert 0x1F600 in drawn_by("NotoEmoji-Regular.ttf")


def test_bold_and_italic_draw_what_the_main_font_draws() -> None:
    for name in ("NotoSans-Bold.ttf", "NotoSans-Italic.ttf"):
        assert not drawn_by(MAIN) - drawn_by(name)


def test_every_font_has_its_licence_told() -> None:
    told = (FONTS / "README.md").read_text("utf-8")

    assert [path.name for path in FONTS.glob("*.ttf") if f"`{path.name}`" not in told] == []
