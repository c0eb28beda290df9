"""News that no webhook brought: asked for by a person or once a day; and letters that nobody hears of."""

import datetime as dt
import re
from typing import Any

import pytest
from tests.posting.carriers import hear
from tests.posting.stage import Desk
from tests.posting.test_sending import desk, simulator, wanted

from recours import clock
from recours.claims.models import ClaimEvent
from recours.notices.models import Notice
from recours.posting.commands.alerting import alert_quiet
from recours.posting.commands.fetching import fetch_news, queue_news
from recours.posting.commands.sending import submit
from recours.posting.models import Letter, Posting, PostingProof
from recours.posting.providers.merci_facteur.simulator.server import Simulator
from recours.posting.refusals import PostingSilent, ProofNotYet
from recours.rules.posting import Step

__all__ = ["desk", "simulator"]
pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def moves(simulator: Simulator, times: int) -> None:
    """Letters come to their next stages, and no webhook tells of it."""
    with simulator.books.lock:
        for one in simulator.books.letters.values():
            for _ in range(times):
                simulator.books.move(one)


def test_documents_are_fetched_sealed_and_shown(desk: Desk, simulator: Simulator) -> None:
    letter = wanted(desk)
    submit(letter.pk)
    moves(simulator, 7)
    client = desk.client(desk.alice)
    assert "Chercher les documents de la poste" in client.get(desk.url(letter)).content.decode()

    page = client.post(f"{desk.url(letter)}news/", follow=True).content.decode()

    assert "2 documents de la poste sont arrivés" in page
    assert {proof.step for proof in PostingProof.objects.all()} == {"handed_in", "received"}
    assert Posting.objects.get().tracking == "2C10000000000"
    assert "Chercher les documents" not in page
    assert desk.found(letter.pk).days == {}  # no day came with it: who holds the papers says it


def test_what_is_not_there_yet_says_so(desk: Desk, simulator: Simulator) -> None:
    letter = wanted(desk)
    submit(letter.pk)

    page = desk.client(desk.alice).post(f"{desk.url(letter)}news/", follow=True).content.decode()

    assert "n’a pas encore rendu d’autre document" in page
    with pytest.raises(ProofNotYet):
        fetch_news(letter.pk)


def test_a_provider_that_does_not_answer_is_said_to(desk: Desk, simulator: Simulator, settings: Any) -> None:
    letter = wanted(desk)
    submit(letter.pk)
    settings.MERCI_FACTEUR_ADDRESS = "http://127.0.0.1:1"

    with pytest.raises(PostingSilent):
        fetch_news(letter.pk)


def test_news_are_asked_for_once_a_day_until_the_papers_are_here(
    desk: Desk, simulator: Simulator, frozen_clock: Any
) -> None:
    letter = wanted(desk)
    submit(letter.pk)
    assert queue_news() == 0
    frozen_clock.move_to(clock.now() + DAY)
    assert queue_news() == 1
    moves(simulator, 7)
    fetch_news(letter.pk)

    frozen_clock.move_to(clock.now() + 3 * DAY)
    assert queue_news() == 0


def test_who_wrote_a_letter_that_nobody_hears_of_is_told_once_what_to_do(
    desk: Desk, simulator: Simulator, frozen_clock: Any
) -> None:
    letter = desk.letter()
    desk.tell(letter, Step.HANDED_IN, desk.today)
    start = clock.now()
    frozen_clock.move_to(start + 27 * DAY)
    assert alert_quiet() == 0

    frozen_clock.move_to(start + 28 * DAY)
    assert [alert_quiet(), alert_quiet()] == [1, 0]

    of_letters = Notice.objects.filter(detail__startswith="letter_")
    assert [(line.user_id, line.detail) for line in of_letters] == [(desk.alice.pk, "letter_quiet")]
    page = desk.client(desk.alice).get(desk.url(letter)).content.decode()
    for said in (
        "Pas de nouvelle de la poste",
        "Présentez la preuve de dépôt",
        "écrivez une nouvelle lettre",
    ):
        assert said in page
    history = desk.client(desk.alice).get(f"/claims/{desk.reference}/").content.decode()
    assert "Lettre sans nouvelles" in history


