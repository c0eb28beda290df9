"""Acting on a claim: one at a time, on what the page showed, and silence first."""

import datetime as dt

import pytest
from django.db import connection
from tests.at_once import at_once, kinds
from tests.conftest import PRESENT
from tests.factories import a_claim, a_user, an_order, the_buyer

from recours.claims.chain import GENESIS, canonical, decode_event, encode_event, link
from recours.claims.commands import act
from recours.claims.commands.store import AlreadyClaimed, StaleClaim, columns_of
from recours.claims.models import Claim, ClaimEvent
from recours.claims.sweep import COLUMNS
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import replay
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.refusals import ActNotOpen
from recours.rules.lifecycle.vocabulary import Ground, Role, State

pytestmark = pytest.mark.django_db

SILENT = PRESENT + dt.timedelta(days=6)
"""After the end of the seller's five days, which is 25 November, 24:00 in Paris."""
FELL_DUE = dt.datetime(2026, 11, 25, 23, tzinfo=dt.UTC)


def seller() -> Actor:
    return Actor(Role.SELLER, a_user("Bob").pk)


def events_of(claim: Claim) -> list[str]:
    return list(ClaimEvent.objects.filter(claim=claim).order_by("seq").values_list("kind", flat=True))


def test_act_appends_its_event_and_brings_the_row_up_to_date() -> None:
    claim = a_claim()

    row = act(claim.pk, c.Refuse(by=seller(), reasons="La photo montre un autre article."))

    stored = Claim.objects.get(pk=claim.pk)
    assert events_of(claim) == ["DisputeOpened", "RequestRefused"]
    assert (stored.state, stored.seq, stored.due_party) == (State.WITH_BUYER, 2, "buyer")
    assert stored.snapshot == row.snapshot
    assert bytes(stored.head_hash) == bytes(row.head_hash)


def test_columns_repeat_the_snapshot() -> None:
    claim = a_claim()
    act(claim.pk, c.Escalate(by=seller()))

    stored = Claim.objects.get(pk=claim.pk)

    assert {name: getattr(stored, name) for name in columns_of(stored.snapshot)} == columns_of(
        stored.snapshot
    )
    assert [name for name, _ in COLUMNS] == list(columns_of(stored.snapshot))


def test_replaying_the_stored_events_gives_the_row() -> None:
    claim = a_claim()
    act(claim.pk, c.Refuse(by=seller(), reasons="Non."))
    act(claim.pk, c.Escalate(by=the_buyer(claim.buyer_id)))

    stored = Claim.objects.get(pk=claim.pk)
    head, bodies = GENESIS, ClaimEvent.objects.filter(claim=claim).order_by("seq")
    for row in bodies:
        head = link(head, claim.pk, row.seq, row.recorded_at, canonical(row.body))
        assert bytes(row.hash) == head

    assert replay(decode_event(canonical(row.body)) for row in bodies) == stored.snapshot
    assert bytes(stored.head_hash) == head


def test_what_is_hashed_does_not_depend_on_the_order_of_keys() -> None:
    event = ClaimEvent.objects.get(claim=a_claim())

    assert encode_event(decode_event(canonical(event.body))) == canonical(event.body)
    assert canonical(dict(reversed(event.body.items()))) == canonical(event.body)


def test_act_on_a_page_that_is_out_of_date_writes_nothing() -> None:
    claim = a_claim()
    act(claim.pk, c.Refuse(by=seller(), reasons="Non."), expected_seq=1)

    with pytest.raises(StaleClaim):
        act(claim.pk, c.Escalate(by=the_buyer(claim.buyer_id)), expected_seq=1)

    assert events_of(claim) == ["DisputeOpened", "RequestRefused"]


@pytest.mark.parametrize("shown", [1, 2])
def test_act_on_a_page_older_or_newer_than_the_sweep_is_taken(shown: int) -> None:
    claim = a_claim()
    change = c.ChangeGround(by=the_buyer(claim.buyer_id), ground=Ground.DEFECTIVE, explanation="En panne.")

    with pytest.raises(ActNotOpen):  # silence has granted the claim, whatever the page showed
        act(claim.pk, change, expected_seq=shown, now=SILENT)
    with pytest.raises(StaleClaim):
        act(claim.pk, change, expected_seq=3, now=SILENT)


