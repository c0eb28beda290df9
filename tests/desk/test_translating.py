"""An agent writes in their own language and sends a translation: both are kept, and the parties see what was sent."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.buyer.reading import plain
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench, signed_in
from tests.seller.inboxes import HOUR, a_question

from recours.casework.commands.holding import let_go_due
from recours.casework.models import HeldMessage
from recours.claims.models import Claim
from recours.claims.queries import claim_for
from recours.conversations.commands import send_message
from recours.conversations.models import Conversation, Message, MessageDraft, OwnWords
from recours.dossier.contents.whole import whole
from recours.dossier.queries import gather
from recours.marketplaces.models import Buyer, Shop
from recours.outbox.models import Mail
from recours.people.models import ShopStaff, User
from recours.people.queries import identity_of
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db
SENT, OWN = "Please send us a photo of the plug.", "Envoyez une photo de la prise."


@pytest.fixture(autouse=True)
def at_once(settings: Settings) -> None:
    settings.UNDO_SECONDS = 0


@pytest.fixture
def bench() -> Bench:
    return a_bench()


@pytest.fixture
def desk(bench: Bench) -> Client:
    return signed_in(bench.charlie)


def write(desk: Client, claim: Claim, **typed: str) -> Any:
    given = {"text": SENT, "own_text": OWN} | typed
    return desk.post(f"/desk/claims/{claim.reference}/message/", given, follow=True)


def answer(desk: Client, row: Conversation, **typed: str) -> Any:
    given = {"text": SENT, "own_text": OWN, "key": str(uuid4())} | typed
    return desk.post(f"/desk/messages/{row.pk}/send/", given, follow=True)


def test_on_a_claim_the_desk_reads_both_and_the_parties_what_was_sent(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()

    page = plain(write(desk, claim))

    assert SENT in page
    assert OWN in page
    assert "Ce qui a été envoyé" in page
    for person, address in ((bench.alice.user, "claims"), (bench.bob, "seller/claims")):
        assert person is not None
        theirs = plain(signed_in(person).get(f"/{address}/{claim.reference}/"))
        assert SENT in theirs
        assert OWN not in theirs
        assert "texte de l'agent" not in theirs


def test_in_a_conversation_too(bench: Bench, desk: Client) -> None:
    row = a_question(bench.alice, None, subject="Mon colis", ago=HOUR)

    page = plain(answer(desk, row))

    assert SENT in page
    assert OWN in page
    assert bench.alice.user is not None
    theirs = plain(signed_in(bench.alice.user).get(f"/messages/{row.pk}/"))
    assert SENT in theirs
    assert OWN not in theirs


def test_what_leaves_the_house_is_what_was_sent(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()

    write(desk, claim)

    for person in (bench.charlie, bench.alice.user, bench.bob):
        assert person is not None
        told = str(whole(gather(claim_for(identity_of(person), claim.reference)), {}))
        assert SENT in told
        assert OWN not in told
    assert not Mail.objects.filter(payload__icontains=OWN).exists()


def test_one_text_alone_is_no_translation(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()

    write(desk, claim, own_text=" ")
    write(desk, claim, text="Bonjour.", own_text="Bonjour. ")

    assert Message.objects.count() == 2
    assert not OwnWords.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [{"text": ""}, {"text": "", "own_text": "x" * 5001}, {"own_text": "x" * 5001}, {"own_text": "a\x00b"}],
)
def test_what_cannot_be_sent_keeps_both_texts(bench: Bench, desk: Client, typed: dict[str, str]) -> None:
    claim = bench.escalated()
    row = a_question(bench.alice, None, subject="Mon colis", ago=HOUR)

    pages = [write(desk, claim, **typed), answer(desk, row, **typed)]

    given = {"text": SENT, "own_text": OWN} | typed
    assert [page.status_code for page in pages] == [422, 422]
    for form in (pages[0].context["message"], pages[1].context["composed"].form):
        assert {name: form[name].value() for name in given} == given
    assert not OwnWords.objects.exists()


def test_taken_back_both_come_back_into_the_form(bench: Bench, desk: Client, settings: Settings) -> None:
    settings.UNDO_SECONDS = 10
    claim = bench.escalated()
    waiting = plain(write(desk, claim))
    held = HeldMessage.objects.get()

    page = desk.post(f"/desk/held/{held.pk}/undo/", {"back": f"/desk/claims/{claim.reference}/"}, follow=True)

    assert OWN in waiting
    assert page.context["message"]["text"].value() == SENT
    assert page.context["message"]["own_text"].value() == OWN
    assert not Message.objects.exists()


def test_left_by_itself_it_still_has_both(bench: Bench, desk: Client, settings: Settings) -> None:
    settings.UNDO_SECONDS = 10
    write(desk, bench.escalated())

    let_go_due(now=PRESENT + dt.timedelta(seconds=10))

    assert OwnWords.objects.get().text == OWN
    assert Message.objects.get().text == SENT


def test_drafts_keep_both(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    row = a_question(bench.alice, None, subject="Mon colis", ago=HOUR)
    typed = {"text": SENT, "own_text": OWN}

    desk.post(f"/desk/claims/{claim.reference}/draft/", typed)
    desk.post(f"/desk/messages/{row.pk}/draft/", typed)

    assert [draft.answers for draft in MessageDraft.objects.all()] == [typed, typed]
    assert desk.get(f"/desk/claims/{claim.reference}/").context["message"]["own_text"].value() == OWN
    assert desk.get(f"/desk/messages/{row.pk}/").context["composed"].form["own_text"].value() == OWN


def test_nobody_but_the_desk_has_two_texts(bench: Bench) -> None:
    row = a_question(bench.alice, None, subject="Mon colis", ago=HOUR)

    with pytest.raises(ValueError, match="desk"):
        send_message(
            conversation_id=row.pk,
            by=Actor(Role.BUYER, bench.alice.user_id),
            text=SENT,
            own_text=OWN,
            now=PRESENT,
        )


def test_own_words_stand_before_their_translation(bench: Bench, desk: Client, settings: Settings) -> None:
    settings.UNDO_SECONDS = 10
    claim, row = bench.escalated(), a_question(bench.alice, None, subject="Mon colis", ago=HOUR)

    waiting = [plain(write(desk, claim)), plain(answer(desk, row))]
    let_go_due(now=PRESENT + dt.timedelta(seconds=10))
    left = [plain(desk.get(url)) for url in (f"/desk/claims/{claim.reference}/", f"/desk/messages/{row.pk}/")]

    for page in (*waiting, *left):
        assert page.index(OWN) < page.index(SENT)
    for page in left:
        assert page.index("Votre texte, dans votre langue") < page.index("Votre message")


@pytest.mark.parametrize(
    ("buyer", "seller", "said"),
    [
        ("fr", "fr", "Nous écrivons à l'acheteur et au vendeur en français."),
        ("en", "zh", "Nous écrivons à l'acheteur en anglais, et au vendeur en chinois."),
        ("zh", "en", "Nous écrivons à l'acheteur et au vendeur en anglais."),
        ("", "xx", "Nous écrivons à l'acheteur en français."),
    ],
)
def test_page_says_in_which_language_each_is_written_to(
    bench: Bench, desk: Client, buyer: str, seller: str, said: str
) -> None:
    claim, row = bench.escalated(), a_question(bench.alice, None, subject="Mon colis", ago=HOUR)
    User.objects.filter(pk=bench.alice.user_id).update(language=buyer)
    User.objects.filter(pk=bench.bob.pk).update(language=seller)

    pages = [
        plain(desk.get(url)) for url in (f"/desk/claims/{claim.reference}/", f"/desk/messages/{row.pk}/")
    ]

    assert said in pages[0]
    assert f"Nous écrivons à l'acheteur en {'français' if 'français' in said else 'anglais'}." in pages[1]


def test_who_has_no_account_is_written_to_as_by_mail(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    Buyer.objects.filter(pk=bench.alice.pk).update(user=None)
    ShopStaff.objects.all().delete()
    Shop.objects.update(country="CN")

    page = plain(desk.get(f"/desk/claims/{claim.reference}/"))

    assert "Nous écrivons à l'acheteur en français, et au vendeur en chinois." in page
