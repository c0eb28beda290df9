import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recours.files.names import LONGEST, NAMELESS, clean_name, with_extension


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("photo.jpg", "photo.jpg"),
        ("Facture n° 12 – été.pdf", "Facture n° 12 – été.pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("\u200b.htaccess", "htaccess"),
        (".\u200b.\u200b/\u200bphoto.jpg", "photo.jpg"),
        ("..%2f..%2Fetc%2Fpasswd", "passwd"),
        ("..%5cboot.ini", "boot.ini"),
        ("../../../etc/passwd", "passwd"),
        ("C:\\Users\\Camille\\photo.jpg", "photo.jpg"),
        ("\uff0e\uff0e\uff0fetc\uff0fpasswd", "passwd"),
        ("a.php\x00.jpg", "a.php.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("line\r\nSet-Cookie: x=1.jpg", "lineSet-Cookie_ x=1.jpg"),
        ('<img src=x onerror="alert(1)">.png', "_img src=x onerror=_alert(1)__.png"),
        ("CON", "_CON"),
        ("nul.pdf", "_nul.pdf"),
        ("com1.jpg", "_com1.jpg"),
        ("  deux   espaces\u00a0ici.jpg ", "deux espaces ici.jpg"),
        ("", NAMELESS),
        ("...", NAMELESS),
        ("\u202e\u200b", NAMELESS),
        ("dossier/", NAMELESS),
        ("\ud800.jpg", "jpg"),
    ],
)
def test_name_is_made_fit_to_be_shown(given_name: str, shown: str) -> None:
    assert clean_name(given_name) == shown


def test_name_of_four_thousand_characters_keeps_its_extension() -> None:
    shown = clean_name("a" * 4000 + ".jpeg")

    assert len(shown) == LONGEST
    assert shown.endswith("a….jpeg")


@given(st.text(max_size=400))
def test_name_never_holds_what_could_mislead(given_name: str) -> None:
    shown = clean_name(given_name)

    assert 0 < len(shown) <= LONGEST
    assert not re.search(r'[\x00-\x1f\x7f/\\<>:"|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]', shown)
    assert not shown.startswith(".")
    assert clean_name(shown) == shown


def test_extension_is_that_of_the_content() -> None:
    assert with_extension("photo.HEIC", "jpg") == "photo.jpg"
    assert with_extension("a.php.jpg", "png") == "a.php.png"
    assert with_extension("x" * LONGEST, "pdf") == "x" * (LONGEST - 4) + ".pdf"
