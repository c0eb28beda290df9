"""What the post did with a letter: told once, in order, with its papers, and what it starts."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.at_once import at_once
from tests.files import samples
from tests.posting.stage import Desk

from recours import clock
from recours.claims.models import ClaimEvent
from recours.notices.models import Notice
from recours.posting.models import Letter, Posting, PostingProof, PostingStep
from recours.rules.posting import Step

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def letter(desk: Desk) -> Letter:
    return desk.letter()


def sends(desk: Desk, letter: Letter, **typed: Any) -> Any:
    return desk.client(desk.alice).post(desk.url(letter), typed)


def test_a_letter_that_is_ready_says_what_to_do_and_what_the_post_asks(desk: Desk, letter: Letter) -> None:
    page = desk.client(desk.alice).get(desk.url(letter)).content.decode()

    for said in ("Prête, pas encore postée", "Signez-la", "Ce que le bureau de poste vous demandera"):
        assert said in page


def test_handing_in_is_noted_with_its_number_and_its_proof(desk: Desk, letter: Letter) -> None:
    proof = SimpleUploadedFile("preuve.jpg", samples.picture())

    answer = sends(
        desk,
        letter,
        step="handed_in",
        on=desk.today.isoformat(),
        tracking="rk 123 456 785 fr",
        exhibits=proof,
    )

    assert answer.status_code == 302
    posting = Posting.objects.get()
    assert (posting.provider, posting.tracking, posting.status) == (
        "print_at_home",
        "RK123456785FR",
        "accepted",
    )
    assert PostingProof.objects.get().step == "handed_in"
    assert ClaimEvent.objects.get(kind="LetterPosted").body["tracking"] == "RK123456785FR"
    page = desk.client(desk.alice).get(desk.url(letter)).content.decode()
    for said in ("Remise à la poste", "RK123456785FR", "preuve.jpg", "médiateur pendant un an"):
        assert said in page


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"tracking": "RK123456784FR"}, 409, "n’est pas un numéro de recommandé"),
        ({"on": "2031-01-01"}, 409, "n’est pas encore passé"),
        ({"on": "2020-01-01"}, 409, "est antérieur"),
        ({"on": "31/02/2026"}, 422, ""),
        ({"step": "received"}, 422, ""),
        ({"step": "cancelled"}, 422, ""),
    ],
)
def test_what_cannot_be_is_refused_and_writes_nothing(
    desk: Desk, letter: Letter, typed: dict[str, str], status: int, said: str
) -> None:
    answer = sends(desk, letter, **({"step": "handed_in", "on": desk.today.isoformat()} | typed))

    assert answer.status_code == status
    assert said in answer.content.decode()
    assert (PostingStep.objects.count(), Posting.objects.count()) == (0, 0)


def test_a_file_that_is_no_picture_is_named_and_the_step_is_kept(desk: Desk, letter: Letter) -> None:
    fake = SimpleUploadedFile("preuve.jpg", b"MZ not a picture")

    sends(desk, letter, step="handed_in", on=desk.today.isoformat(), exhibits=fake)

    page = desk.client(desk.alice).get(desk.url(letter)).content.decode()
    assert PostingStep.objects.count() == 1
    assert PostingProof.objects.count() == 0
    assert "Remise à la poste" in page


def test_told_twice_is_told_once(desk: Desk, letter: Letter) -> None:
    for _ in range(2):
        desk.tell(letter, Step.HANDED_IN, desk.today)

    assert ClaimEvent.objects.filter(kind="LetterPosted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_post_one_letter(desk: Desk) -> None:
    letter = desk.letter()

    at_once(*[lambda: desk.tell(letter, Step.HANDED_IN, desk.today)] * 3)

    assert (PostingStep.objects.count(), Posting.objects.count()) == (1, 1)
    assert ClaimEvent.objects.filter(kind="LetterPosted").count() == 1


def test_the_desk_hears_of_a_letter_once_it_is_posted_and_not_before(desk: Desk) -> None:
    desk.hold()
    letter = desk.letter()
    assert Notice.objects.filter(user=desk.charlie).count() == 0

    desk.tell(letter, Step.HANDED_IN, desk.today)

    assert [line.detail for line in Notice.objects.filter(user=desk.charlie)] == ["letter_posted"]


def test_an_outcome_starts_what_the_law_says(desk: Desk, letter: Letter, frozen_clock: Any) -> None:
    desk.tell(letter, Step.HANDED_IN, desk.today)
    frozen_clock.move_to(clock.now() + 20 * DAY)
    sent = desk.today - 20 * DAY
    desk.tell(letter, Step.PRESENTED, sent + 2 * DAY)
    desk.tell(letter, Step.REFUSED, sent + 2 * DAY)

    found = desk.found(letter.pk)

    assert found.standing.value == "refused"
    assert [(one.what, one.starts_on, one.last_on) for one in found.clocks][1] == (
        "term",
        sent + 2 * DAY,
        sent + 17 * DAY,
    )


def test_giving_up_keeps_the_letter_and_closes_its_way(desk: Desk, letter: Letter) -> None:
    client = desk.client(desk.alice)

    client.post(f"{desk.url(letter)}cancel/")
    answer = sends(desk, letter, step="handed_in", on=desk.today.isoformat())

    assert answer.status_code == 422
    assert "Abandonnée" in client.get(desk.url(letter)).content.decode()
    assert Letter.objects.count() == 1
