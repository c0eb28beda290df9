"""A day that was told wrong is corrected: the old one stays in the history, and the terms count anew."""

import datetime as dt
from typing import Any

import pytest
from tests.posting.carriers import hear
from tests.posting.stage import Desk
from tests.posting.test_sending import desk, simulator, wanted

from recours import clock
from recours.claims.models import ClaimEvent
from recours.posting.commands.correcting import correct_step
from recours.posting.commands.sending import submit
from recours.posting.models import Letter, PostingStep
from recours.posting.providers.merci_facteur.simulator.server import Simulator
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.posting import Standing, Step

__all__ = ["desk", "simulator"]
pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def letter(desk: Desk, frozen_clock: Any) -> Letter:
    """Handed in ten days ago, presented two days later, received two days after that."""
    made = desk.letter()
    start = desk.today
    desk.tell(made, Step.HANDED_IN, start)
    frozen_clock.move_to(clock.now() + 10 * DAY)
    desk.tell(made, Step.PRESENTED, start + 2 * DAY)
    desk.tell(made, Step.RECEIVED, start + 4 * DAY)
    return made


def corrects(desk: Desk, letter: Letter, **typed: Any) -> Any:
    return desk.client(desk.alice).post(f"{desk.url(letter)}correct/", typed)


def test_a_corrected_day_counts_and_the_old_one_stays(desk: Desk, letter: Letter) -> None:
    was, right = letter.written_on + 2 * DAY, letter.written_on + 3 * DAY

    answer = corrects(desk, letter, step="presented", on=right.isoformat())

    assert answer.status_code == 302
    found = desk.found(letter.pk)
    assert found.days[Step.PRESENTED] == right
    assert [one.starts_on for one in found.clocks if one.what == "term"] == [right]
    assert [(row.step, row.on, row.struck_by_id) for row in found.struck] == [
        ("presented", was, desk.alice.pk)
    ]
    event = ClaimEvent.objects.get(kind="LetterCorrected").body
    assert (event["was"], event["on"]) == (was.isoformat(), right.isoformat())
    page = desk.client(desk.alice).get(desk.url(letter)).content.decode()
    assert "corrigé le" in page
    assert "et non le" in desk.client(desk.alice).get(f"/claims/{desk.reference}/").content.decode()


def test_what_did_not_happen_is_struck_out_and_may_be_told_right(desk: Desk, letter: Letter) -> None:
    corrects(desk, letter, step="received", did_not_happen="on")
    assert desk.found(letter.pk).standing is Standing.PRESENTED

    desk.tell(letter, Step.REFUSED, letter.written_on + 4 * DAY)

    assert desk.found(letter.pk).standing is Standing.REFUSED
    assert PostingStep.objects.filter(letter=letter).count() == 4


def test_the_same_day_again_changes_nothing(desk: Desk, letter: Letter) -> None:
    corrects(desk, letter, step="presented", on=(letter.written_on + 2 * DAY).isoformat())

    assert ClaimEvent.objects.filter(kind="LetterCorrected").count() == 0


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"step": "presented", "on": "2020-01-01"}, 409, "est antérieur"),
        ({"step": "presented", "on": "2026-11-25"}, 409, "est postérieur à l’étape suivante"),
        ({"step": "received", "on": "2031-01-01"}, 409, "n’est pas encore passé"),
        ({"step": "handed_in", "did_not_happen": "on"}, 409, "serait postée une seconde fois"),
        ({"step": "presented"}, 422, "Donnez la bonne date"),
        ({"step": "presented", "on": "2026-11-22", "did_not_happen": "on"}, 422, "Donnez la bonne date"),
        ({"step": "returned", "on": "2026-11-22"}, 422, ""),
        ({"step": "presented", "on": "31/02/2026"}, 422, ""),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    desk: Desk, letter: Letter, typed: dict[str, str], status: int, said: str
) -> None:
    answer = corrects(desk, letter, **typed)

    assert answer.status_code == status
    assert said in answer.content.decode()
    assert PostingStep.objects.exclude(struck_at=None).count() == 0


def test_news_of_the_provider_do_not_undo_what_a_person_corrected(
    desk: Desk, simulator: Simulator, frozen_clock: Any
) -> None:
    letter = wanted(desk)
    submit(letter.pk)
    start = desk.today
    frozen_clock.move_to(clock.now() + 10 * DAY)
    hear(simulator, letter, "pris_en_charge", start + DAY)
    hear(simulator, letter, "distribue", start + 4 * DAY)
    by = Actor(Role.BUYER, desk.alice.pk)
    correct_step(letter.pk, step=Step.RECEIVED, on=None, by=by, user=desk.alice)

    hear(simulator, letter, "distribue_expediteur", start + 9 * DAY)

    assert desk.found(letter.pk).days == {Step.HANDED_IN: start + DAY, Step.RETURNED: start + 9 * DAY}
    desk.tell(letter, Step.REFUSED, start + 4 * DAY)
    assert desk.found(letter.pk).standing is Standing.RETURNED


def test_a_letter_without_a_step_has_nothing_to_correct(desk: Desk, simulator: Simulator) -> None:
    letter = desk.letter()

    assert desk.client(desk.alice).get(f"{desk.url(letter)}correct/").status_code == 404
    assert "Corriger une date" not in desk.client(desk.alice).get(desk.url(letter)).content.decode()
