"""Double entry: every move is posted by the database, in its transaction, and is never changed."""

import pytest
from django.db import IntegrityError, connection, transaction
from tests.conftest import PRESENT
from tests.factories import a_payment, a_refund_due, an_agent, an_order
from tests.refunds.test_hearing import bank, of

from recours.marketplaces.models import Payment
from recours.refunds import commands
from recours.refunds.commands import hear, prepare
from recours.refunds.models import LedgerEntry, Refund
from recours.refunds.providers import NoticeKind, Outcome
from recours.refunds.verify import differences
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db


def balances() -> dict[str, int]:
    """What stands on each account; nothing stands on the whole."""
    found: dict[str, int] = {}
    for entry in LedgerEntry.objects.all():
        found[entry.debit] = found.get(entry.debit, 0) + entry.amount_minor
        found[entry.credit] = found.get(entry.credit, 0) - entry.amount_minor
    assert sum(found.values()) == 0
    assert not list(differences())
    return {account: minor for account, minor in found.items() if minor}


@pytest.fixture
def owed() -> Refund:
    a_refund_due(an_order(lines=(8990,), shipping=490))
    prepare()
    return Refund.objects.get()


def test_capture_is_posted_and_so_is_what_is_told_of_it_later() -> None:
    payment = a_payment(minor=4500)
    assert balances() == {"captured": -4500, "refundable": 4500}

    Payment.objects.filter(pk=payment.pk).update(captured_minor=4000)
    assert balances() == {"captured": -4000, "refundable": 4000}


def test_many_captures_are_posted_by_one_statement() -> None:
    first = a_payment(minor=4500)
    Payment.objects.bulk_create(
        Payment(
            marketplace=first.marketplace, buyer=first.buyer, ref=f"many-{number}", captured_at=PRESENT,
            currency="EUR", captured_minor=number,
        )
        for number in range(50)
    )  # fmt: skip

    assert balances()["refundable"] == 4500 + sum(range(50))
    assert LedgerEntry.objects.count() == 50  # one of nothing is no move


def test_refund_moves_through_the_accounts(owed: Refund) -> None:
    assert balances() == {"captured": -9480, "in_flight": 9480}

    commands.record_failure(owed.pk, reason="RIB invalide")
    assert balances() == {"captured": -9480, "refundable": 9480}

    commands.retry(owed.pk)
    agent = Actor(Role.AGENT, an_agent(owed.claim.marketplace).pk)
    commands.record_transfer(owed.pk, by=agent, reference="V1", paid_on=PRESENT.date())
    assert balances() == {"captured": -9480, "refunded": 9480}


def test_money_that_comes_back_can_go_again(owed: Refund) -> None:
    Refund.objects.update(status="submitted", submitted_at=PRESENT, asked_at=PRESENT)
    hear("manual", of(owed, Outcome.PAID))
    hear("manual", of(owed, Outcome.REVERSED, 2))

    assert balances() == {"captured": -9480, "refundable": 9480}


def test_chargeback_lost_is_what_the_bank_gave_back(owed: Refund) -> None:
    hear("manual", bank(NoticeKind.CHARGEBACK_OPENED))
    hear("manual", bank(NoticeKind.CHARGEBACK_LOST, 2))

    assert balances() == {"captured": -9480, "charged_back": 9480}


def test_what_left_twice_is_a_loss(owed: Refund) -> None:
    Refund.objects.update(status="submitted", submitted_at=PRESENT, asked_at=PRESENT)
    hear("manual", bank(NoticeKind.CHARGEBACK_LOST, 2))
    hear("manual", of(owed, Outcome.PAID, 3))

    assert balances() == {"captured": -9480, "refunded": 9480, "charged_back": 9480, "lost": -9480}


def test_payment_that_nobody_told_of() -> None:
    a_refund_due(an_order(payments=()))
    prepare()

    assert balances() == {"untold": -8990, "in_flight": 8990}


@pytest.mark.parametrize("wrong", [{"amount_minor": 0}, {"amount_minor": -1}, {"credit": "refundable"}])
def test_entry_that_moves_nothing_is_refused(wrong: dict[str, object]) -> None:
    fields = {"kind": "captured", "debit": "refundable", "credit": "captured", "currency": "EUR"}

    with pytest.raises(IntegrityError, match="ledger_"), transaction.atomic():
        LedgerEntry.objects.create(**(fields | {"amount_minor": 1} | wrong))


def test_entries_are_written_once(owed: Refund) -> None:
    for change in (lambda: LedgerEntry.objects.update(amount_minor=1), LedgerEntry.objects.all()._raw_delete):
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            change(*(["default"] if change.__name__ == "_raw_delete" else []))


@pytest.mark.parametrize(
    "statement",
    ["UPDATE refunds_ledgerentry SET amount_minor = amount_minor + 1", "DELETE FROM refunds_ledgerentry"],
)
def test_entry_changed_where_its_guard_was_taken_away_is_seen(owed: Refund, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE refunds_ledgerentry DISABLE TRIGGER ledger_kept")
        cursor.execute(statement)

    assert {each.what for each in differences()} >= {"ledger_capture_differs", "ledger_refund_differs"}


ROLE = "recours_app_test"


@pytest.fixture
def app_role() -> None:
    """The application's own role, as docs/operator.md makes it; undone with the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON refunds_ledgerentry FROM {ROLE}")


def test_application_role_moves_money_and_cannot_touch_the_ledger(app_role: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        a_refund_due(an_order(lines=(8990,)))
        prepare()
        commands.record_failure(Refund.objects.get().pk, reason="RIB invalide")
        assert balances() == {"captured": -8990, "refundable": 8990}

        for statement in (
            "INSERT INTO refunds_ledgerentry (kind, debit, credit, currency, amount_minor)"
            " VALUES ('captured', 'refundable', 'captured', 'EUR', 5)",
            "UPDATE refunds_ledgerentry SET amount_minor = 1",
            "DELETE FROM refunds_ledgerentry",
            "TRUNCATE refunds_ledgerentry",
            "ALTER TABLE refunds_ledgerentry DISABLE TRIGGER ledger_kept",
        ):
            with pytest.raises(Exception, match=r"permission denied|must be owner"), transaction.atomic():
                cursor.execute(statement)
        cursor.execute("RESET ROLE")
