"""A letter that came by post becomes an exhibit of who sent it, with its days, whatever the claim has come to."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.files import samples
from tests.posting.stage import Desk

from recours.claims.commands import act
from recours.claims.models import Claim, ClaimEvent, Evidence
from recours.files.storage import read
from recours.notices.models import Notice
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def scan(color: str = "teal") -> SimpleUploadedFile:
    return SimpleUploadedFile("courrier.jpg", samples.picture(comment=color.encode()))


def registers(desk: Desk, **changed: Any) -> Any:
    typed = {
        "reference": desk.reference.lower(),
        "sender": "buyer",
        "presented_on": (desk.today - dt.timedelta(days=3)).isoformat(),
        "received_on": (desk.today - dt.timedelta(days=1)).isoformat(),
        "exhibits": scan(),
    }
    return desk.client(desk.charlie).post("/letters/came/", typed | changed)


def test_a_letter_that_came_is_an_exhibit_of_its_sender_with_its_days(desk: Desk) -> None:
    answer = registers(desk)

    assert answer.headers["Location"] == f"/desk/claims/{desk.reference}/"
    exhibit = Evidence.objects.get(claim=desk.claim, number=2)
    event = ClaimEvent.objects.get(kind="LetterRegistered").body
    assert (exhibit.exhibit, event["exhibit"], event["sender"]) == ("A-2", "A-2", "buyer")
    page = desk.client(desk.alice).get(f"/claims/{desk.reference}/").content.decode()
    for said in ("Courrier reçu par la plateforme", "Présentée le", "courrier.jpg"):
        assert said in page


def test_its_sender_is_told_and_the_other_party_is_not(desk: Desk) -> None:
    registers(desk)

    assert {line.user_id: line.detail for line in Notice.objects.all()} == {
        desk.alice.pk: "letter_registered"
    }


def test_a_closed_claim_takes_it_too(desk: Desk) -> None:
    act(desk.claim.pk, c.MarkSolved(by=Actor(Role.BUYER, desk.alice.pk)))

    assert registers(desk).status_code == 302
    assert Claim.objects.get(pk=desk.claim.pk).state == "closed"


def test_the_same_scan_twice_is_refused(desk: Desk) -> None:
    registers(desk)

    answer = registers(desk)

    assert answer.status_code == 409
    assert "déjà la pièce A-2" in answer.content.decode()
    assert Evidence.objects.filter(claim=desk.claim).count() == 2


def test_the_same_scan_with_other_days_corrects_them_and_the_first_stay(desk: Desk) -> None:
    registers(desk)
    right = (desk.today - dt.timedelta(days=2)).isoformat()

    answer = registers(desk, received_on=right)

    assert answer.status_code == 302
    events = [row.body for row in ClaimEvent.objects.filter(kind="LetterRegistered").order_by("seq")]
    assert [(body["exhibit"], body["received_on"] == right) for body in events] == [
        ("A-2", False),
        ("A-2", True),
    ]
    assert Evidence.objects.filter(claim=desk.claim).count() == 2
    page = desk.client(desk.alice).get(f"/claims/{desk.reference}/").content.decode()
    assert "Dates corrigées" in page
    assert registers(desk, received_on=right).status_code == 409


def test_a_scan_that_was_an_exhibit_before_is_no_letter_to_correct(desk: Desk) -> None:
    """Alice had sent the photograph herself: it is A-1, and no letter."""
    held = Evidence.objects.get(claim=desk.claim, number=1)
    with read(held.file.sha256) as content:
        again = SimpleUploadedFile("casque.jpg", content.read())

    answer = registers(desk, exhibits=again)

    assert answer.status_code == 409
    assert "déjà la pièce A-1" in answer.content.decode()


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"reference": "L-NONE"}, 422, "Aucun dossier"),
        ({"reference": "x\0"}, 422, ""),
        ({"received_on": "2031-01-01"}, 409, "n’est pas encore passé"),
        (
            {"presented_on": "2026-11-19", "received_on": "2026-11-18"},
            409,
            "est antérieure à la présentation",
        ),
        ({"presented_on": "2020-11-19"}, 409, "c’est plus qu’un courrier ne met"),
        ({"sender": "agent"}, 422, ""),
        ({"exhibits": SimpleUploadedFile("x.exe", b"MZ")}, 422, ""),
        ({"exhibits": ""}, 422, ""),
    ],
)
def test_what_cannot_be_is_refused_and_kept(
    desk: Desk, changed: dict[str, Any], status: int, said: str
) -> None:
    answer = registers(desk, **changed)

    assert answer.status_code == status
    assert said in answer.content.decode()
    assert ClaimEvent.objects.filter(kind="LetterRegistered").count() == 0


def test_the_claim_of_another_desk_does_not_exist(desk: Desk) -> None:
    other = Desk()

    answer = registers(desk, reference=other.reference)

    assert answer.status_code == 422
    assert "Aucun dossier" in answer.content.decode()