def test_news_quiet_the_alarm_and_another_silence_rings_it_again(
    desk: Desk, simulator: Simulator, frozen_clock: Any
) -> None:
    letter = desk.letter()
    desk.tell(letter, Step.HANDED_IN, desk.today)
    start = clock.now()
    frozen_clock.move_to(start + 29 * DAY)
    alert_quiet()
    desk.tell(letter, Step.PRESENTED, desk.today)
    assert "Pas de nouvelle" not in desk.client(desk.alice).get(desk.url(letter)).content.decode()
    assert alert_quiet() == 0

    frozen_clock.move_to(start + 57 * DAY)

    assert alert_quiet() == 1
    assert ClaimEvent.objects.filter(kind="LetterWentQuiet").count() == 2


@pytest.mark.parametrize("outcome", [Step.RECEIVED, Step.REFUSED, Step.UNCLAIMED, Step.RETURNED])
def test_a_letter_whose_end_is_known_is_not_quiet(
    desk: Desk, simulator: Simulator, frozen_clock: Any, outcome: Step
) -> None:
    letter = desk.letter()
    desk.tell(letter, Step.HANDED_IN, desk.today)
    frozen_clock.move_to(clock.now() + 40 * DAY)
    desk.tell(letter, outcome, desk.today - 38 * DAY)

    assert alert_quiet() == 0


def left_unanswered(desk: Desk, simulator: Simulator, frozen_clock: Any) -> Letter:
    letter = wanted(desk)
    simulator.mischief.arm("reset")
    submit(letter.pk)
    frozen_clock.move_to(clock.now() + 28 * DAY)
    return letter


def test_the_desk_is_alerted_of_a_letter_that_was_never_answered(
    desk: Desk, simulator: Simulator, frozen_clock: Any
) -> None:
    desk.hold()
    left_unanswered(desk, simulator, frozen_clock)

    assert alert_quiet() == 1

    told = {line.user_id: line.detail for line in Notice.objects.filter(detail__startswith="letter_")}
    assert told == {desk.alice.pk: "letter_unanswered", desk.charlie.pk: "letter_unanswered_desk"}
    page = desk.client(desk.charlie).get("/letters/doubts/").content.decode()
    assert desk.reference in page


@pytest.mark.parametrize(
    ("typed", "status", "left"),
    [
        ({"found": "found", "ref": "1000"}, 302, "accepted"),
        ({"found": "not_found"}, 302, "refused"),
        ({"found": "found"}, 422, "submitted"),
        ({"found": "found", "ref": "x"}, 422, "submitted"),
        ({}, 422, "submitted"),
    ],
)
def test_what_a_person_found_in_the_account_is_said_on_the_page(
    desk: Desk, simulator: Simulator, frozen_clock: Any, typed: dict[str, str], status: int, left: str
) -> None:
    letter = left_unanswered(desk, simulator, frozen_clock)

    answer = desk.client(desk.charlie).post("/letters/doubts/", {"letter": str(letter.pk), **typed})

    assert (answer.status_code, Posting.objects.get().status) == (status, left)


def test_each_letter_in_doubt_has_fields_of_its_own(
    desk: Desk, simulator: Simulator, frozen_clock: Any
) -> None:
    for _ in range(2):
        left_unanswered(desk, simulator, frozen_clock)

    page = desk.client(desk.charlie).get("/letters/doubts/")

    ids = re.findall(r' id="([^"]+)"', page.content.decode())
    assert len(page.context["rows"]) == 2
    assert len(ids) == len(set(ids))


def test_one_that_is_still_tried_is_not_decided(desk: Desk, simulator: Simulator, frozen_clock: Any) -> None:
    letter = left_unanswered(desk, simulator, frozen_clock)
    frozen_clock.move_to(clock.now() - DAY)

    answer = desk.client(desk.charlie).post(
        "/letters/doubts/", {"letter": str(letter.pk), "found": "not_found"}
    )

    assert (answer.status_code, Posting.objects.get().status) == (404, "submitted")


def test_the_letters_of_another_desk_are_not_there(
    desk: Desk, simulator: Simulator, frozen_clock: Any
) -> None:
    letter = left_unanswered(desk, simulator, frozen_clock)
    other = Desk()

    client = desk.client(other.charlie)

    assert desk.reference not in client.get("/letters/doubts/").content.decode()
    assert (
        client.post("/letters/doubts/", {"letter": str(letter.pk), "found": "not_found"}).status_code == 404
    )


def test_webhooks_that_come_late_find_it_all_the_same(
    desk: Desk, simulator: Simulator, frozen_clock: Any
) -> None:
    letter = left_unanswered(desk, simulator, frozen_clock)

    hear(simulator, letter, "pris_en_charge", desk.today)

    assert Posting.objects.get().status == "accepted"
    assert desk.found(letter.pk).days == {Step.HANDED_IN: desk.today}
