"""Silence does what was promised: once, never early, oldest first, whatever goes wrong with one claim."""

import datetime as dt
from collections import Counter

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.at_once import at_once
from tests.conftest import PRESENT
from tests.factories import a_buyer, a_claim, a_marketplace, a_shop, an_order, the_buyer

from recours.claims.commands import act
from recours.claims.models import Claim, ClaimEvent
from recours.claims.sweep import Swept, sweep, sweep_batch
from recours.marketplaces.models import Marketplace, PolicyVersion
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.vocabulary import State
from recours.rules.policy import preset

pytestmark = pytest.mark.django_db

FELL_DUE = dt.datetime(2026, 11, 25, 23, tzinfo=dt.UTC)
"""The end of the fifth day after PRESENT's, in Paris."""
INSTANT = dt.timedelta(microseconds=1)


def some_claims(number: int, place: Marketplace | None = None) -> list[Claim]:
    place = place or a_marketplace()
    buyer, shop = a_buyer(place), a_shop(place)
    return [a_claim(an_order(buyer, shop)) for _ in range(number)]


def silences() -> list[tuple[str, dt.datetime]]:
    found = ClaimEvent.objects.filter(actor_role="clock").order_by("recorded_at", "at", "claim_id", "seq")
    return list(found.values_list("kind", "at"))


@pytest.mark.parametrize(
    ("moment", "fired"),
    [(-INSTANT, False), (dt.timedelta(), True), (INSTANT, True), (dt.timedelta(days=1), True)],
)
def test_silence_is_never_early(moment: dt.timedelta, fired: bool) -> None:
    (claim,) = some_claims(1)
    assert claim.due_at == FELL_DUE

    assert sweep(FELL_DUE + moment) == (Swept(1, 0) if fired else Swept(0, 0))

    stored = Claim.objects.get()
    assert stored.state == (State.REFUND_DUE if fired else State.WITH_SELLER)
    assert silences() == ([("GrantedBySilence", FELL_DUE)] if fired else [])


def test_silence_acts_once() -> None:
    some_claims(1)

    assert sweep(FELL_DUE) == Swept(1, 0)
    assert sweep(FELL_DUE) == sweep(FELL_DUE + INSTANT) == Swept(0, 0)
    assert len(silences()) == 1


def test_row_swept_is_the_replay_of_its_events() -> None:
    some_claims(3)

    sweep(FELL_DUE)

    for claim in Claim.objects.all():
        last = ClaimEvent.objects.filter(claim=claim).order_by("-seq").first()
        assert last is not None
        assert (claim.seq, claim.snapshot.seq, last.seq) == (2, 2, 2)
        assert bytes(claim.head_hash) == bytes(last.hash)
        assert (claim.state, claim.due_party) == (claim.snapshot.state, "marketplace")


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_give_each_claim_one_event() -> None:
    claims = some_claims(40)

    results = at_once(*[lambda: sweep(FELL_DUE, batch=3)] * 4)

    assert sum(result.acted for result in results if isinstance(result, Swept)) == 40
    counted = Counter(ClaimEvent.objects.filter(actor_role="clock").values_list("claim_id", flat=True))
    assert counted == dict.fromkeys((claim.pk for claim in claims), 1)


@pytest.mark.django_db(transaction=True)
def test_claim_that_somebody_acts_on_is_left_to_them() -> None:
    held, free = some_claims(2)

    with transaction.atomic():
        Claim.objects.select_for_update().get(pk=held.pk)
        (swept,) = at_once(lambda: sweep(FELL_DUE))

    assert swept == Swept(1, 0)
    assert Claim.objects.get(pk=free.pk).state == State.REFUND_DUE
    assert Claim.objects.get(pk=held.pk).state == State.WITH_SELLER
    assert sweep(FELL_DUE) == Swept(1, 0)


@pytest.mark.django_db(transaction=True)
def test_silence_and_a_person_at_once_leave_one_story() -> None:
    (claim,) = some_claims(1)
    buyer = the_buyer(claim.buyer_id)

    at_once(
        lambda: sweep(FELL_DUE),
        lambda: act(claim.pk, c.Withdraw(by=buyer), now=FELL_DUE - INSTANT),
    )

    stored = Claim.objects.get()
    assert stored.seq == ClaimEvent.objects.filter(claim=claim).count() == 2
    assert stored.state in (State.CLOSED, State.REFUND_DUE)


def spoil(claim: Claim, how: str) -> None:
    """Break one claim in a way that the sweep meets at another place each time."""
    match how:
        case "snapshot unreadable":
            statement = "UPDATE claims_claim SET snapshot = '{}' WHERE id = %s"
        case "column ahead of the snapshot":
            statement = "UPDATE claims_claim SET due_at = due_at - interval '1 day' WHERE id = %s"
        case "policy gone":
            statement = "UPDATE claims_claim SET policy_version = 99 WHERE id = %s"
        case "event number taken":
            statement = (
                "INSERT INTO claims_claimevent SELECT claim_id, 2, kind, at, recorded_at, actor_role, actor_id, body,"
                " hash FROM claims_claimevent WHERE claim_id = %s"
            )
    with connection.cursor() as cursor:
        cursor.execute(_in_order_of_columns(statement), [claim.pk])


