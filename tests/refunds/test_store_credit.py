"""Store credit: issued once for what the buyer accepted, counted like money, spent or taken back once."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from tests.at_once import at_once, kinds
from tests.conftest import PRESENT
from tests.factories import a_claim, a_user, an_agent, an_order, euros, the_buyer
from tests.refunds.test_guards import found, sql
from tests.refunds.test_hearing import bank
from tests.refunds.test_ledger import balances

from recours.claims.commands import act
from recours.claims.models import Claim, ClaimEvent
from recours.marketplaces.models import Order, OrderLine, Payment
from recours.notices.models import Notice
from recours.refunds import commands
from recours.refunds.commands import hear, prepare, submit_due
from recours.refunds.models import Refund, StoreCredit
from recours.refunds.providers import NoticeKind, Outcome, provider
from recours.refunds.providers import Order as Asked
from recours.refunds.refusals import (
    CreditUsed,
    CreditVoided,
    ReasonMissing,
    RefundPaidByProvider,
    SecondPersonNeeded,
)
from recours.refunds.verify import CHECKS
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor, Terms
from recours.rules.lifecycle.refusals import ActNotOpen
from recours.rules.lifecycle.vocabulary import Remedy, Resolution, Role, State

pytestmark = pytest.mark.django_db

LATER = PRESENT + dt.timedelta(days=1)


def agreed(order: Order | None = None, *, minor: int = 5000, remedy: Remedy = Remedy.CREDIT) -> Claim:
    """A claim whose buyer accepted what the seller offered."""
    claim = a_claim(order or an_order(lines=(8990,), shipping=490))
    terms = Terms(remedy=remedy, amount=euros(minor))
    act(claim.pk, c.MakeOffer(by=Actor(Role.SELLER, a_user("Bob").pk), terms=terms, reasons="Un geste."))
    return act(claim.pk, c.AcceptOffer(by=the_buyer(claim.buyer_id), number=1))


@pytest.fixture
def credited() -> StoreCredit:
    agreed()
    prepare()
    assert submit_due() == 1
    assert found() == set()
    return StoreCredit.objects.get()


def charlie(credit: StoreCredit) -> Actor:
    return Actor(Role.AGENT, an_agent(credit.claim.marketplace).pk)


# -- issued ----------------------------------------------------------------------------------------------------


def test_what_the_buyer_accepted_is_issued_at_once_and_closes_the_claim(credited: StoreCredit) -> None:
    claim = Claim.objects.get()
    refund = Refund.objects.get()

    assert (refund.provider, refund.status, refund.provider_ref) == ("credit", "succeeded", str(credited.pk))
    assert refund.pay_from == refund.owed_at
    assert (claim.state, claim.resolution) == (State.CLOSED, Resolution.CREDITED)
    assert claim.snapshot.credited == euros(5000)
    assert credited.expires_at == dt.datetime(2028, 11, 20, 23, 0, tzinfo=dt.UTC)
    assert len(credited.code) == 19


def test_code_is_nowhere_but_in_its_own_row(credited: StoreCredit) -> None:
    bodies = str(list(ClaimEvent.objects.values_list("body", flat=True)))
    told = str(list(Notice.objects.values()))

    assert credited.code not in bodies + told + str(Refund.objects.values().get())


def test_it_counts_on_the_lines_the_shipping_and_the_payment(credited: StoreCredit) -> None:
    counted = OrderLine.objects.get().refunded_minor + Order.objects.get().shipping_refunded_minor

    assert counted == Payment.objects.get().refunded_minor == 5000
    assert balances() == {"captured": -9480, "refundable": 4480, "credited": 5000}


def test_issuing_again_issues_nothing_more(credited: StoreCredit) -> None:
    refund = Refund.objects.get()
    asked = Asked(key=refund.key, amount=refund.amount)

    again = provider("credit").pay(asked)

    assert (again.outcome, again.ref) == (Outcome.PAID, str(credited.pk))
    assert prepare().refunds == submit_due() == 0
    assert StoreCredit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_issue_one() -> None:
    agreed()
    prepare()
    refund = Refund.objects.get()

    results = at_once(*[lambda: commands.submit(refund.pk)] * 20)

    assert kinds(results) == ["bool"] * 20
    assert sum(result is True for result in results) == 1
    assert StoreCredit.objects.count() == 1
    assert found() == set()


def test_process_that_died_after_issuing_leaves_one_credit_that_is_counted() -> None:
    agreed()
    prepare()
    refund = Refund.objects.get()
    Refund.objects.update(status="submitted", submitted_at=PRESENT, asked_at=PRESENT)
    provider("credit").pay(Asked(key=refund.key, amount=refund.amount))

    submit_due(PRESENT + dt.timedelta(minutes=2))

    assert StoreCredit.objects.count() == 1
    assert Claim.objects.get().resolution == Resolution.CREDITED
    assert found() == set()


def test_above_the_limit_a_second_person_approves_it() -> None:
    agreed(an_order(lines=(150000,)), minor=120000)
    prepare()
    assert submit_due() == StoreCredit.objects.count() == 0
    refund = Refund.objects.get()

    commands.approve(refund.pk, by=Actor(Role.AGENT, an_agent(refund.claim.marketplace).pk))

    assert submit_due() == StoreCredit.objects.count() == 1


def test_who_proposed_it_is_not_the_second_person() -> None:
    claim = a_claim(an_order(lines=(150000,)))
    agent = Actor(Role.AGENT, an_agent(claim.marketplace).pk)
    bob = Actor(Role.SELLER, a_user("Bob").pk)
    terms = Terms(remedy=Remedy.CREDIT, amount=euros(120000))
    act(claim.pk, c.Escalate(by=bob))
    act(claim.pk, c.Propose(by=agent, terms=terms, reasons="Entre les deux."))
    act(claim.pk, c.AcceptOffer(by=bob, number=1))
    act(claim.pk, c.AcceptOffer(by=the_buyer(claim.buyer_id), number=1))
    prepare()

    with pytest.raises(SecondPersonNeeded):
        commands.approve(Refund.objects.get().pk, by=agent)


def test_it_waits_while_the_bank_looks_into_the_payment() -> None:
    agreed()
    prepare()
    hear("manual", bank(NoticeKind.CHARGEBACK_OPENED))
    assert submit_due() == StoreCredit.objects.count() == 0

    hear("manual", bank(NoticeKind.CHARGEBACK_WON, 2))

    assert submit_due() == StoreCredit.objects.count() == 1


def test_the_law_adds_nothing_to_credit_that_is_late() -> None:
    agreed()
    prepare()

    submit_due(PRESENT + dt.timedelta(days=90))
    commands.post_surcharges(PRESENT + dt.timedelta(days=91))

    assert Refund.objects.filter(surcharge_of__isnull=False).count() == 0
    assert found() == set()


def test_it_is_not_paid_in_money_by_hand() -> None:
    agreed()
    prepare()
    refund = Refund.objects.get()
    agent = Actor(Role.AGENT, an_agent(refund.claim.marketplace).pk)

    with pytest.raises(RefundPaidByProvider):
        commands.record_transfer(refund.pk, by=agent, reference="V1", paid_on=PRESENT.date())
    commands.cancel(refund.pk, reason="Une erreur.")
    with pytest.raises(RefundPaidByProvider):
        commands.retry(refund.pk, by_hand=True)


def test_credit_and_money_never_add_up_to_more_than_was_paid(credited: StoreCredit) -> None:
    second = a_claim_for_the_rest(credited.claim, 4480)
    prepare(LATER)

    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == 9480
    commands.cancel(Refund.objects.get(claim=second, provider="manual").pk, reason="Réglé ailleurs.")
    with pytest.raises(IntegrityError, match="refunded_within_captured"), transaction.atomic():
        sql(
            "INSERT INTO refunds_refund (id, claim_id, owed_at, payment_id, provider, provider_ref, key, currency,"
            " amount_minor, status, requested_at, pay_from, pay_until, failure) SELECT gen_random_uuid(), claim_id,"
            " now(), payment_id, 'manual', '', gen_random_uuid(), currency, 4481, 'requested', now(), now(), now(), ''"
            " FROM refunds_refund WHERE provider = 'credit'"
        )


def a_claim_for_the_rest(claim: Claim, minor: int) -> Claim:
    """The same claim, opened again, whose rest the platform grants in money."""
    act(claim.pk, c.Reopen(by=the_buyer(claim.buyer_id), reasons="Le défaut était pire."), now=LATER)
    return granted(claim, minor)


def granted(claim: Claim, minor: int) -> Claim:
    """Money that the platform proposes, the day after, and both accept."""
    agent = Actor(Role.AGENT, an_agent(claim.marketplace).pk)
    terms = Terms(remedy=Remedy.REFUND, amount=euros(minor))
    act(claim.pk, c.Propose(by=agent, terms=terms, reasons="En argent."), now=LATER)
    act(claim.pk, c.AcceptOffer(by=Actor(Role.SELLER, a_user("Bob").pk), number=2), now=LATER)
    return act(claim.pk, c.AcceptOffer(by=the_buyer(claim.buyer_id), number=2), now=LATER)


# -- spent, or taken back --------------------------------------------------------------------------------------


def test_taken_back_it_frees_what_it_held_and_the_platform_says_what_is_owed(credited: StoreCredit) -> None:
    commands.void_credit(credited.pk, by=charlie(credited), reason="Émis pour le mauvais article.")

    claim = Claim.objects.get()
    assert (claim.state, claim.snapshot.agreed, claim.snapshot.credited) == (State.WITH_PLATFORM, None, None)
    assert OrderLine.objects.get().refunded_minor == Payment.objects.get().refunded_minor == 0
    assert StoreCredit.objects.get().status == "voided"
    assert balances() == {"captured": -9480, "refundable": 9480}


def test_taking_back_twice_is_once(credited: StoreCredit) -> None:
    agent = charlie(credited)
    commands.void_credit(credited.pk, by=agent, reason="Par erreur.")

    again = commands.void_credit(credited.pk, by=agent, reason="Encore.")

    assert again.ended_because == "Par erreur."
    assert ClaimEvent.objects.filter(kind="CreditVoided").count() == 1


def test_after_it_was_taken_back_money_can_be_granted_whole(credited: StoreCredit) -> None:
    commands.void_credit(credited.pk, by=charlie(credited), reason="Par erreur.")
    granted(credited.claim, 9480)

    prepare(LATER)

    assert Refund.objects.get(provider="manual").amount_minor == 9480
    assert balances() == {"captured": -9480, "in_flight": 9480}


@pytest.mark.parametrize("reason", ["", "   "])
def test_it_is_taken_back_for_a_reason(credited: StoreCredit, reason: str) -> None:
    with pytest.raises(ReasonMissing):
        commands.void_credit(credited.pk, by=charlie(credited), reason=reason)


def test_what_was_spent_is_not_taken_back(credited: StoreCredit) -> None:
    agent = charlie(credited)
    commands.mark_credit_used(credited.pk, by=agent, spent_on="Commande MIR-77")
    commands.mark_credit_used(credited.pk, by=agent, spent_on="Commande MIR-78")

    with pytest.raises(CreditUsed):
        commands.void_credit(credited.pk, by=agent, reason="Trop tard.")

    kept = StoreCredit.objects.get()
    assert (kept.status, kept.ended_because) == ("used", "Commande MIR-77")
    assert balances()["credited"] == 5000


def test_what_was_taken_back_is_not_spent(credited: StoreCredit) -> None:
    agent = charlie(credited)
    commands.void_credit(credited.pk, by=agent, reason="Par erreur.")

    with pytest.raises(CreditVoided):
        commands.mark_credit_used(credited.pk, by=agent, spent_on="Commande MIR-77")
    with pytest.raises(ReasonMissing):
        commands.mark_credit_used(credited.pk, by=agent, spent_on=" ")


def test_it_is_not_taken_back_while_the_rest_is_being_paid(credited: StoreCredit) -> None:
    a_claim_for_the_rest(credited.claim, 4480)

    with pytest.raises(ActNotOpen):
        commands.void_credit(credited.pk, by=charlie(credited), reason="Par erreur.")

    assert StoreCredit.objects.get().status == "issued"


@pytest.mark.django_db(transaction=True)
def test_spent_and_taken_back_at_the_same_instant_is_one_of_them() -> None:
    agreed()
    prepare()
    submit_due()
    credit = StoreCredit.objects.get()
    agent = charlie(credit)

    results = at_once(
        *[lambda: commands.void_credit(credit.pk, by=agent, reason="Par erreur.")] * 5,
        *[lambda: commands.mark_credit_used(credit.pk, by=agent, spent_on="MIR-77")] * 5,
    )

    assert set(kinds(results)) in ({"StoreCredit", "CreditUsed"}, {"StoreCredit", "CreditVoided"})
    assert found() == set()


# -- the database refuses the rest -------------------------------------------------------------------------------


def test_one_refund_has_one_credit_of_its_amount_and_only_while_it_is_made() -> None:
    claim = agreed()
    prepare()
    refund = Refund.objects.get()
    fields: dict[str, Any] = {
        "claim": claim, "refund": refund, "currency": "EUR", "amount_minor": 5000, "issued_at": PRESENT,
        "expires_at": PRESENT + dt.timedelta(days=1),
    }  # fmt: skip

    with pytest.raises(IntegrityError, match="being made"), transaction.atomic():
        StoreCredit.objects.create(**fields, code="AAAA")
    Refund.objects.update(status="submitted", submitted_at=PRESENT, asked_at=PRESENT)
    for wrong in ({"amount_minor": 5001}, {"currency": "USD"}):
        with pytest.raises(IntegrityError, match="being made"), transaction.atomic():
            StoreCredit.objects.create(**(fields | wrong), code="AAAA")
    with pytest.raises(IntegrityError, match="credit_expires_later"), transaction.atomic():
        StoreCredit.objects.create(**(fields | {"expires_at": PRESENT}), code="AAAA")
    StoreCredit.objects.create(**fields, code="AAAA")
    with pytest.raises(IntegrityError, match="refund_id"), transaction.atomic():
        StoreCredit.objects.create(**fields, code="BBBB")


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE refunds_storecredit SET amount_minor = 5001", "never changes"),
        ("UPDATE refunds_storecredit SET code = 'AAAA'", "never changes"),
        ("UPDATE refunds_storecredit SET expires_at = now() + interval '9 years'", "never changes"),
        ("UPDATE refunds_storecredit SET status = 'used'", "credit_ends_once"),
        ("UPDATE refunds_storecredit SET status = 'voided', ended_at = now()", "credit_voided_for_a_reason"),
        ("DELETE FROM refunds_storecredit", "kept"),
        ("UPDATE refunds_refund SET status = 'reversed'", "while it is there"),
        ("UPDATE refunds_refund SET provider = 'manual'", "not paid in money"),
    ],
)
def test_credit_cannot_be_rewritten(credited: StoreCredit, statement: str, says: str) -> None:
    with pytest.raises(IntegrityError, match=says), transaction.atomic():
        sql(statement)


def test_what_ended_stays_so(credited: StoreCredit) -> None:
    commands.mark_credit_used(credited.pk, by=charlie(credited), spent_on="MIR-77")

    with pytest.raises(IntegrityError, match="ends once"), transaction.atomic():
        sql("UPDATE refunds_storecredit SET status = 'issued', ended_at = NULL")


def test_refund_is_not_credited_without_credit() -> None:
    agreed()
    prepare()

    with pytest.raises(IntegrityError, match="while it is there"), transaction.atomic():
        Refund.objects.update(status="succeeded")


# -- with a guard taken away, verify sees it ---------------------------------------------------------------------

UNGUARDED: dict[str, tuple[str, ...]] = {
    "credit_twice": (
        "ALTER TABLE refunds_storecredit DROP CONSTRAINT refunds_storecredit_refund_id_key",
        "ALTER TABLE refunds_storecredit DISABLE TRIGGER credits_guarded",
        "INSERT INTO refunds_storecredit (id, claim_id, refund_id, code, currency, amount_minor, issued_at, expires_at,"
        " status, ended_because) SELECT gen_random_uuid(), claim_id, refund_id, 'AAAA', currency, amount_minor,"
        " issued_at, expires_at, status, '' FROM refunds_storecredit",
    ),
    "credit_unfounded": (
        "ALTER TABLE refunds_storecredit DISABLE TRIGGER credits_guarded",
        "UPDATE refunds_storecredit SET amount_minor = amount_minor + 1",
    ),
    "credit_missing": (
        "ALTER TABLE refunds_storecredit DISABLE TRIGGER credits_kept",
        "DELETE FROM refunds_storecredit",
    ),
    "credit_unaccepted": (
        "ALTER TABLE claims_claimevent DISABLE TRIGGER claim_events_append_only",
        "DELETE FROM claims_claimevent WHERE kind = 'OfferAccepted'",
    ),
    "ledger_credit_differs": (
        "ALTER TABLE refunds_storecredit DISABLE TRIGGER credits_guarded",
        "UPDATE refunds_storecredit SET status = 'voided', ended_at = now(), ended_because = 'x'",
    ),
    "paid_unrecorded": (
        "ALTER TABLE claims_claimevent DISABLE TRIGGER claim_events_append_only",
        "DELETE FROM claims_claimevent WHERE kind = 'CreditIssued'",
    ),
    "line_overpaid": (
        "ALTER TABLE marketplaces_orderline DROP CONSTRAINT line_refunded_within_captured",
        "ALTER TABLE refunds_refundpart DISABLE TRIGGER refund_parts_kept",
        "UPDATE refunds_refundpart SET amount_minor = 8991 WHERE order_line_id IS NOT NULL",
    ),
}


@pytest.mark.parametrize("what", list(UNGUARDED))
def test_guard_taken_away_is_seen(credited: StoreCredit, what: str) -> None:
    sql("SET CONSTRAINTS ALL IMMEDIATE", *UNGUARDED[what])

    assert what in found()


def test_every_check_of_credit_has_its_guard_taken_away() -> None:
    assert {name for name, _ in CHECKS if "credit" in name} <= set(UNGUARDED)


def test_credit_of_nobody_is_not_found() -> None:
    with pytest.raises(StoreCredit.DoesNotExist):
        commands.void_credit(uuid4(), by=Actor(Role.AGENT, UUID(int=1)), reason="x")
