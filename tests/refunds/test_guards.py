"""The database refuses what must never be, whoever writes; and where a guard is taken away, `verify` sees it."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from tests.at_once import at_once, kinds
from tests.conftest import PRESENT
from tests.factories import a_claim, a_refund_due, an_agent, an_order

from recours.claims.models import Claim
from recours.marketplaces.models import OrderLine, Payment
from recours.refunds import commands
from recours.refunds.commands import prepare
from recours.refunds.models import Refund, RefundPart
from recours.refunds.verify import CHECKS, differences
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import LANGUAGES

pytestmark = pytest.mark.django_db


def sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def found() -> set[str]:
    """What `verify` says of the money; each sentence can be said in both languages."""
    all_found = list(differences())
    for each in all_found:
        assert all(each.sentence(lang) for lang in LANGUAGES)
    return {each.what for each in all_found}


def a_refund(claim: Claim, minor: int, *, payment: Payment | None = None) -> Refund:
    """A refund written past the commands."""
    return Refund.objects.create(
        claim=claim,
        owed_at=PRESENT + dt.timedelta(microseconds=Refund.objects.count()),
        payment=payment,
        provider="manual",
        currency="EUR",
        amount_minor=minor,
        requested_at=PRESENT,
        pay_from=PRESENT,
        pay_until=PRESENT,
    )


@pytest.fixture
def paid() -> Refund:
    """An order of 90 euros and 4.90 of shipping, refunded whole."""
    claim = a_refund_due(an_order(lines=(9000,), shipping=490))
    prepare()
    refund = Refund.objects.get()
    agent = Actor(Role.AGENT, an_agent(claim.marketplace).pk)
    commands.record_transfer(refund.pk, by=agent, reference="V1", paid_on=PRESENT.date())
    assert found() == set()
    return refund


# -- refused -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_refund_one_line_of_exactly_what_was_paid() -> None:
    order = an_order(lines=(1000,))
    line, payment = order.lines.get(), order.payments.get()
    claims = [a_claim(order)] * 20

    def refund(number: int) -> Refund:
        with transaction.atomic():
            made = Refund.objects.create(
                claim=claims[number], owed_at=PRESENT + dt.timedelta(seconds=number), payment=payment,
                provider="manual", currency="EUR", amount_minor=130, requested_at=PRESENT, pay_from=PRESENT,
                pay_until=PRESENT,
            )  # fmt: skip
            RefundPart.objects.create(refund=made, order_line=line, amount_minor=130)
            return made

    results = at_once(*(lambda number=number: refund(number) for number in range(20)))

    assert kinds(results) == ["IntegrityError"] * 13 + ["Refund"] * 7
    assert OrderLine.objects.get().refunded_minor == Payment.objects.get().refunded_minor == 910
    assert Refund.objects.count() == RefundPart.objects.count() == 7


def test_one_cent_more_than_a_payment_is_refused() -> None:
    order = an_order(lines=(1000,))
    claim, payment = a_claim(order), order.payments.get()
    a_refund(claim, 1000, payment=payment)

    with pytest.raises(IntegrityError, match="payment_refunded_within_captured"), transaction.atomic():
        a_refund(claim, 1, payment=payment)


@pytest.mark.parametrize(
    ("thing", "minor", "guard"),
    [
        ("order_line", 1000, "line_refunded_within_captured"),
        ("shipping_of", 490, "shipping_refunded_within_captured"),
    ],
)
def test_one_cent_more_than_a_line_or_its_shipping_is_refused(thing: str, minor: int, guard: str) -> None:
    order = an_order(lines=(1000,), shipping=490, payments=())
    refund = a_refund(a_claim(order), minor)
    target = {thing: order.lines.get() if thing == "order_line" else order}
    RefundPart.objects.create(refund=refund, amount_minor=minor, **target)

    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        RefundPart.objects.create(refund=refund, amount_minor=1, **target)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE refunds_refund SET amount_minor = amount_minor + 1", "never changes"),
        ("UPDATE refunds_refund SET key = gen_random_uuid()", "never changes"),
        ("UPDATE refunds_refund SET payment_id = NULL", "never changes"),
        ("UPDATE refunds_refund SET status = 'failed'", "stays so"),
        ("DELETE FROM refunds_refundpart", "kept"),
        ("UPDATE refunds_refundpart SET amount_minor = 1", "kept"),
        ("DELETE FROM refunds_refund", "kept"),
        (
            "UPDATE marketplaces_payment SET refunded_minor = captured_minor + 1",
            "payment_refunded_within_captured",
        ),
        ("UPDATE marketplaces_payment SET refunded_minor = -1", "payment_refunded_within_captured"),
        ("UPDATE marketplaces_orderline SET refunded_minor = 9001", "line_refunded_within_captured"),
        ("UPDATE marketplaces_order SET shipping_refunded_minor = 491", "shipping_refunded_within_captured"),
        ("UPDATE marketplaces_orderline SET captured_minor = 8999", "line_refunded_within_captured"),
    ],
)
def test_ledger_cannot_be_rewritten(paid: Refund, statement: str, says: str) -> None:
    with pytest.raises(IntegrityError, match=says), transaction.atomic():
        sql(statement)


def test_one_debt_has_one_refund_per_payment() -> None:
    claim = a_claim(an_order(payments=()))
    refund = a_refund(claim, 10)

    with pytest.raises(IntegrityError, match="refund_once_per_debt"), transaction.atomic():
        Refund.objects.create(
            **{field: getattr(refund, field) for field in (
                "claim", "owed_at", "provider", "currency", "amount_minor", "requested_at", "pay_from", "pay_until"
            )}
        )  # fmt: skip


def test_key_and_providers_number_are_used_once() -> None:
    claim = a_claim(an_order(payments=()))
    first, second = a_refund(claim, 10), a_refund(claim, 10)
    Refund.objects.filter(pk=first.pk).update(provider_ref="V1")

    with pytest.raises(IntegrityError, match="provider_refund_once"), transaction.atomic():
        Refund.objects.filter(pk=second.pk).update(provider_ref="V1")
    with pytest.raises(IntegrityError, match="key"), transaction.atomic():
        Refund.objects.create(
            claim=claim, owed_at=PRESENT, provider="manual", currency="EUR", amount_minor=1, requested_at=PRESENT,
            pay_from=PRESENT, pay_until=PRESENT, key=first.key,
        )  # fmt: skip


@pytest.mark.parametrize("minor", [0, -1])
def test_nothing_and_less_is_no_refund(minor: int) -> None:
    with pytest.raises(IntegrityError, match="refund_amount_positive"), transaction.atomic():
        a_refund(a_claim(an_order(payments=())), minor)


def test_surcharge_is_added_once_and_only_to_what_was_late(paid: Refund) -> None:
    with pytest.raises(IntegrityError, match="paid late"), transaction.atomic():
        sql(a_surcharge("due"))
    sql(LATE, a_surcharge("due"))

    with pytest.raises(IntegrityError, match="surcharge_once_per_refund"), transaction.atomic():
        sql(a_surcharge("due"))
    for change, says in (
        ("surcharge_of_id = NULL", "never changes"),
        (f"payment_id = '{paid.payment_id}'", "never changes|takes_from_no_payment"),
    ):
        with pytest.raises(IntegrityError, match=says), transaction.atomic():
            sql(f"UPDATE refunds_refund SET {change} WHERE surcharge_of_id IS NOT NULL")
    with pytest.raises(IntegrityError, match="only_surcharges_wait"), transaction.atomic():
        Refund.objects.filter(pk=a_refund(paid.claim, 10).pk).update(status="due")


# -- with a guard taken away, verify sees it ---------------------------------------------------------------

LATE = "UPDATE refunds_refund SET pay_until = settled_at"


def a_surcharge(status: str) -> str:
    """What the law adds to each refund, written past the commands."""
    return (
        "INSERT INTO refunds_refund (id, claim_id, owed_at, surcharge_of_id, provider, provider_ref, key, currency,"
        " amount_minor, status, requested_at, pay_from, pay_until, failure) SELECT gen_random_uuid(), claim_id,"
        f" settled_at, id, 'manual', '', gen_random_uuid(), currency, 450, '{status}', now(), now(), now(), ''"
        " FROM refunds_refund WHERE surcharge_of_id IS NULL"
    )


UNGUARDED: dict[str, tuple[str, ...]] = {
    "payment_overpaid": (
        "ALTER TABLE marketplaces_payment DROP CONSTRAINT payment_refunded_within_captured",
        "ALTER TABLE refunds_refund DISABLE TRIGGER refunds_counted",
        "UPDATE refunds_refund SET amount_minor = amount_minor + 1",
    ),
    "payment_miscounted": (
        "ALTER TABLE refunds_refund DISABLE TRIGGER refunds_counted",
        "UPDATE refunds_refund SET amount_minor = amount_minor - 1",
    ),
    "line_overpaid": (
        "ALTER TABLE marketplaces_orderline DROP CONSTRAINT line_refunded_within_captured",
        "ALTER TABLE refunds_refundpart DISABLE TRIGGER refund_parts_kept",
        "UPDATE refunds_refundpart SET amount_minor = amount_minor + 1 WHERE order_line_id IS NOT NULL",
    ),
    "line_miscounted": ("UPDATE marketplaces_orderline SET refunded_minor = refunded_minor - 1",),
    "shipping_overpaid": (
        "ALTER TABLE marketplaces_order DROP CONSTRAINT shipping_refunded_within_captured",
        "ALTER TABLE refunds_refundpart DISABLE TRIGGER refund_parts_kept",
        "UPDATE refunds_refundpart SET amount_minor = amount_minor + 1 WHERE shipping_of_id IS NOT NULL",
    ),
    "shipping_miscounted": ("UPDATE marketplaces_order SET shipping_refunded_minor = 0",),
    "parts_differ": (
        "ALTER TABLE refunds_refundpart DISABLE TRIGGER refund_parts_kept",
        "DELETE FROM refunds_refundpart WHERE shipping_of_id IS NOT NULL",
    ),
    "claim_paid_differs": (
        "UPDATE claims_claim SET snapshot = jsonb_set(snapshot, '{refunded,minor}', '1')",
    ),
    "paid_unrecorded": (
        "ALTER TABLE claims_claimevent DISABLE TRIGGER claim_events_append_only",
        "DELETE FROM claims_claimevent WHERE kind = 'RefundPaid'",
    ),
    "debt_paid_twice": (
        "DROP INDEX refund_once_per_debt",
        "ALTER TABLE marketplaces_payment DROP CONSTRAINT payment_refunded_within_captured",
        "INSERT INTO refunds_refund (id, claim_id, owed_at, payment_id, provider, provider_ref, key, currency,"
        " amount_minor, status, requested_at, pay_from, pay_until, failure) SELECT gen_random_uuid(), claim_id,"
        " owed_at, payment_id, provider, '', gen_random_uuid(), currency, amount_minor, 'requested', requested_at,"
        " pay_from, pay_until, '' FROM refunds_refund",
    ),
    "reference_used_twice": (
        "DROP INDEX provider_refund_once",
        "INSERT INTO refunds_refund (id, claim_id, owed_at, provider, provider_ref, key, currency, amount_minor,"
        " status, requested_at, pay_from, pay_until, failure) SELECT gen_random_uuid(), claim_id, now(), provider,"
        " provider_ref, gen_random_uuid(), currency, 1, 'failed', requested_at, pay_from, pay_until, ''"
        " FROM refunds_refund",
    ),
    "ledger_payment_differs": (
        "ALTER TABLE marketplaces_payment DISABLE TRIGGER captures_posted",
        "INSERT INTO marketplaces_payment (id, marketplace_id, buyer_id, ref, method, status, captured_at, currency,"
        " captured_minor, refunded_minor) SELECT gen_random_uuid(), marketplace_id, buyer_id, 'unposted', method,"
        " status, captured_at, currency, 100, 0 FROM marketplaces_payment LIMIT 1",
    ),
    "ledger_capture_differs": (
        "ALTER TABLE refunds_ledgerentry DISABLE TRIGGER ledger_kept",
        "DELETE FROM refunds_ledgerentry",
    ),
    "ledger_refund_differs": (
        "ALTER TABLE refunds_refund DISABLE TRIGGER refunds_posted",
        "UPDATE refunds_refund SET status = 'reversed'",
    ),
    "ledger_unbalanced": (
        "ALTER TABLE refunds_ledgerentry DROP CONSTRAINT ledger_two_accounts",
        "INSERT INTO refunds_ledgerentry (kind, debit, credit, currency, amount_minor)"
        " VALUES ('captured', 'captured', 'captured', 'EUR', 5)",
    ),
    "sent_unapproved": (
        "ALTER TABLE refunds_refund DROP CONSTRAINT refund_approved_before_sent",
        "UPDATE refunds_refund SET approved_at = NULL",
    ),
    "charged_back_differs": (
        "ALTER TABLE refunds_chargeback DISABLE TRIGGER chargebacks_counted",
        "ALTER TABLE refunds_chargeback DISABLE TRIGGER chargebacks_posted",
        "INSERT INTO refunds_chargeback (id, payment_id, provider, provider_ref, currency, amount_minor, status,"
        " reason, opened_at, unclaimed_minor, twice_minor) SELECT gen_random_uuid(), id, 'stripe', 'dp_1', currency,"
        " 100, 'lost', '', now(), 0, 0 FROM marketplaces_payment",
    ),
    "surcharge_twice": (
        "DROP INDEX surcharge_once_per_refund",
        LATE,
        a_surcharge("due"),
        a_surcharge("due"),
    ),
    "surcharge_unfounded": (
        "ALTER TABLE refunds_refund DISABLE TRIGGER surcharges_founded",
        a_surcharge("due"),
    ),
    "ledger_surcharge_differs": (
        LATE,
        "ALTER TABLE refunds_refund DISABLE TRIGGER refunds_posted",
        a_surcharge("due"),
    ),
    "not_positive": (
        "ALTER TABLE refunds_refund DROP CONSTRAINT refund_amount_positive",
        "INSERT INTO refunds_refund (id, claim_id, owed_at, provider, provider_ref, key, currency, amount_minor,"
        " status, requested_at, pay_from, pay_until, failure) SELECT gen_random_uuid(), claim_id, now(), provider,"
        " '', gen_random_uuid(), currency, -1, 'failed', requested_at, pay_from, pay_until, '' FROM refunds_refund",
    ),
}


@pytest.mark.parametrize("what", [name for name, _ in CHECKS if "credit" not in name])
def test_guard_taken_away_is_seen(paid: Refund, what: str) -> None:
    sql("SET CONSTRAINTS ALL IMMEDIATE", *UNGUARDED[what])

    assert what in found()


def test_verify_of_one_claim_says_nothing_of_others(paid: Refund) -> None:
    sql("UPDATE claims_claim SET snapshot = jsonb_set(snapshot, '{refunded,minor}', '1')")

    assert [each.subject for each in differences(paid.claim.reference)] == [paid.claim.reference]
    assert list(differences("L-22222222")) == []
