"""What holds of a letter whichever way it goes: printed at home, or posted by a provider."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.at_once import at_once
from tests.posting.carriers import AtHome, ByMerciFacteur, Carrier, give_up
from tests.posting.stage import Desk
from tests.posting.test_merci_facteur import served

from recours import clock
from recours.claims.models import ClaimEvent
from recours.files.storage import read
from recours.posting.models import Letter, Posting, PostingProof
from recours.posting.refusals import AlreadyPosted
from recours.rules.posting import LetterStepNotOpen, Standing, Step

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture(params=["print_at_home", "merci_facteur"])
def carrier(request: pytest.FixtureRequest, tmp_path: Path, settings: Any, desk: Desk) -> Iterator[Carrier]:
    if request.param == "print_at_home":
        yield AtHome(desk)
        return
    simulator = served(tmp_path / "merci")
    settings.MERCI_FACTEUR_SERVICE, settings.MERCI_FACTEUR_SECRET = "service", "s"
    settings.MERCI_FACTEUR_USER, settings.MERCI_FACTEUR_WEBHOOK_SECRET = "1", "whisper"
    settings.MERCI_FACTEUR_ADDRESS = simulator.address
    yield ByMerciFacteur(desk, simulator)
    simulator.shutdown()
    simulator.server_close()


@pytest.fixture
def letter(desk: Desk) -> Letter:
    return desk.letter()


def test_a_letter_is_handed_in_on_its_day_and_has_one_posting(
    desk: Desk, carrier: Carrier, letter: Letter
) -> None:
    carrier.send(letter)

    found = desk.found(letter.pk)
    assert (found.standing, found.days) == (Standing.HANDED_IN, {Step.HANDED_IN: desk.today})
    assert (Posting.objects.get().provider, Posting.objects.get().status) == (carrier.name, "accepted")
    assert ClaimEvent.objects.get(kind="LetterPosted").body["provider"] == carrier.name


def test_sent_again_it_goes_once(carrier: Carrier, letter: Letter) -> None:
    carrier.send(letter)
    carrier.send(letter)

    assert (carrier.count(), ClaimEvent.objects.filter(kind="LetterPosted").count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_go_once(carrier: Carrier, desk: Desk) -> None:
    letter = desk.letter()

    at_once(*[lambda: carrier.send(letter)] * 20)

    assert (carrier.count(), Posting.objects.count()) == (1, 1)


@pytest.mark.parametrize("outcome", [Step.RECEIVED, Step.REFUSED, Step.UNCLAIMED])
def test_each_outcome_has_its_day_and_the_term_counts_from_the_presentation(
    desk: Desk, carrier: Carrier, letter: Letter, frozen_clock: Any, outcome: Step
) -> None:
    sent = desk.today
    carrier.send(letter)
    frozen_clock.move_to(clock.now() + 25 * DAY)

    carrier.comes_to(letter, Step.PRESENTED, sent + 2 * DAY)
    carrier.comes_to(letter, outcome, sent + 17 * DAY)

    found = desk.found(letter.pk)
    assert found.days == {Step.HANDED_IN: sent, Step.PRESENTED: sent + 2 * DAY, outcome: sent + 17 * DAY}
    assert found.standing.value == outcome.value
    assert [one.starts_on for one in found.clocks if one.what == "term"] == [sent + 2 * DAY]


def test_an_outcome_excludes_the_others(
    desk: Desk, carrier: Carrier, letter: Letter, frozen_clock: Any
) -> None:
    carrier.send(letter)
    frozen_clock.move_to(clock.now() + 9 * DAY)
    carrier.comes_to(letter, Step.RECEIVED, desk.today - 5 * DAY)

    with pytest.raises(LetterStepNotOpen):
        desk.tell(letter, Step.REFUSED, desk.today - 4 * DAY)


def test_the_same_news_twice_is_told_once(
    desk: Desk, carrier: Carrier, letter: Letter, frozen_clock: Any
) -> None:
    carrier.send(letter)
    frozen_clock.move_to(clock.now() + 9 * DAY)

    for _ in range(2):
        carrier.comes_to(letter, Step.PRESENTED, desk.today - 7 * DAY)

    assert ClaimEvent.objects.filter(kind="LetterFollowed").count() == 1


def test_the_presentation_may_be_told_after_the_reception(
    desk: Desk, carrier: Carrier, letter: Letter, frozen_clock: Any
) -> None:
    carrier.send(letter)
    frozen_clock.move_to(clock.now() + 9 * DAY)
    carrier.comes_to(letter, Step.RECEIVED, desk.today - 4 * DAY)

    carrier.comes_to(letter, Step.PRESENTED, desk.today - 6 * DAY)

    assert desk.found(letter.pk).days[Step.PRESENTED] == desk.today - 6 * DAY
    assert desk.found(letter.pk).standing is Standing.RECEIVED


def test_proofs_are_sealed_and_handed_out(
    desk: Desk, carrier: Carrier, letter: Letter, frozen_clock: Any
) -> None:
    carrier.send(letter)
    frozen_clock.move_to(clock.now() + 9 * DAY)
    carrier.comes_to(letter, Step.RECEIVED, desk.today - 4 * DAY)

    proof = PostingProof.objects.get(step="received")
    answer = desk.client(desk.alice).get(f"{desk.url(letter)}proofs/{proof.pk}/")
    with read(proof.file.clean_sha256) as kept:
        assert b"".join(answer.streaming_content) == kept.read()  # type: ignore[arg-type]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_given_up_before_it_goes_it_never_does(desk: Desk, carrier: Carrier, letter: Letter) -> None:
    assert give_up(desk, letter) is True

    with pytest.raises((AlreadyPosted, LetterStepNotOpen)):
        carrier.send(letter)
    assert (desk.found(letter.pk).standing, carrier.count()) == (Standing.CANCELLED, 0)
