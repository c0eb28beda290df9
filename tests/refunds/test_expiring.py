"""Store credit that nobody has used is reminded of before its last day: once, and not when it is used or gone."""

import datetime as dt

import pytest
from tests.at_once import at_once
from tests.refunds.test_store_credit import agreed, charlie, credited
from tests.refunds.test_telling import only, told

from recours.notices.models import Notice
from recours.outbox.models import Mail
from recours.refunds.commands import mark_credit_used, prepare, remind_of_credits, submit_due, void_credit
from recours.refunds.models import StoreCredit

pytestmark = pytest.mark.django_db

DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)

__all__ = ["credited"]


@pytest.mark.parametrize(("moment", "reminded"), [(-SECOND, 0), (0 * SECOND, 1), (SECOND, 1)])
def test_thirty_days_before_its_end(credited: StoreCredit, moment: dt.timedelta, reminded: int) -> None:
    at = credited.expires_at - 30 * DAY + moment

    assert remind_of_credits(at) == reminded
    assert remind_of_credits(at + DAY) == 1 - reminded
    assert [what for what, _ in told()] == ["credit_expiring"]


def test_the_mail_says_until_when_and_not_the_code(credited: StoreCredit) -> None:
    Notice.objects.all().delete()
    remind_of_credits(credited.expires_at - 20 * DAY)

    content = only("credit_expiring")

    said = " ".join((content.subject, content.heading, *content.paragraphs, *map(str, content.facts)))
    assert "50,00\xa0€" in content.subject
    assert "novembre 2028" in content.paragraphs[0]
    assert credited.code not in said
    assert credited.code not in " ".join(str(mail.payload) for mail in Mail.objects.all())
    assert content.button_path == f"/claims/{credited.claim.reference}/"
    assert "ends soon" in only("credit_expiring", language="en").heading


def test_used_or_taken_back_is_not_reminded_of(credited: StoreCredit) -> None:
    mark_credit_used(credited.pk, by=charlie(credited), spent_on="Commande 4711")

    assert remind_of_credits(credited.expires_at - DAY) == 0


def test_what_was_taken_back_after_the_reminder_drops_its_mail(credited: StoreCredit) -> None:
    remind_of_credits(credited.expires_at - DAY)

    void_credit(credited.pk, by=charlie(credited), reason="Émis pour la mauvaise commande.")

    assert told() == [("credit_expiring", None)]


def test_more_than_one_batch_are_all_reminded_of(
    credited: StoreCredit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recours.refunds.commands.expiring.BATCH", 1)
    agreed()
    prepare()
    submit_due()

    assert remind_of_credits(credited.expires_at - DAY) == StoreCredit.objects.count() == 2


def test_over_is_too_late_to_remind(credited: StoreCredit) -> None:
    assert remind_of_credits(credited.expires_at) == 0


@pytest.mark.django_db(transaction=True)
def test_by_two_at_once_is_told_once(credited: StoreCredit) -> None:
    at_once(*[lambda: remind_of_credits(credited.expires_at - DAY)] * 4)

    assert [what for what, _ in told()] == ["credit_expiring"]
