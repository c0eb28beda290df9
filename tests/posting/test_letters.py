"""A letter from a claim's page: filled in, looked at, made once, sealed, and nobody else's."""

import hashlib
import html
from typing import Any
from uuid import uuid4

import pytest
from tests.at_once import at_once
from tests.papers import page_count, words
from tests.posting.stage import TYPED, Desk, seen_in

from recours.claims.models import ClaimEvent
from recours.files.storage import read
from recours.posting.models import Letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_form_is_filled_in_from_the_claim(desk: Desk) -> None:
    page = desk.client(desk.alice).get(f"/letters/{desk.reference}/new/").content.decode()

    for said in (desk.claim.snapshot.opening.explanation, "A-1 – casque.jpg", "Réclamation écrite"):
        assert said in html.unescape(page)


def test_the_address_of_a_shop_in_france_ends_with_its_town(desk: Desk) -> None:
    desk.shop.address = "Le Bourg\n29000 Quimper\nFrance\n"
    desk.shop.save()

    page = desk.client(desk.alice).get(f"/letters/{desk.reference}/new/").content.decode()

    assert "29000 Quimper</textarea>" in page


def test_looking_makes_nothing_and_shows_what_will_be_printed(desk: Desk) -> None:
    answer = desk.client(desk.alice).post(f"/letters/{desk.reference}/new/", desk.typed())
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "75002 PARIS" in page
    assert "Ce qui sera imprimé" in page
    assert "Pas encore essayé" in page
    assert Letter.objects.count() == 0


def test_a_letter_is_made_only_once_it_was_looked_at(desk: Desk) -> None:
    client, typed = desk.client(desk.alice), desk.typed(do="make")

    first = client.post(f"/letters/{desk.reference}/new/", typed)
    assert (first.status_code, Letter.objects.count()) == (200, 0)
    changed = client.post(
        f"/letters/{desk.reference}/new/", typed | {"seen": seen_in(first.content), "wanted": "Autre chose."}
    )
    assert (changed.status_code, Letter.objects.count()) == (200, 0)

    made = client.post(f"/letters/{desk.reference}/new/", typed | {"seen": seen_in(first.content)})

    letter = Letter.objects.get()
    assert made.headers["Location"] == desk.url(letter)


def test_a_letter_is_sealed_as_it_is_handed_out_and_told_in_the_history(desk: Desk) -> None:
    client = desk.client(desk.alice)
    typed = desk.typed(do="make")
    typed["seen"] = seen_in(client.post(f"/letters/{desk.reference}/new/", typed).content)
    client.post(f"/letters/{desk.reference}/new/", typed)
    letter = Letter.objects.select_related("file").get()

    handed = b"".join(client.get(f"{desk.url(letter)[:-1]}.pdf").streaming_content)  # type: ignore[attr-defined]
    event = ClaimEvent.objects.get(kind="LetterPrepared").body

    assert hashlib.sha256(handed).hexdigest() == letter.file.sha256 == event["sha256"]
    with read(letter.file.sha256) as kept:
        assert kept.read() == handed
    assert page_count(handed) >= 2  # the exhibit is annexed
    assert "Pièce n° 1" in words(handed)
    assert "Lettre préparée" in client.get(f"/claims/{desk.reference}/").content.decode()