def _in_order_of_columns(statement: str) -> str:
    names = "(claim_id, seq, kind, at, recorded_at, actor_role, actor_id, body, hash)"
    return statement.replace("claims_claimevent SELECT", f"claims_claimevent {names} SELECT")


@pytest.mark.parametrize(
    "how", ["snapshot unreadable", "column ahead of the snapshot", "policy gone", "event number taken"]
)
def test_claim_that_raises_is_parked_and_the_others_go_on(how: str) -> None:
    first, poison, last = some_claims(3)
    spoil(poison, how)
    moment = FELL_DUE if how != "column ahead of the snapshot" else FELL_DUE - INSTANT

    assert sweep(moment).parked == 1
    assert sweep(FELL_DUE).parked == 0

    parked = Claim.objects.defer("snapshot").get(parked_at__isnull=False)
    assert (parked.pk, parked.state) == (poison.pk, State.WITH_SELLER)
    assert parked.parked_because
    for other in (first, last):
        assert Claim.objects.get(pk=other.pk).state == State.REFUND_DUE


def test_parked_claim_is_swept_again_once_it_is_mended_and_unparked() -> None:
    (claim,) = some_claims(1)
    spoil(claim, "policy gone")
    sweep(FELL_DUE)
    Claim.objects.update(policy_version=1, parked_at=None)

    assert sweep(FELL_DUE + dt.timedelta(hours=8)) == Swept(1, 0)

    assert silences() == [("GrantedBySilence", FELL_DUE)]


def test_after_a_night_without_a_worker_the_oldest_goes_first() -> None:
    place = a_marketplace()
    buyer, shop = a_buyer(place), a_shop(place)
    opened = [PRESENT - dt.timedelta(days=days) for days in (0, 3, 1, 2)]
    for at in opened:
        a_claim(an_order(buyer, shop), now=at)
    night = FELL_DUE + dt.timedelta(hours=9)

    while sweep_batch(night, 1) != (0, 0):
        pass

    # Each is dated when it fell due, not when the worker came back; a batch of one shows the order of work.
    granted = [at for kind, at in silences() if kind == "GrantedBySilence"]
    assert granted == [FELL_DUE - dt.timedelta(days=days) for days in (3, 2, 1, 0)]
    assert set(ClaimEvent.objects.filter(actor_role="clock").values_list("recorded_at", flat=True)) == {night}


def test_several_deadlines_missed_by_one_claim_all_happen_at_their_instants() -> None:
    policy = preset("default").replace('silence = "granted"', 'silence = "platform"')
    some_claims(1, a_marketplace(policy=policy))

    assert sweep(PRESENT + dt.timedelta(days=30)) == Swept(1, 0)

    day = dt.timedelta(days=1)
    assert silences() == [
        ("EscalatedBySilence", FELL_DUE),
        # Seven and ten days of the platform's, each to the end of its last day.
        ("ProposalOverdue", FELL_DUE + 8 * day),
        ("RulingOverdue", FELL_DUE + 11 * day),
    ]
    assert Claim.objects.get().overdue


def test_deadline_in_the_hour_that_summer_time_skips_fires_once_and_not_early() -> None:
    # 28 March 2027, 02:00 in Paris does not exist. Two days from 26 March, 01:30 UTC, are 48 hours.
    order = an_order(delivered_on=dt.date(2027, 3, 20), promised_on=dt.date(2027, 3, 19))
    spring = a_claim(order, contact_first=True, now=dt.datetime(2027, 3, 26, 1, 30, tzinfo=dt.UTC))
    due_at = dt.datetime(2027, 3, 28, 1, 30, tzinfo=dt.UTC)
    assert spring.due_at == due_at

    sweep(due_at - INSTANT)
    assert not ClaimEvent.objects.filter(claim=spring, actor_role="clock").exists()
    sweep(due_at)
    sweep(due_at + dt.timedelta(hours=1))

    assert list(ClaimEvent.objects.filter(claim=spring, actor_role="clock").values_list("kind", "at")) == [
        ("ContactUnanswered", due_at)
    ]


def test_day_that_summer_time_shortens_still_ends_at_its_midnight() -> None:
    order = an_order(delivered_on=dt.date(2027, 3, 20), promised_on=dt.date(2027, 3, 19))
    claim = a_claim(order, now=dt.datetime(2027, 3, 23, 9, 0, tzinfo=dt.UTC))

    # Five days from the 23rd: the end of Sunday the 28th, which has 23 hours.
    assert claim.due_at == dt.datetime(2027, 3, 28, 22, tzinfo=dt.UTC)


def test_refunds_granted_by_silence_are_queued_for_preparation() -> None:
    some_claims(3)

    sweep(FELL_DUE, batch=1)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'refunds.prepare'")
        assert cursor.fetchone() == (1,)


def test_batch_takes_as_many_queries_however_large() -> None:
    some_claims(54)
    assert PolicyVersion.objects.count() == 1
    sweep_batch(FELL_DUE, 1)  # the policy is in memory from here
    counts = []

    for size in (3, 50):
        with CaptureQueriesContext(connection) as queries:
            assert sweep_batch(FELL_DUE, size) == Swept(size, 0)
        counts.append(len(queries))

    assert counts == [12, 12]
