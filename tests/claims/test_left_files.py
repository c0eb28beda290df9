"""Files that belong to nothing go after a week; what was sent, given as evidence or named in a history stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from tests.claims.test_withholding import Court
from tests.factories import a_claim, a_stored_file, a_user, the_buyer
from tests.files import samples

from recours import clock
from recours.claims.commands import left_files
from recours.claims.commands.evidence import add_evidence, conversation_of
from recours.claims.commands.left_files import KEPT_FOR, remove_left_files
from recours.claims.commands.withholding import redact_exhibit, restore_exhibit
from recours.claims.models import Claim, Draft
from recours.conversations.commands import send_message
from recours.conversations.models import Message
from recours.files.commands import discard
from recours.files.judge import judge
from recours.files.models import Scan, StoredFile
from recours.files.queries import of_nothing
from recours.rules.lifecycle.claim import Actor

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)


def a_week_later() -> dt.datetime:
    return clock.now() + KEPT_FOR + SECOND


def names() -> set[str]:
    return set(StoredFile.objects.values_list("original_name", flat=True))


def test_a_file_of_nothing_goes_after_a_week_and_not_before() -> None:
    left = a_stored_file(name="left.jpg")
    Scan.objects.create(file=left, asked_at=clock.now())

    assert remove_left_files(now=clock.now() + KEPT_FOR) == 0
    assert remove_left_files(now=a_week_later()) == 1
    assert remove_left_files(now=a_week_later()) == 0
    assert names() == set()
    assert not Scan.objects.exists()


def exhibited(claim: Claim, by: Actor, file: StoredFile) -> None:
    add_evidence(claim_id=claim.pk, by=by, files=[file])


def said(claim: Claim, by: Actor, file: StoredFile) -> None:
    talk = conversation_of(claim.pk, now=clock.now())
    send_message(conversation_id=talk, by=by, text="Voici.", files=[file], now=clock.now())


def drafted(claim: Claim, by: Actor, file: StoredFile) -> None:
    draft = Draft.objects.create(user=a_user(), marketplace=claim.marketplace, saved_at=clock.now())
    draft.files.add(file)


@pytest.mark.parametrize("used", [exhibited, said, drafted])
def test_what_is_in_use_stays(used: Callable[[Claim, Actor, StoredFile], None]) -> None:
    claim = a_claim()
    used(claim, the_buyer(claim.buyer_id), a_stored_file(name="kept.jpg"))
    a_stored_file(name="left.jpg")

    assert remove_left_files(now=a_week_later()) == 1
    assert names() == {"kept.jpg"}


def test_the_copy_that_a_history_names_stays_when_it_is_shown_no_more() -> None:
    court = Court()
    copy = judge(ContentFile(samples.picture(size=(64, 48)), name="copie-masquee.jpg"))
    redact_exhibit(exhibit=court.exhibit, by=court.desk, copy=copy, user=court.charlie, reason="Une adresse.")
    restore_exhibit(exhibit=court.exhibit, by=court.desk, reason="Le vendeur avait raison.")
    assert "copie-masquee.jpg" in set(
        of_nothing(before=a_week_later()).values_list("original_name", flat=True)
    )

    assert remove_left_files(now=a_week_later()) == 0
    assert "copie-masquee.jpg" in names()


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_put_to_use_in_the_same_moment_stays_with_what_it_hangs_on() -> None:
    claim = a_claim()
    with transaction.atomic():
        said(claim, the_buyer(claim.buyer_id), a_stored_file(name="kept.jpg"))

    with pytest.raises(IntegrityError):
        discard(StoredFile.objects.all(), most=1)  # as it was counted a moment before

    message = Message.objects.get(text="Voici.")
    assert [file.original_name for file in message.files.all()] == ["kept.jpg"]


def test_only_so_many_go_in_a_night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(left_files, "MOST", 2)
    for _ in range(3):
        a_stored_file()

    assert [remove_left_files(now=a_week_later()) for _ in range(3)] == [2, 1, 0]


def test_every_table_that_speaks_of_files_is_asked() -> None:
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT conrelid::regclass::text FROM pg_constraint
            WHERE contype = 'f' AND confrelid = 'files_storedfile'::regclass""")
        tables = {table for (table,) in cursor.fetchall()}

    asked = str(of_nothing(before=clock.now()).query)

    assert {table for table in tables if f'"{table}"' not in asked} == {"files_scan"}
