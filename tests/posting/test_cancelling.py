"""Giving up a letter that a provider has: certain, a request, too late, or not known."""

from typing import Any

import pytest
from tests.posting.carriers import give_up, hear
from tests.posting.stage import Desk
from tests.posting.test_sending import desk, simulator, wanted

from recours.posting.commands.sending import submit
from recours.posting.models import Posting
from recours.posting.providers.merci_facteur.simulator.server import Simulator
from recours.posting.refusals import (
    CancellationRefused,
    CancellationUnanswered,
    CancellationUnsure,
    LetterBeingSent,
    LetterNumberUnknown,
    LetterPrinted,
)
from recours.rules.posting import Standing, Step

__all__ = ["desk", "simulator"]
pytestmark = pytest.mark.django_db


def test_one_that_nobody_was_called_for_certainly_does_not_go(desk: Desk, simulator: Simulator) -> None:
    letter = wanted(desk)

    assert give_up(desk, letter) is True

    assert not submit(letter.pk)
    assert (simulator.books.letters, Posting.objects.get().status) == ({}, "cancelled")
    assert desk.found(letter.pk).standing is Standing.CANCELLED


def test_one_that_is_not_printed_is_cancelled_by_its_provider(desk: Desk, simulator: Simulator) -> None:
    letter = wanted(desk)
    submit(letter.pk)
    client = desk.client(desk.alice)
    assert "n’est pas toujours suivi" in client.get(f"{desk.url(letter)}cancel/").content.decode()

    answer = client.post(f"{desk.url(letter)}cancel/", follow=True)

    assert "a accepté de ne pas l’envoyer" in answer.content.decode()
    assert [one["is_cancelled"] for one in simulator.books.letters.values()] == [True]
    assert give_up(desk, letter) is True  # once more changes nothing


def test_one_that_is_printed_goes_and_says_so(desk: Desk, simulator: Simulator) -> None:
    letter = wanted(desk)
    submit(letter.pk)
    hear(simulator, letter, "imprime", desk.today)

    answer = desk.client(desk.alice).post(f"{desk.url(letter)}cancel/")

    assert answer.status_code == 409
    assert "est imprimée" in answer.content.decode()
    with pytest.raises(LetterPrinted):
        give_up(desk, letter)
    page = desk.client(desk.alice).get(desk.url(letter)).content.decode()
    assert "imprimée et mise sous pli" in page
    assert "Ne pas envoyer cette lettre" not in page


def test_one_that_the_provider_printed_without_telling_is_refused(desk: Desk, simulator: Simulator) -> None:
    letter = wanted(desk)
    submit(letter.pk)
    for one in simulator.books.letters.values():
        for _ in range(2):
            simulator.books.move(one)

    with pytest.raises(CancellationRefused):
        give_up(desk, letter)

    assert Posting.objects.get().cancel_asked_at is None


def test_one_without_an_answer_is_neither_cancelled_nor_lost(desk: Desk, simulator: Simulator) -> None:
    letter = wanted(desk)
    simulator.mischief.arm("reset")
    submit(letter.pk)
    with pytest.raises(LetterBeingSent):
        give_up(desk, letter)

    Posting.objects.update(status="accepted")
    with pytest.raises(LetterNumberUnknown):
        give_up(desk, letter)


@pytest.mark.parametrize("trouble", ["reset", "error_after", "garbage", "lost"])
def test_a_cancellation_without_an_answer_says_so_and_can_be_asked_again(
    desk: Desk, simulator: Simulator, trouble: str
) -> None:
    letter = wanted(desk)
    submit(letter.pk)
    simulator.mischief.arm(trouble)

    with pytest.raises(CancellationUnanswered):
        give_up(desk, letter)

    assert Posting.objects.get().status == "accepted"
    assert desk.found(letter.pk).standing is Standing.PREPARED
    assert "elle part peut-être" in desk.client(desk.alice).get(desk.url(letter)).content.decode()
    is_done = trouble != "lost"
    if is_done:
        with pytest.raises(CancellationUnsure):
            give_up(desk, letter)
    else:
        assert give_up(desk, letter) is False


def test_one_that_goes_all_the_same_is_told_and_the_giving_up_struck_out(
    desk: Desk, simulator: Simulator, frozen_clock: Any
) -> None:
    letter = wanted(desk)
    submit(letter.pk)
    simulator.mischief.arm("deaf")
    assert give_up(desk, letter) is False

    hear(simulator, letter, "pris_en_charge", desk.today)

    found = desk.found(letter.pk)
    assert (found.standing, [row.step for row in found.struck]) == (Standing.HANDED_IN, [Step.CANCELLED])
    assert Posting.objects.get().status == "accepted"
