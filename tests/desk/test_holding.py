"""What an agent sends can be taken back for some seconds: then nobody ever saw it, and no word is lost."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings
from tests.at_once import at_once
from tests.buyer.reading import plain
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench, signed_in
from tests.files.samples import picture
from tests.seller.inboxes import HOUR, a_question

from recours.casework.commands.holding import let_go, let_go_due, take_back
from recours.casework.models import HeldMessage
from recours.casework.refusals import MessageHasLeft
from recours.claims.models import Claim
from recours.conversations.models import Conversation, Message, MessageDraft
from recours.notices.models import Notice
from recours.people.models import DeskStaff

pytestmark = pytest.mark.django_db
LATER = PRESENT + dt.timedelta(seconds=10)
JUST_BEFORE = LATER - dt.timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def ten_seconds(settings: Settings) -> None:
    settings.UNDO_SECONDS = 10


@pytest.fixture
def bench() -> Bench:
    return a_bench()


@pytest.fixture
def desk(bench: Bench) -> Client:
    return signed_in(bench.charlie)


def write(desk: Client, claim: Claim, text: str) -> Any:
    return desk.post(f"/desk/claims/{claim.reference}/message/", {"text": text}, follow=True)


def answer(desk: Client, row: Conversation, text: str, **more: Any) -> Any:
    typed = {"text": text, "key": str(uuid4())} | more
    return desk.post(f"/desk/messages/{row.pk}/send/", typed, follow=True)


def undo(desk: Client, held: HeldMessage, back: str = "/desk/") -> Any:
    return desk.post(f"/desk/held/{held.pk}/undo/", {"back": back}, follow=True)


def test_nobody_but_the_desk_sees_it_before_it_leaves(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()

    page = write(desk, claim, "Montrez-nous la prise, s’il vous plaît.")

    assert "Votre message part dans 10 secondes." in plain(page)
    assert not Message.objects.exists()
    assert Notice.objects.filter(user=bench.alice.user, kind="message").count() == 0
    for person, address in ((bench.alice.user, "claims"), (bench.bob, "seller/claims")):
        assert person is not None
        theirs = signed_in(person).get(f"/{address}/{claim.reference}/")
        assert theirs.status_code == 200
        assert "Montrez-nous la prise" not in theirs.content.decode()
    colleague = signed_in(bench.chloe).get(f"/desk/claims/{claim.reference}/")
    assert "Montrez-nous la prise" in colleague.content.decode()
    assert "undo" not in colleague.content.decode()


@pytest.mark.parametrize(("now", "left"), [(JUST_BEFORE, False), (LATER, True)])
def test_it_leaves_when_its_seconds_have_gone(
    bench: Bench, desk: Client, now: dt.datetime, left: bool
) -> None:
    write(desk, bench.escalated(), "Montrez-nous la prise.")
    held = HeldMessage.objects.get()

    assert let_go(held_id=held.pk, now=now) is left

    assert [row.sent_at for row in Message.objects.all()] == ([now] if left else [])
    assert HeldMessage.objects.exists() is not left
    assert not let_go(held_id=held.pk, now=now)
    assert Message.objects.count() == left


def test_taken_back_its_words_are_in_the_form_again(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    write(desk, claim, "Montrez-nous la prise.")

    page = undo(desk, HeldMessage.objects.get())

    assert page.redirect_chain[-1][0] == f"/desk/claims/{claim.reference}/#composer"
    assert page.context["message"]["text"].value() == "Montrez-nous la prise."
    assert let_go_due(now=LATER) == 0
    assert not Message.objects.exists()


def test_what_was_typed_meanwhile_stays(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    write(desk, claim, "Le premier.")
    desk.post(f"/desk/claims/{claim.reference}/draft/", {"text": "Le second."})

    page = undo(desk, HeldMessage.objects.get())

    assert page.context["message"]["text"].value() == "Le second.\n\nLe premier."


def test_sent_again_the_draft_is_forgotten(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    write(desk, claim, "Montrez-nous la prise.")
    undo(desk, HeldMessage.objects.get())

    write(desk, claim, "Montrez-nous la prise et le câble.")

    assert not MessageDraft.objects.exists()
    assert [row.text for row in HeldMessage.objects.all()] == ["Montrez-nous la prise et le câble."]


def test_the_button_pressed_twice_is_one_message(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()

    write(desk, claim, "Montrez-nous la prise.")
    write(desk, claim, "Montrez-nous la prise.")

    assert HeldMessage.objects.count() == 1
    let_go_due(now=LATER)
    write(desk, claim, "Montrez-nous la prise.")
    assert (HeldMessage.objects.count(), Message.objects.count()) == (0, 1)


def test_too_late_says_so_and_leads_back(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    write(desk, claim, "Montrez-nous la prise.")
    held = HeldMessage.objects.get()
    let_go_due(now=LATER)

    page = undo(desk, held, back=f"/desk/claims/{claim.reference}/")

    assert "Ce message est déjà parti" in plain(page)
    assert page.redirect_chain == [(f"/desk/claims/{claim.reference}/", 302)]
    assert Message.objects.count() == 1
    assert not MessageDraft.objects.exists()


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "/desk/\\example.org", "", "x"])
def test_the_way_back_stays_within_the_desk(desk: Client, back: str) -> None:
    answered = desk.post(f"/desk/held/{uuid4()}/undo/", {"back": back})

    assert answered.headers["Location"] == "/desk/"


def test_a_colleagues_message_is_theirs_to_take_back(bench: Bench, desk: Client) -> None:
    write(desk, bench.escalated(), "Montrez-nous la prise.")
    held = HeldMessage.objects.get()

    page = undo(signed_in(bench.chloe), held)

    assert "Ce message est déjà parti" in plain(page)
    assert HeldMessage.objects.exists()
    assert "est parti" in plain(signed_in(bench.chloe).get(f"/desk/held/{held.pk}/"))


def test_the_seconds_are_counted_down(bench: Bench, desk: Client) -> None:
    write(desk, bench.escalated(), "Montrez-nous la prise.")
    held = HeldMessage.objects.get()

    with time_machine.travel(PRESENT + dt.timedelta(seconds=6.5), tick=False):
        counted = plain(desk.get(f"/desk/held/{held.pk}/"))
    let_go_due(now=LATER)

    assert "Votre message part dans 4 secondes." in counted
    assert "Votre message est parti." in plain(desk.get(f"/desk/held/{held.pk}/"))


def test_its_countdown_is_drawn_in_its_own_place(bench: Bench, desk: Client) -> None:
    page = write(desk, bench.escalated(), "Montrez-nous la prise.").content.decode()
    held = HeldMessage.objects.get()

    # What surrounds it asks who else is here, and what inherits from that would be drawn over the answer.
    assert re.search(f'id="held-{held.pk}"[^>]* hx-target="this"', page)


def test_an_answer_in_a_conversation_waits_with_its_files(bench: Bench, desk: Client) -> None:
    row = a_question(bench.alice, None, ago=HOUR)
    before = Message.objects.count()

    page = answer(desk, row, "Voici l’étiquette.", files_given=SimpleUploadedFile("etiquette.jpg", picture()))

    assert page.redirect_chain[-1][0].startswith(f"/desk/messages/{row.pk}/#held-")
    assert Message.objects.count() == before
    let_go_due(now=LATER)
    message = Message.objects.get(text="Voici l’étiquette.")
    assert message.files.count() == 1
    row.refresh_from_db()
    assert row.waiting_on == ""


def test_taken_back_it_says_that_its_files_must_be_attached_again(bench: Bench, desk: Client) -> None:
    row = a_question(bench.alice, None, ago=HOUR)
    files = [SimpleUploadedFile(name, picture()) for name in ("etiquette.jpg", "vis & écrou.jpg")]
    waiting = answer(desk, row, "Voici l’étiquette.", files_given=files)
    held = HeldMessage.objects.get()
    counting = desk.get(f"/desk/held/{held.pk}/")

    page = undo(desk, held)

    for shown in (waiting, counting):
        assert "Avec etiquette.jpg, vis & écrou.jpg" in plain(shown)
        assert b"vis & " not in shown.content
    assert "Choisissez de nouveau ces fichiers : etiquette.jpg, vis & écrou.jpg." in plain(page)
    assert page.context["composed"].form["text"].value() == "Voici l’étiquette."
    assert let_go_due(now=LATER) == 0
    assert not Message.objects.filter(author_role="agent").exists()


def test_a_conversations_answer_is_taken_back_to_its_draft(bench: Bench, desk: Client) -> None:
    row = a_question(bench.alice, None, ago=HOUR)
    answer(desk, row, "Nous regardons.")

    page = undo(desk, HeldMessage.objects.get())

    assert page.context["composed"].form["text"].value() == "Nous regardons."
    assert let_go_due(now=LATER) == 0
    row.refresh_from_db()
    assert row.waiting_on == "platform"


def test_a_form_posted_twice_is_one_answer(bench: Bench, desk: Client) -> None:
    row, key = a_question(bench.alice, None, ago=HOUR), str(uuid4())

    answer(desk, row, "Nous regardons.", key=key)
    answer(desk, row, "Nous regardons.", key=key)
    let_go_due(now=LATER)
    answer(desk, row, "Nous regardons.", key=key)

    assert Message.objects.filter(text="Nous regardons.").count() == 1
    assert not HeldMessage.objects.exists()


def test_what_would_be_refused_is_refused_at_once(bench: Bench, desk: Client) -> None:
    row = a_question(bench.alice, None, ago=HOUR)

    page = answer(desk, row, "é" * 200_000)

    assert page.status_code == 422
    assert not HeldMessage.objects.exists()


def test_what_is_refused_when_it_leaves_waits_for_its_author(
    bench: Bench, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = a_question(bench.alice, None, ago=HOUR)
    answer(desk, row, "Nous regardons.")
    held = HeldMessage.objects.get()
    Message.objects.bulk_create(
        Message(conversation=row, author_role="agent", author=bench.charlie, text=str(n), sent_at=PRESENT)
        for n in range(500)
    )

    assert let_go_due(now=LATER) == 0

    held.refresh_from_db()
    assert held.trouble
    assert Notice.objects.filter(user=bench.charlie, detail="held_back").count() == 1
    page = plain(desk.get(f"/desk/messages/{row.pk}/"))
    assert "Ce message n'est pas parti." in page
    assert "Reprendre le texte" in page
    assert let_go_due(now=LATER) == 0


def test_who_has_left_the_desk_takes_nothing_back_and_it_leaves(bench: Bench, desk: Client) -> None:
    write(desk, bench.escalated(), "Montrez-nous la prise.")
    DeskStaff.objects.filter(user=bench.charlie).delete()

    assert undo(desk, HeldMessage.objects.get()).status_code == 404
    assert let_go_due(now=LATER) == 1


def test_without_seconds_it_leaves_at_once(bench: Bench, desk: Client, settings: Settings) -> None:
    settings.UNDO_SECONDS = 0

    page = write(desk, bench.escalated(), "Montrez-nous la prise.")

    assert "Votre message est envoyé aux parties." in plain(page)
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_leaving_and_taking_back_at_the_same_instant_is_one_of_the_two(bench: Bench, desk: Client) -> None:
    write(desk, bench.escalated(), "Montrez-nous la prise.")
    held = HeldMessage.objects.get()

    def taken() -> bool:
        try:
            take_back(held_id=held.pk, user_id=bench.charlie.pk, now=LATER)
        except MessageHasLeft:
            return False
        return True

    outcomes = at_once(taken, lambda: let_go(held_id=held.pk, now=LATER))

    assert sorted(outcomes) == [False, True]
    assert Message.objects.exists() is not MessageDraft.objects.exists()
