"""What a buyer is told of money that no event of the claim tells: a surcharge owed and paid, an account wanted."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.at_once import at_once
from tests.conftest import PRESENT
from tests.factories import a_refund_due, an_order
from tests.refunds.test_surcharges import agent_of, paid, surcharge

from recours.notices.models import Notice
from recours.outbox.content import MailContent
from recours.outbox.models import Mail
from recours.refunds import commands
from recours.refunds.commands import ask_accounts, prepare
from recours.refunds.mails import render
from recours.refunds.models import PayoutAccount, Refund

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
MOMENT = dt.timedelta(microseconds=1)


def told(*, language: str | None = None) -> list[tuple[str, MailContent | None]]:
    """What was told by mail beside the claim's own events, in order, as it would be worded now."""
    found = Mail.objects.filter(renderer="refunds").order_by("created_at", "id")
    if language:
        found.update(language=language)
    return [(mail.payload["what"], render(mail)) for mail in found.all()]


def only(what: str, *, language: str | None = None) -> MailContent:
    [content] = [content for kind, content in told(language=language) if kind == what]
    assert content is not None
    return content


@pytest.fixture
def waiting(with_sepa: None) -> Refund:
    """A transfer that waits for its buyer's account."""
    claim = a_refund_due(an_order(method="transfer"))
    prepare()
    Mail.objects.all().delete()
    Notice.objects.all().delete()
    return Refund.objects.get(claim=claim, provider="sepa")


def test_surcharge_is_told_with_the_refund_that_was_late() -> None:
    late = paid(25)

    content = only("surcharge_due")

    assert content.heading == "La loi ajoute une somme à votre remboursement versé en retard"
    assert content.facts[0] == ("Montant", "4,50\xa0€")
    assert content.facts[1][0] == "Remboursement en retard"
    assert "89,90\xa0€" in content.facts[1][1]
    assert content.button_path == f"/claims/{late.claim.reference}/"


def test_surcharge_that_was_paid_is_told_and_its_announcement_has_gone() -> None:
    late = paid(25)
    agent = agent_of(late.claim)
    commands.order_surcharge(surcharge().pk, by=agent)
    now = PRESENT + 26 * DAY

    commands.record_transfer(surcharge().pk, by=agent, reference="V2", paid_on=now.date(), now=now)

    assert [(what, content is None) for what, content in told()] == [
        ("surcharge_due", True),
        ("surcharge_paid", False),
    ]
    assert only("surcharge_paid", language="en").subject.startswith("Surcharge paid: €4.50")


def test_refund_in_time_is_told_of_no_surcharge() -> None:
    paid(3)

    assert told() == []


def test_account_is_asked_for_once(waiting: Refund) -> None:
    assert ask_accounts() == 1
    assert ask_accounts(PRESENT + DAY) == 0

    content = only("account_wanted")
    assert content.button_path == f"/claims/{waiting.claim.reference}/account/"
    assert "jamais par courriel" in " ".join(content.paragraphs)
    assert list(Notice.objects.values_list("detail", flat=True)) in ([], ["account_wanted"])


def test_account_is_reminded_of_once_after_three_days(waiting: Refund) -> None:
    ask_accounts()
    assert ask_accounts(PRESENT + 3 * DAY - MOMENT) == 0

    assert ask_accounts(PRESENT + 3 * DAY) == 1

    assert ask_accounts(PRESENT + 30 * DAY) == 0
    assert [what for what, _ in told()] == ["account_wanted", "account_wanted_again"]


def test_account_that_was_given_is_not_asked_for_and_the_mail_is_dropped(waiting: Refund) -> None:
    ask_accounts()
    PayoutAccount.objects.create(
        claim=waiting.claim, holder="Alice Martin", iban="BE68539007547034", given_at=PRESENT
    )

    assert told() == [("account_wanted", None)]
    assert ask_accounts(PRESENT + 3 * DAY) == 0


def test_two_payments_of_one_claim_ask_once(with_sepa: None) -> None:
    a_refund_due(an_order(lines=(9000,), payments=(4500, 4500), method="transfer"))
    prepare()
    assert Refund.objects.filter(provider="sepa").count() == 2

    assert ask_accounts() == 1
    assert ask_accounts(PRESENT + MOMENT) == 0


def test_card_and_transfer_by_hand_ask_for_no_account() -> None:
    a_refund_due(an_order())
    prepare()

    assert ask_accounts() == 0


def test_mail_to_who_is_not_the_buyer_any_more_is_dropped(waiting: Refund) -> None:
    ask_accounts()
    Mail.objects.filter(renderer="refunds").update(address="autre@example.org", user=None)

    assert told() == [("account_wanted", None)]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_ask_once(with_sepa: None) -> None:
    a_refund_due(an_order(method="transfer"))
    prepare()

    results = at_once(ask_accounts, ask_accounts)

    assert sum(int(result) for result in results if isinstance(result, int)) == 1
    assert len(told()) == 1