def test_a_button_pressed_twice_makes_one_letter(desk: Desk) -> None:
    client = desk.client(desk.alice)
    typed = desk.typed(do="make")
    typed["seen"] = seen_in(client.post(f"/letters/{desk.reference}/new/", typed).content)

    answers = [client.post(f"/letters/{desk.reference}/new/", typed) for _ in range(2)]

    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert Letter.objects.count() == 1
    assert ClaimEvent.objects.filter(kind="LetterPrepared").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_make_one_letter(desk: Desk) -> None:
    client = desk.client(desk.alice)
    typed = desk.typed(do="make")
    typed["seen"] = seen_in(client.post(f"/letters/{desk.reference}/new/", typed).content)

    def sends() -> str:
        return str(desk.client(desk.alice).post(f"/letters/{desk.reference}/new/", typed).headers["Location"])

    found = at_once(*[sends] * 3)

    assert len(set(found)) == 1
    assert ClaimEvent.objects.filter(kind="LetterPrepared").count() == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sender_address": "3 rue des Lilas"}, "ne commence pas par un code postal"),
        ({"sender_address": "\n".join(["a"] * 8) + "\n69003 Lyon"}, "lignes, nom et pays compris"),
        ({"term_days": "400"}, "n’est pas compris"),
        (
            {"kind": "withdrawal", "addressee_address": "x" * 90 + "\n75002 Paris"},
            "caractères, une fois abrégée",
        ),
        ({"kind": "refund_overdue"}, ""),
    ],
)
def test_what_is_refused_is_named_and_kept(desk: Desk, changed: dict[str, Any], said: str) -> None:
    answer = desk.client(desk.alice).post(f"/letters/{desk.reference}/new/", desk.typed(**changed))
    page = answer.content.decode()

    assert answer.status_code == 409
    assert said in page
    assert TYPED["sender_name"] in page
    for kept in changed.values():
        assert str(kept).splitlines()[0] in page


def test_a_story_that_is_too_long_is_kept(desk: Desk) -> None:
    long = "Des mots. " * 2_000

    answer = desk.client(desk.alice).post(f"/letters/{desk.reference}/new/", desk.typed(story=long))

    assert answer.status_code == 422
    assert long.strip() in answer.content.decode()


HOSTILE = '<script>alert(1)</script> #panic("x") {{ 1 }} \\input{a} 😀 中文'


def test_hostile_text_is_printed_letter_by_letter(desk: Desk) -> None:
    client = desk.client(desk.alice)
    typed = desk.typed(do="make", story=HOSTILE, sender_name="Ali #eval(1) <b>", place="$x$")
    page = client.post(f"/letters/{desk.reference}/new/", typed)
    typed["seen"] = seen_in(page.content)
    client.post(f"/letters/{desk.reference}/new/", typed)

    letter = Letter.objects.select_related("file").get()
    with read(letter.file.sha256) as kept:
        printed = "".join(words(kept.read()).split())

    assert "".join(HOSTILE.split()) in printed
    assert "Ali#eval(1)<b>" in printed
    assert b"<script>alert(1)" not in page.content


@pytest.mark.parametrize("kind", ["x", "", "__class__"])
def test_a_kind_that_is_none_is_refused(desk: Desk, kind: str) -> None:
    answer = desk.client(desk.alice).post(f"/letters/{desk.reference}/new/", desk.typed(kind=kind))

    assert answer.status_code == 422


def test_exhibits_of_others_cannot_be_enclosed(desk: Desk) -> None:
    answer = desk.client(desk.alice).post(f"/letters/{desk.reference}/new/", desk.typed(exhibits=["V-1"]))

    assert answer.status_code == 422


def test_a_letter_of_the_buyer_does_not_exist_at_the_desk(desk: Desk) -> None:
    letter = desk.letter()
    agent, seller = desk.client(desk.charlie), desk.client(desk.bob)

    assert agent.get(desk.url(letter)).status_code == 404
    assert "Réclamation écrite" not in agent.get(f"/letters/{desk.reference}/").content.decode()
    assert [seller.get(url).status_code for url in (desk.url(letter), f"/letters/{desk.reference}/")] == [
        404,
        404,
    ]


def test_the_desk_writes_letters_of_its_own(desk: Desk) -> None:
    client = desk.client(desk.charlie)
    typed = desk.typed(do="make", letter_id=str(uuid4()))
    typed["seen"] = seen_in(client.post(f"/letters/{desk.reference}/new/", typed).content)

    client.post(f"/letters/{desk.reference}/new/", typed)

    assert Letter.objects.get().side == "agent"


def test_the_list_takes_as_many_queries_for_three_as_for_one(
    desk: Desk, django_assert_num_queries: Any
) -> None:
    client = desk.client(desk.alice)
    desk.letter()
    client.get(f"/letters/{desk.reference}/")
    with django_assert_num_queries(8):
        client.get(f"/letters/{desk.reference}/")
    desk.letter(), desk.letter()
    with django_assert_num_queries(8):
        client.get(f"/letters/{desk.reference}/")
