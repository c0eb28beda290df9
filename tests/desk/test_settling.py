"""Setting several conversations aside at once: shown first, done where it may be, and undone."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.at_once import at_once
from tests.buyer.reading import plain
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench, signed_in
from tests.factories import a_buyer
from tests.seller.inboxes import HOUR, a_question, says

from recours.conversations.commands.settling import settle_conversation, take_up_again
from recours.conversations.models import Conversation, Message, Settlement
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db
SEVERAL, TAKE_UP = "/desk/messages/several/", "/desk/messages/take-up/"


@pytest.fixture
def bench() -> Bench:
    return a_bench()


@pytest.fixture
def desk(bench: Bench) -> Client:
    return signed_in(bench.charlie)


@pytest.fixture
def asked(bench: Bench) -> list[Conversation]:
    return [
        a_question(bench.alice, None, subject=f"Question {number}", ago=number * HOUR) for number in (1, 2, 3)
    ]


def tick(desk: Client, rows: list[Conversation], **more: str) -> Any:
    return desk.post(SEVERAL, {"conversation": [str(row.pk) for row in rows]} | more)


def waiting() -> int:
    return Conversation.objects.filter(waiting_on="platform").count()


def test_rows_that_wait_can_be_ticked(asked: list[Conversation], desk: Client) -> None:
    page = desk.get("/desk/messages/").content.decode()

    assert page.count('name="conversation"') == 3
    assert 'name="conversation"' not in desk.get("/desk/messages/?tab=all").content.decode()


def test_each_is_shown_before_anything_is_done(asked: list[Conversation], desk: Client, bench: Bench) -> None:
    settle_conversation(conversation_id=asked[2].pk, by=bench.agent(bench.chloe), now=PRESENT)

    page = plain(tick(desk, asked))

    assert "Rien n'est encore fait" in page
    assert "Le faire pour 2 conversations" in page
    assert "n'attend pas de réponse du service client" in page
    assert waiting() == 2


def test_said_again_it_is_done_and_nothing_is_sent(asked: list[Conversation], desk: Client) -> None:
    page = plain(tick(desk, asked, sure="1"))

    assert "3 conversations n'attendent plus de réponse" in page
    assert (waiting(), Settlement.objects.count(), Message.objects.count()) == (0, 3, 3)


def test_undone_each_waits_for_as_long_as_it_had(asked: list[Conversation], desk: Client) -> None:
    since = [row.waiting_since for row in asked]
    tick(desk, asked, sure="1")

    page = desk.post(TAKE_UP, {"conversation": [str(row.pk) for row in asked]}, follow=True)

    assert "3 conversations attendent de nouveau une réponse." in plain(page)
    for row in asked:
        row.refresh_from_db()
    assert [row.waiting_since for row in asked] == since
    assert not Settlement.objects.exists()


def test_what_moved_since_or_is_a_colleagues_is_not_undone(
    asked: list[Conversation], desk: Client, bench: Bench
) -> None:
    mine, theirs, written = asked
    tick(desk, [mine, written], sure="1")
    settle_conversation(conversation_id=theirs.pk, by=bench.agent(bench.chloe), now=PRESENT)
    says(written, Role.AGENT, bench.chloe.pk, PRESENT + HOUR)

    page = desk.post(TAKE_UP, {"conversation": [str(theirs.pk), str(written.pk)]}, follow=True)

    assert "Rien à annuler" in plain(page)
    assert waiting() == 0


def test_one_that_was_set_aside_alone_is_undone_on_its_page(asked: list[Conversation], desk: Client) -> None:
    desk.post(f"/desk/messages/{asked[0].pk}/settle/")

    assert "elle attend une réponse" in plain(desk.get(f"/desk/messages/{asked[0].pk}/"))
    desk.post(TAKE_UP, {"conversation": str(asked[0].pk)})

    assert waiting() == 3


@pytest.mark.parametrize("given", [[], ["x"], [""], ["1" * 40], ["\x00"]])
def test_nothing_that_is_one_is_ticked(asked: list[Conversation], desk: Client, given: list[str]) -> None:
    page = desk.post(SEVERAL, {"conversation": given, "sure": "1"}, follow=True)

    assert "Cochez d'abord" in plain(page)
    assert waiting() == 3


def test_more_than_may_be_done_at_once_is_refused(desk: Client) -> None:
    page = desk.post(SEVERAL, {"conversation": [str(uuid4()) for _ in range(101)], "sure": "1"})

    assert page.status_code == 422


def test_what_is_another_desks_or_ones_own_does_not_exist(
    asked: list[Conversation], desk: Client, bench: Bench
) -> None:
    own = a_question(a_buyer(bench.place, user=bench.charlie), None, subject="La mienne", ago=HOUR)
    stranger = signed_in(a_bench().charlie)

    assert "Aucune de ces conversations" in plain(tick(stranger, asked, sure="1"))
    assert "La mienne" not in plain(tick(desk, [own], sure="1"))
    assert waiting() == 4


@pytest.mark.django_db(transaction=True)
def test_who_writes_while_it_is_undone_is_not_forgotten() -> None:
    bench = a_bench()
    row = a_question(bench.alice, None, subject="Mon colis", ago=HOUR)
    me = bench.agent(bench.charlie)
    settle_conversation(conversation_id=row.pk, by=me, now=PRESENT)

    at_once(
        lambda: take_up_again(conversation_id=row.pk, by=me),
        lambda: says(row, Role.BUYER, bench.alice.user_id, PRESENT + HOUR),
    )

    row.refresh_from_db()
    assert row.waiting_on == "platform"
