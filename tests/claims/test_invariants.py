"""Each impossible claim, made by force, is found; a good day finds nothing."""

import datetime as dt
import logging

import pytest
from django.db import connection
from tests.conftest import PRESENT
from tests.factories import a_claim, a_refund_due, an_order, the_buyer

from recours.claims import tasks
from recours.claims.commands import act
from recours.claims.invariants import MUST_NOT_BE, Broken, broken
from recours.refunds import tasks as refund_tasks
from recours.refunds.commands import prepare
from recours.refunds.invariants import MUST_NOT_BE as OF_MONEY
from recours.rules.lifecycle import commands as c

pytestmark = pytest.mark.django_db

EVERYTHING = MUST_NOT_BE | OF_MONEY


def found(now: dt.datetime = PRESENT) -> set[str]:
    return {each.invariant for each in broken(EVERYTHING, now=now)}


@pytest.fixture
def claims() -> None:
    """One with the seller, one that is paid back, one closed."""
    a_claim()
    a_refund_due(an_order(lines=(1000, 500), shipping=300))
    closed = a_claim()
    act(closed.pk, c.MarkSolved(by=the_buyer(closed.buyer_id)))
    prepare()


def test_good_day_finds_nothing(claims: None) -> None:
    assert found() == set()


OPEN = "UPDATE claims_claim SET {} WHERE state = 'with_seller'"
CLOSED = "UPDATE claims_claim SET {} WHERE state = 'closed'"
DUE = "UPDATE claims_claim SET {} WHERE state = 'refund_due'"

BREAK: dict[str, str] = {
    "silence is late": OPEN.format("due_at = '2026-11-20 08:44:59+00'"),
    "parked for a day": OPEN.format("parked_at = '2026-11-19 08:59+00'"),
    "closed without a refund to ask about, and waits for something": CLOSED.format("due_at = '2027-01-01'"),
    "closed without a resolution": CLOSED.format("resolution = ''"),
    "open with a resolution": OPEN.format("resolution = 'settled'"),
    "open, and nobody's turn has an end": OPEN.format("due_at = NULL"),
    "its line is free while it is open, or held while it is closed": "UPDATE claims_claimline SET is_open = true",
    "a seller's turn without a seller": OPEN.format("shop_id = NULL"),
    "refunded more than was disputed": OPEN.format(
        "snapshot = jsonb_set(snapshot, '{refunded,minor}', '999999')"
    ),
    "an appeal judged by who ruled first": OPEN.format(
        "state = 'with_platform', assigned_to_id = (SELECT id FROM people_user LIMIT 1), snapshot = jsonb_set(snapshot,"
        " '{appeal}', jsonb_build_object('first_agent', (SELECT id::text FROM people_user LIMIT 1)))"
    ),
    "judged by a party": OPEN.format(
        "assigned_to_id = (SELECT user_id FROM marketplaces_buyer WHERE id = buyer_id)"
    ),
    "money is owed, and nobody said how much": DUE.format("snapshot = snapshot - 'agreed'"),
    "buyer, order and payment of different people": OPEN.format(
        "buyer_id = (SELECT other.buyer_id FROM claims_claim AS other WHERE other.state = 'closed')"
    ),
    "money is owed, and no refund was prepared within the hour": "WITH gone AS ("
    " UPDATE refunds_refund SET status = 'cancelled' RETURNING 1) "
    + DUE.format("snapshot = jsonb_set(snapshot, '{state_since}', '\"2026-11-20T07:59:00Z\"')"),
    "less was prepared than is owed": DUE.format(
        "snapshot = jsonb_set(snapshot, '{agreed,amount,minor}', '1801')"
    ),
    "money is on its way, and the claim owes nothing": DUE.format("state = 'ruled'"),
    "sent to a provider a day ago, and no answer": (
        "UPDATE refunds_refund SET status = 'submitted', requested_at = '2026-11-19 08:00+00',"
        " pay_from = '2026-11-19 08:00+00'"
    ),
    "paid without a proof": "UPDATE refunds_refund SET status = 'succeeded'",
    # No trigger would let it be: a surcharge is of a payment that came late.
    "the law adds to a refund that was late, and nobody has it paid for two weeks": (
        "SET LOCAL session_replication_role = replica; UPDATE refunds_refund SET status = 'due', payment_id = NULL,"
        " surcharge_of_id = id, requested_at = '2026-11-06 08:59+00'"
    ),
    "in another currency than its claim": DUE.format("currency = 'USD'"),
}


@pytest.mark.parametrize("invariant", EVERYTHING)
def test_what_must_never_be_is_found(claims: None, invariant: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BREAK[invariant])

    assert invariant in found()


def test_daily_jobs_log_a_link(caplog: pytest.LogCaptureFixture) -> None:
    claim = a_claim()
    with connection.cursor() as cursor:
        cursor.execute(OPEN.format("parked_at = '2026-11-01'"))

    with caplog.at_level(logging.ERROR):
        tasks.check_invariants()
        refund_tasks.check_invariants()

    assert [record.getMessage() for record in caplog.records] == [
        f"must never be: parked for a day: {claim.reference} /desk/claims/{claim.reference}/"
    ]
    assert Broken("x", "L-1").link == "/desk/claims/L-1/"
