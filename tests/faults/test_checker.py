"""The checker of the fault run sees what it is there for: each kind of finding is provoked once."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests import factories
from tests.outbox.mails import a_mail

from recours.outbox.models import Mail
from recours.refunds.commands import prepare
from recours_faults.checker import check, outstanding

pytestmark = pytest.mark.django_db(transaction=True)


class Afterwards:
    """A claim that owes 89.90, and the journals of a run that led it there."""

    def __init__(self, folder: Path) -> None:
        self.claim = factories.a_refund_due()
        prepare()
        self.refund = self.claim.refunds.get()
        self.people, self.provider = folder / "people.jsonl", folder / "journal.jsonl"
        self.people.touch()
        self.provider.touch()
        self.uri = os.environ["DATABASE_URL"].replace("/recours?", f"/{connection.settings_dict['NAME']}?")

    def told(self, **line: Any) -> None:
        with self.people.open("a") as file:
            file.write(json.dumps({"at": 100.0, "reference": self.claim.reference, **line}) + "\n")

    def paid(self, number: str = "re_1", **refund: Any) -> None:
        row = {"id": number, "status": "succeeded", "amount": self.refund.amount_minor, "payment_intent": "pi_1",
               "metadata": {"recours_key": str(self.refund.key)}, **refund}  # fmt: skip
        with self.provider.open("a") as file:
            file.write(json.dumps({"did": "refund.created", "at": 200.0, "refund": row}) + "\n")

    def found(self, **recoveries: float) -> list[tuple[str, str]]:
        found = check(self.uri, people=self.people, provider=self.provider, recoveries=recoveries)
        return [(finding.kind, finding.text) for finding in found]

    def kinds(self, **recoveries: float) -> set[str]:
        return {kind for kind, _ in self.found(**recoveries)}


@pytest.fixture
def afterwards(tmp_path: Path) -> Afterwards:
    return Afterwards(tmp_path)


def test_money_that_is_owed_is_stuck(afterwards: Afterwards) -> None:
    assert afterwards.kinds() == {"stuck"}


def test_what_was_told_and_stands_is_not_lost(afterwards: Afterwards) -> None:
    afterwards.told(who="buyer", act="open_dispute", told="done")

    assert "lost" not in afterwards.kinds()


def test_what_was_told_and_does_not_stand_is_lost(afterwards: Afterwards) -> None:
    afterwards.told(who="buyer", act="accept_offer", told="done")

    assert "lost" in afterwards.kinds()


def test_money_that_the_provider_sent_and_nobody_wrote_down_is_lost(afterwards: Afterwards) -> None:
    afterwards.paid()

    assert "lost" in afterwards.kinds()


def test_money_sent_twice_under_one_key_is_doubled(afterwards: Afterwards) -> None:
    afterwards.paid("re_1")
    afterwards.paid("re_2")

    assert "doubled" in afterwards.kinds()


def test_a_recovery_that_took_long_is_stuck(afterwards: Afterwards) -> None:
    assert ("stuck", "121 s until all was well after a kill of a worker") in afterwards.found(worker=121.0)


@pytest.mark.parametrize(
    ("state", "seconds", "is_stuck"),
    [("waiting", 60, False), ("waiting", 130, True), ("sending", 130, False), ("sending", 250, True)],
)
def test_a_mail_that_does_not_leave_is_stuck(
    afterwards: Afterwards, state: str, seconds: int, is_stuck: bool
) -> None:
    with connection.cursor() as cursor:  # the checker asks the database's own clock, which nobody has stopped
        cursor.execute("SELECT now() - make_interval(secs => %s)", [seconds])
        (since,) = cursor.fetchone()
    Mail.objects.all().delete()
    mail = a_mail(state=state, not_before=since, taken_at=since)

    found = afterwards.found()

    stuck = ("stuck", f"a mail that should have left two minutes ago: message {mail.pk}")
    assert (stuck in found) is is_stuck


def test_what_is_waited_for_is_what_would_be_stuck(afterwards: Afterwards) -> None:
    left = outstanding(afterwards.uri)

    assert left["money is owed"] == [afterwards.claim.reference]


def test_a_page_that_said_paid_too_early_is_untrue(afterwards: Afterwards) -> None:
    afterwards.told(who="buyer", saw="paid")

    assert "untrue" in afterwards.kinds()


def test_a_history_that_was_cut_is_untrue(afterwards: Afterwards) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE claims_claimevent DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM claims_claimevent WHERE claim_id = %s AND seq = 2", [afterwards.claim.pk])
        cursor.execute("ALTER TABLE claims_claimevent ENABLE TRIGGER USER")

    assert "untrue" in afterwards.kinds()
