import hashlib

import pytest
from django.core.files.base import ContentFile
from tests.files import samples

from recours.files.judge import Judged, judge
from recours.files.press.mails import text_of
from recours.files.refusals import TextUnreadable

MARK = b"\xef\xbb\xbf"


def judged(content: bytes, name: str = "notes.txt") -> Judged:
    return judge(ContentFile(content, name=name))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_the_letters_it_was_written_in(encoding: str) -> None:
    found = judged("Reçu cassé à 89,90 €\r\n".encode(encoding))

    assert (found.media_type, found.clean_media_type, found.thumb) == ("text/plain", "text/plain", None)
    assert found.clean == MARK + "Reçu cassé à 89,90 €\n".encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("payé \u202egnihton", "payé [U+202E]gnihton"),
        ("\x1b[2Jeffacé\x07", "[U+001B][2Jeffacé[U+0007]"),
        ("vide\u200bcaché\ufeff", "vide[U+200B]caché[U+FEFF]"),
        ("\u2066isolé\u2069", "[U+2066]isolé[U+2069]"),
        ("👨\u200d👩\u200d👧, \u0646\u0645\u06cc\u200c", "👨\u200d👩\u200d👧, \u0646\u0645\u06cc\u200c"),
        ("une\x0cdeux\u2028trois\tquatre", "une\ndeux\ntrois\tquatre"),
    ],
)
def test_what_acts_in_a_text_is_written_out(text: str, shown: str) -> None:
    assert judged(text.encode()).clean == MARK + shown.encode()


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00\x03\x00", bytes(50), b"\xff\xfe\x00\xd8", b"ab\x81\xff\xc3"]
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(TextUnreadable):
        judged(content)


def test_page_that_is_called_a_text_stays_a_text() -> None:
    found = judged(samples.HTML)

    assert (found.kind, found.clean) == ("text", MARK + samples.HTML)


def test_mail_is_told_as_a_text_and_what_came_along_by_its_hash() -> None:
    found = judged(samples.mail(facture=b"MZ not a bill"), "échange.eml")

    told = found.clean.decode("utf-8-sig")
    assert (found.kind, found.media_type, found.clean_media_type) == ("mail", "message/rfc822", "text/plain")
    assert told.splitlines()[:5] == [
        "From: Boutique Belle <contact@example.org>",
        "To: camille@example.org",
        "Date: Mon, 23 Nov 2026 09:12:00 +0100",
        "Subject: Votre commande, cassée[U+202E] ?",
        "Message-ID: <1234@example.org>",
    ]
    assert "le casque est cassé." in told
    assert "facture.exe (application/octet-stream, 13 o)" in told
    assert hashlib.sha256(b"MZ not a bill").hexdigest() in told
    for hidden in ("script", "pixel.gif", "secret-host", "../"):
        assert hidden not in told


def test_mail_that_is_only_a_page_is_read_from_it() -> None:
    content = (
        b"From: a@example.org\nDate: Mon, 23 Nov 2026 09:12:00 +0100\nContent-Type: text/html; charset=nonsense\n\n"
        b"<title>x</title><p>Bonjour&nbsp;<b>Camille</b><script>alert(1)</script><div>fin</div>"
    )

    told = judged(content, "page.eml").clean.decode("utf-8-sig")

    assert told.endswith("\n\nBonjour Camille\nfin\n")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a<br/>b<p>c", "a\nb\nc"),
        ("<style>x</style>vu<svg><a>caché</a></svg>", "vu"),
        ("<img src=x onerror=alert(1)>", ""),
        ("</script>vu", "vu"),
    ],
)
def test_page_says_its_words_and_nothing_else(markup: str, text: str) -> None:
    assert text_of(markup) == text