def test_act_lets_overdue_silence_act_first() -> None:
    claim = a_claim()

    with pytest.raises(ActNotOpen):
        act(claim.pk, c.Refuse(by=seller(), reasons="Non."), now=SILENT)
    assert events_of(claim) == ["DisputeOpened"]

    other = a_claim()
    act(other.pk, c.Refuse(by=seller(), reasons="Non."))
    waited = PRESENT + dt.timedelta(days=8)
    act(other.pk, c.Withdraw(by=the_buyer(other.buyer_id)), now=waited)
    assert events_of(other) == ["DisputeOpened", "RequestRefused", "EscalatedBySilence", "ClaimWithdrawn"]
    silence = ClaimEvent.objects.get(claim=other, seq=3)
    assert (silence.at, silence.recorded_at) == (dt.datetime(2026, 11, 27, 23, tzinfo=dt.UTC), waited)


@pytest.mark.django_db(transaction=True)
def test_acts_at_once_on_one_page_are_done_by_one() -> None:
    claim = a_claim()
    buyer = the_buyer(claim.buyer_id)
    bob = seller()

    results = at_once(
        lambda: act(claim.pk, c.Refuse(by=bob, reasons="Non."), expected_seq=1),
        lambda: act(claim.pk, c.Withdraw(by=buyer), expected_seq=1),
        lambda: act(claim.pk, c.Accept(by=bob), expected_seq=1),
    )

    assert kinds(results) == ["Claim", "StaleClaim", "StaleClaim"]
    assert Claim.objects.get(pk=claim.pk).seq == ClaimEvent.objects.filter(claim=claim).count() == 2


def test_closing_frees_the_lines_and_reopening_takes_them_again() -> None:
    order = an_order()
    first = a_claim(order)
    buyer = the_buyer(order.buyer_id)
    act(first.pk, c.MarkSolved(by=buyer))
    assert not first.lines.get().is_open

    act(first.pk, c.Reopen(by=buyer, reasons="La réparation n'a pas tenu."))
    assert first.lines.get().is_open

    act(first.pk, c.Withdraw(by=buyer))
    a_claim(order)
    with pytest.raises(AlreadyClaimed):
        act(first.pk, c.UndoWithdrawal(by=buyer))
    assert Claim.objects.get(pk=first.pk).state == State.CLOSED


def test_refund_that_becomes_due_is_queued_for_preparation_once() -> None:
    for _ in range(2):
        act(a_claim().pk, c.Accept(by=seller()))

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'refunds.prepare'")
        assert cursor.fetchone() == (1,)


def test_claim_that_becomes_the_sellers_exists_for_its_shop() -> None:
    order = an_order()
    claim = a_claim(order, ground=Ground.OVERCHARGE)
    assert claim.shop_id is None
    change = c.ChangeGround(
        by=the_buyer(order.buyer_id), ground=Ground.DAMAGED, explanation="Cassé, en fait."
    )

    act(claim.pk, change)

    assert Claim.objects.get(pk=claim.pk).shop_id == order.shop_id


def test_claim_that_was_parked_is_the_clocks_again_once_somebody_acted() -> None:
    claim = a_claim()
    Claim.objects.filter(pk=claim.pk).update(parked_at=PRESENT, parked_because="ValueError: broken")

    act(claim.pk, c.Refuse(by=seller(), reasons="Non."))

    stored = Claim.objects.get(pk=claim.pk)
    assert (stored.parked_at, stored.parked_because) == (None, "")


def test_snapshot_is_read_as_the_rules_have_it() -> None:
    claim = a_claim()

    stored = Claim.objects.get(pk=claim.pk)

    assert type(stored.snapshot) is type(claim.snapshot)
    assert stored.snapshot == claim.snapshot
    assert Claim.objects.filter(snapshot__opening__reference=claim.reference).exists()
