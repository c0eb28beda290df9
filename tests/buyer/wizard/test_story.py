"""The story of a dispute, its files and its draft: nothing that was typed is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.buyer.reading import plain
from tests.buyer.wizard.walking import GOODS, alice, base, browser, go, order, photo, send
from tests.factories import a_buyer

from recours.claims.models import Claim, Draft, Evidence
from recours.marketplaces.models import Order

__all__ = ["alice", "base", "browser", "order"]

pytestmark = pytest.mark.django_db


def test_story_too_long_is_kept(browser: Client, base: str) -> None:
    go(browser, base, ground=GOODS["ground"], wanted=GOODS["wanted"])
    text = "🙂" * 5001

    response = browser.post(f"{base}story/", {"explanation": text})

    assert response.status_code == 422
    assert "Votre texte compte 5 001 caractères, pour 5 000 au plus." in plain(response)
    assert text in plain(response)
    assert text in plain(browser.get(f"{base}story/"))


def test_story_of_5000_emoji_is_sent_whole(browser: Client, base: str) -> None:
    go(browser, base, **{**GOODS, "story": {"explanation": "🙂" * 5000}})

    send(browser, base)

    assert Claim.objects.get().snapshot.opening.explanation == "🙂" * 5000


def test_story_keeps_the_good_files_and_names_the_bad(browser: Client, base: str) -> None:
    go(browser, base, ground=GOODS["ground"], wanted=GOODS["wanted"])
    files = [
        photo("arceau.jpg"),
        SimpleUploadedFile("photo.jpg", b""),
        SimpleUploadedFile("a.jpg", b"MZ\x90"),
    ]

    response = browser.post(f"{base}story/", {"explanation": "Cassé.", "exhibits": files})

    page = plain(response)
    assert response.status_code == 422
    assert "Le fichier « photo.jpg » est vide" in page
    assert "Le contenu du fichier « a.jpg » n'est d'aucun des types acceptés" in page
    assert "Cassé." in page
    draft = Draft.objects.get()
    assert [file.original_name for file in draft.files.all()] == ["arceau.jpg"]
    assert f"/drafts/{draft.pk}/files/{draft.files.get().pk}/" in page


def test_story_files_become_exhibits(browser: Client, base: str) -> None:
    go(browser, base, **GOODS)
    place = go(browser, base, story={"explanation": "Cassé.", "exhibits": [photo("a.jpg")], "stay": "1"})
    go(browser, base, story={"explanation": "Cassé.", "exhibits": [photo("b.jpg")]})

    send(browser, base)

    assert place == f"{base}story/"
    assert [(one.exhibit, one.file.original_name) for one in Evidence.objects.order_by("number")] == [
        ("A-1", "a.jpg"),
        ("A-2", "b.jpg"),
    ]


def test_story_file_can_be_taken_out_without_losing_the_text(browser: Client, base: str) -> None:
    go(browser, base, **{**GOODS, "story": {"explanation": "Cassé.", "exhibits": [photo()]}})
    draft = Draft.objects.get()

    response = browser.post(
        f"{base}story/", {"explanation": "Cassé net.", "remove": draft.files.get().pk}, follow=True
    )

    assert draft.files.count() == 0
    assert "Cassé net." in plain(response)


def test_draft_file_is_its_authors_alone(browser: Client, base: str, client: Client) -> None:
    go(browser, base, **{**GOODS, "story": {"explanation": "Cassé.", "exhibits": [photo()]}})
    draft = Draft.objects.get()
    url = f"/drafts/{draft.pk}/files/{draft.files.get().pk}/"

    mine = browser.get(url)
    stranger = Client()
    other = a_buyer().user
    assert other is not None
    stranger.force_login(other)

    assert mine["Content-Type"] == "image/webp"
    assert b"".join(mine.streaming_content).startswith(b"RIFF")
    assert stranger.get(url).status_code == 404
    assert stranger.post(f"/drafts/{draft.pk}/discard/").status_code == 404


def test_back_and_later_keep_what_was_typed(browser: Client, base: str) -> None:
    go(browser, base, ground=GOODS["ground"], wanted=GOODS["wanted"])

    back = browser.post(f"{base}story/", {"explanation": "Je raconterai", "back": "1"})
    later = browser.post(f"{base}wanted/", {"amount": "n'importe", "goods_return": "no", "later": "1"})

    assert (back["Location"], later["Location"]) == (f"{base}wanted/", "/orders/")
    assert "Brouillons" in plain(browser.get("/orders/"))
    assert 'value="n\'importe"' in plain(browser.get(f"{base}wanted/"))
    go(browser, base, wanted=GOODS["wanted"])
    assert "Je raconterai" in plain(browser.get(f"{base}story/"))


def test_autosave_answers_with_the_time(browser: Client, base: str) -> None:
    response = browser.post(f"{base}ground/", {"ground": "damaged"}, headers={"X-Requested-With": "autosave"})

    assert plain(response) == "Enregistré à 10 h 00"
    assert Draft.objects.get().answers == {"ground": {"ground": ["damaged"]}}


def test_draft_takes_a_nul_character(browser: Client, base: str) -> None:
    go(browser, base, ground=GOODS["ground"], wanted=GOODS["wanted"])

    assert browser.post(f"{base}story/", {"explanation": "a\0b"}).status_code == 422
    assert Draft.objects.get().answers["story"] == {"explanation": ["ab"]}


def test_draft_can_be_discarded(browser: Client, base: str) -> None:
    go(browser, base, ground=GOODS["ground"])

    browser.post(f"/drafts/{Draft.objects.get().pk}/discard/")

    assert not Draft.objects.exists()


def test_story_typed_while_an_earlier_answer_fell_is_kept(browser: Client, base: str, order: Order) -> None:
    go(browser, base, ground=GOODS["ground"], wanted=GOODS["wanted"])
    order.lines.update(refunded_minor=8990)

    response = browser.post(f"{base}story/", {"explanation": "Longuement raconté."})

    assert response["Location"] == f"{base}ground/"
    assert Draft.objects.get().answers["story"] == {"explanation": ["Longuement raconté."]}
