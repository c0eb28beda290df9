"""What providers tell: believed as far as it agrees with our rows, acted on once, in whatever order it comes."""

import datetime as dt
from itertools import permutations
from uuid import uuid4

import pytest
from tests.at_once import at_once, kinds
from tests.conftest import PRESENT
from tests.factories import a_buyer, a_marketplace, a_payment, a_refund_due, an_agent, an_order, euros
from tests.refunds.fake import in_place_of_all

from recours.claims.models import Claim, ClaimEvent
from recours.claims.rulebook import rulebook
from recours.marketplaces.models import OrderLine, Payment
from recours.refunds import commands
from recours.refunds.commands import Heard, hear, prepare
from recours.refunds.models import Chargeback, ProviderEvent, Refund
from recours.refunds.providers import Notice, NoticeKind, Outcome
from recours.refunds.refusals import RefundAlreadyPaid, RefundFrozen
from recours.refunds.verify import differences
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.standing import standing
from recours.rules.lifecycle.vocabulary import Resolution, Role, State
from recours.rules.money import Money

pytestmark = pytest.mark.django_db

Status = Refund.Status
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def sent() -> Refund:
    """A refund of 89.90 euros that its provider was asked for and has not answered."""
    a_refund_due(an_order())
    prepare()
    Refund.objects.update(provider="stripe", status=Status.SUBMITTED, submitted_at=PRESENT, asked_at=PRESENT)
    return Refund.objects.get()


def of(refund: Refund, outcome: Outcome, number: int = 1, /, **fields: object) -> Notice:
    given: dict[str, object] = {
        "kind": NoticeKind.REFUND,
        "event_id": f"evt_{number}",
        "at": PRESENT + number * HOUR,
        "amount": refund.amount,
        "key": refund.key,
        "ref": "re_1",
        "outcome": outcome,
    }
    return Notice(**(given | fields))  # type: ignore[arg-type]


def bank(kind: NoticeKind, number: int = 1, *, payment: Payment | None = None, **fields: object) -> Notice:
    payment = payment or Payment.objects.get()
    given: dict[str, object] = {
        "kind": kind,
        "event_id": f"evt_{kind}_{number}",
        "at": PRESENT + number * HOUR,
        "amount": Money(payment.captured_minor, payment.currency),
        "payment_ref": payment.ref,
        "ref": "dp_1",
    }
    return Notice(**(given | fields))  # type: ignore[arg-type]


def told(notice: Notice) -> Heard:
    return hear("stripe", notice, now=notice.at)


def now_is(refund: Refund) -> str:
    refund.refresh_from_db()
    assert not list(differences())
    return refund.status


# -- refunds -----------------------------------------------------------------------------------------------


def test_failure_of_an_earlier_try_does_not_fail_the_one_that_is_on_its_way(sent: Refund) -> None:
    """A refund that failed was tried again: the news of the first, late, would have somebody pay a second time."""
    told(of(sent, Outcome.PENDING, 1, ref="re_2"))

    heard = told(of(sent, Outcome.DECLINED, 2, ref="re_1", reason="Trop tard"))

    assert (heard, now_is(sent)) == (Heard.UNCHANGED, Status.PENDING)


def test_success_closes_the_claim(sent: Refund) -> None:
    assert told(of(sent, Outcome.PAID)) is Heard.APPLIED

    assert now_is(sent) == Status.SUCCEEDED
    assert (sent.provider_ref, sent.settled_at) == ("re_1", PRESENT + HOUR)
    assert Claim.objects.get().state == State.CLOSED
    event = ProviderEvent.objects.get()
    assert (event.verdict, event.refund_id, event.kind) == ("applied", sent.pk, "refund")


def test_replay_a_hundred_times_changes_nothing(sent: Refund) -> None:
    heard = [told(of(sent, Outcome.PAID)) for _ in range(100)]

    assert heard == [Heard.APPLIED] + [Heard.REPEATED] * 99
    assert ClaimEvent.objects.filter(kind="RefundPaid").count() == ProviderEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_at_once_is_acted_on_once(sent: Refund) -> None:
    results = at_once(*[lambda: told(of(sent, Outcome.PAID))] * 8)

    assert sorted(map(str, results)) == ["applied"] + ["repeated"] * 7
    assert ClaimEvent.objects.filter(kind="RefundPaid").count() == 1


@pytest.mark.parametrize(
    "order", list(permutations([(Outcome.PENDING, 1), (Outcome.PAID, 2), (Outcome.REVERSED, 3)]))
)
def test_any_order_ends_where_the_true_order_ends(sent: Refund, order: list[tuple[Outcome, int]]) -> None:
    for outcome, number in order:
        assert told(of(sent, outcome, number)) in (Heard.APPLIED, Heard.UNCHANGED)

    assert now_is(sent) == Status.REVERSED
    claim = Claim.objects.get()
    assert (claim.state, claim.snapshot.refunded) == (State.REFUND_DUE, euros(0))
    happened = list(ClaimEvent.objects.order_by("seq").values_list("kind", flat=True))
    assert happened.count("RefundPaid") == happened.count("RefundReversed") == 1


def test_pending_after_success_changes_nothing(sent: Refund) -> None:
    told(of(sent, Outcome.PAID))

    assert told(of(sent, Outcome.PENDING, 2)) is Heard.UNCHANGED
    assert now_is(sent) == Status.SUCCEEDED


def test_pending_is_said(sent: Refund) -> None:
    assert told(of(sent, Outcome.PENDING)) is Heard.APPLIED
    assert now_is(sent) == Status.PENDING


def test_refusal_frees_what_was_held(sent: Refund) -> None:
    assert told(of(sent, Outcome.DECLINED, reason="Compte clos")) is Heard.APPLIED

    assert (now_is(sent), sent.failure) == (Status.FAILED, "Compte clos")
    assert OrderLine.objects.get().refunded_minor == 0


def test_refusal_of_an_earlier_try_is_not_of_this_one(sent: Refund) -> None:
    told(of(sent, Outcome.DECLINED, reason="Compte clos"))
    commands.retry(sent.pk)
    again = PRESENT + 5 * HOUR
    Refund.objects.update(status=Status.SUBMITTED, submitted_at=again, asked_at=again)

    assert told(of(sent, Outcome.DECLINED, 2)) is Heard.UNCHANGED
    assert now_is(sent) == Status.SUBMITTED
    assert told(of(sent, Outcome.DECLINED, 6)) is Heard.APPLIED


def test_success_after_a_refusal_is_believed(sent: Refund) -> None:
    told(of(sent, Outcome.DECLINED))

    assert told(of(sent, Outcome.PAID, 2)) is Heard.APPLIED
    assert now_is(sent) == Status.SUCCEEDED


def test_refusal_after_success_is_for_a_person(sent: Refund) -> None:
    told(of(sent, Outcome.PAID, 2))

    assert told(of(sent, Outcome.DECLINED, 1)) is Heard.UNCHANGED
    assert told(of(sent, Outcome.DECLINED, 3)) is Heard.UNEXPLAINED
    assert now_is(sent) == Status.SUCCEEDED


def test_money_that_came_back_is_owed_anew_in_another_row(sent: Refund) -> None:
    told(of(sent, Outcome.PAID))
    told(of(sent, Outcome.REVERSED, 2, reason="Compte clos"))
    assert OrderLine.objects.get().refunded_minor == 0

    prepare(PRESENT + 3 * HOUR)

    first, second = Refund.objects.order_by("requested_at")
    assert (first.status, second.status) == (Status.REVERSED, Status.APPROVED)
    assert (second.amount, second.owed_at) == (euros(8990), PRESENT + 2 * HOUR)
    assert second.key != first.key
    for undo in (commands.retry, lambda pk: commands.cancel(pk, reason="")):
        with pytest.raises(RefundAlreadyPaid):
            undo(first.pk)
    assert not list(differences())


def test_one_of_two_that_came_back_is_owed_beside_the_other() -> None:
    claim = a_refund_due(an_order(lines=(9000,), payments=(4000, 5000)))
    prepare()
    Refund.objects.update(provider="stripe", status=Status.SUBMITTED)
    first = Refund.objects.order_by("payment__ref")[0]
    told(of(first, Outcome.PAID))
    told(of(first, Outcome.REVERSED, 2))

    prepare(PRESENT + 3 * HOUR)

    amounts = Refund.objects.exclude(status=Status.REVERSED).values_list("amount_minor", flat=True)
    assert sorted(amounts) == [4000, 5000]
    assert Claim.objects.get(pk=claim.pk).state == State.REFUND_DUE


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"key": uuid4(), "ref": ""}, "unknown_refund"),
        ({"key": None, "ref": "re_unknown"}, "unknown_refund"),
        ({"amount": euros(8991)}, "other_amount"),
        ({"amount": Money(8990, "USD")}, "other_currency"),
        ({"payment_ref": "PAY-of-others"}, "other_payment"),
        ({"outcome": None}, "no_outcome"),
    ],
)
def test_what_agrees_with_nothing_changes_nothing_and_is_kept(
    sent: Refund, fields: dict[str, object], why: str
) -> None:
    assert told(of(sent, Outcome.PAID, **fields)) is Heard.UNEXPLAINED

    assert now_is(sent) == Status.SUBMITTED
    event = ProviderEvent.objects.get()
    assert (event.verdict, event.why) == ("unexplained", why)
    assert told(of(sent, Outcome.PAID, **fields)) is Heard.REPEATED


def test_second_number_for_one_refund_is_not_believed(sent: Refund) -> None:
    told(of(sent, Outcome.PAID))

    assert told(of(sent, Outcome.PAID, 2, ref="re_2")) is Heard.UNEXPLAINED


def test_provider_that_was_given_up_and_paid_after_all_is_for_a_person(sent: Refund) -> None:
    told(of(sent, Outcome.DECLINED))
    commands.retry(sent.pk, by_hand=True)

    assert told(of(sent, Outcome.PAID, 2)) is Heard.UNEXPLAINED
    assert ProviderEvent.objects.get(event_id="evt_2").why == "other_provider"


def test_process_that_died_between_storing_and_acting_leaves_nothing_undone(
    sent: Refund, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands.hearing, "_act_on", killed)
    with pytest.raises(KeyboardInterrupt):
        told(of(sent, Outcome.PAID))
    monkeypatch.undo()
    assert ProviderEvent.objects.get().verdict == ""

    assert commands.hear_what_was_left() == 1
    assert commands.hear_what_was_left() == 0
    assert now_is(sent) == Status.SUCCEEDED


# -- chargebacks -------------------------------------------------------------------------------------------


OPENED, WON, LOST = (
    NoticeKind.CHARGEBACK_OPENED,
    NoticeKind.CHARGEBACK_WON,
    NoticeKind.CHARGEBACK_LOST,
)


@pytest.fixture
def owed(monkeypatch: pytest.MonkeyPatch) -> Refund:
    """A refund of 89.90 euros that nobody was asked for yet."""
    in_place_of_all(monkeypatch)
    a_refund_due(an_order())
    prepare()
    Refund.objects.update(provider="stripe")
    return Refund.objects.get()


def test_chargeback_freezes_and_is_noted_on_the_claim(owed: Refund) -> None:
    assert told(bank(OPENED)) is Heard.APPLIED

    assert commands.submit_due(PRESENT + 2 * HOUR) == 0
    assert now_is(owed) == Status.APPROVED
    claim = Claim.objects.get()
    assert claim.state == State.REFUND_DUE
    assert [each.amount for each in claim.snapshot.chargebacks] == [euros(8990)]
    assert told(bank(OPENED, 2)) is Heard.UNCHANGED


def test_both_parties_read_that_the_bank_looks_into_it(owed: Refund) -> None:
    told(bank(OPENED))
    claim = Claim.objects.get()
    rules = rulebook(claim.marketplace_id, claim.policy_version, "FR")

    said = [standing(claim.snapshot, role, rules).turn("fr") for role in (Role.BUYER, Role.SELLER)]

    assert said[0].startswith("Votre banque examine le paiement\u202f: le remboursement de 89,90")
    assert said[1].startswith("La banque de l’acheteur examine le paiement")


def test_transfer_while_frozen_is_refused_but_for_one_of_a_day_before(owed: Refund) -> None:
    Refund.objects.update(provider="manual")
    Claim.objects.update(opened_at=PRESENT - dt.timedelta(days=3))
    told(bank(OPENED))
    agent = Actor(Role.AGENT, an_agent(owed.claim.marketplace).pk)

    with pytest.raises(RefundFrozen):
        commands.record_transfer(owed.pk, by=agent, reference="V1", paid_on=PRESENT.date())
    before = PRESENT.date() - dt.timedelta(days=1)
    commands.record_transfer(owed.pk, by=agent, reference="V1", paid_on=before)

    assert now_is(owed) == Status.SUCCEEDED


def test_chargeback_won_unfreezes(owed: Refund) -> None:
    told(bank(OPENED))
    assert told(bank(WON, 2)) is Heard.APPLIED

    assert Claim.objects.get().snapshot.chargebacks == ()
    assert commands.submit_due(PRESENT + 3 * HOUR) == 1
    assert now_is(owed) == Status.SUCCEEDED


def test_chargeback_lost_closes_the_claim_as_refunded_by_the_bank(owed: Refund) -> None:
    told(bank(OPENED))
    assert told(bank(LOST, 2)) is Heard.APPLIED

    assert now_is(owed) == Status.CANCELLED
    claim = Claim.objects.get()
    assert (claim.state, claim.resolution) == (State.CLOSED, Resolution.REFUNDED)
    by_bank = Refund.objects.get(provider="bank")
    assert (by_bank.status, by_bank.amount, by_bank.provider_ref) == (Status.SUCCEEDED, euros(8990), "dp_1/1")
    assert Payment.objects.get().refunded_minor == OrderLine.objects.get().refunded_minor == 8990
    assert commands.submit_due(PRESENT + 3 * HOUR) == 0


def test_end_told_before_its_beginning_is_settled_at_once(owed: Refund) -> None:
    assert told(bank(LOST, 2)) is Heard.APPLIED
    assert told(bank(OPENED, 1)) is Heard.UNCHANGED

    assert Claim.objects.get().state == State.CLOSED
    assert told(bank(WON, 3)) is Heard.UNEXPLAINED
    assert Chargeback.objects.get().status == "lost"
    assert not list(differences())


def test_part_taken_back_leaves_the_rest_owed(owed: Refund) -> None:
    told(bank(OPENED, amount=euros(3000)))
    told(bank(LOST, 2, amount=euros(3000)))
    prepare(PRESENT + 3 * HOUR)

    claim = Claim.objects.get()
    assert (claim.state, claim.snapshot.refunded) == (State.REFUND_DUE, euros(3000))
    assert Refund.objects.get(status=Status.APPROVED).amount == euros(5990)
    assert not list(differences())


def test_payment_without_a_claim_counts_what_the_bank_took() -> None:
    payment = a_payment(minor=4500)

    told(bank(LOST, payment=payment))

    payment.refresh_from_db()
    assert (payment.refunded_minor, Chargeback.objects.get().unclaimed_minor) == (4500, 4500)
    assert not list(differences())


def test_refund_under_way_and_chargeback_lost_are_never_both_lost_unseen(sent: Refund) -> None:
    """The money can leave twice where the provider had been asked before the bank; then it is said, and no further."""
    told(bank(OPENED))
    told(bank(LOST, 2))
    told(of(sent, Outcome.PAID, 3))

    assert now_is(sent) == Status.SUCCEEDED
    taken = Chargeback.objects.get()
    assert (taken.twice_minor, taken.unclaimed_minor) == (8990, 0)
    assert Payment.objects.get().refunded_minor == 8990
    assert not Refund.objects.filter(provider="bank").exists()


def test_refund_under_way_that_fails_under_a_chargeback_is_not_sent_again(sent: Refund) -> None:
    told(bank(OPENED))
    told(of(sent, Outcome.DECLINED, 2))
    commands.retry(sent.pk)

    assert commands.submit_due(PRESENT + 3 * HOUR) == 0
    told(bank(LOST, 4))

    assert now_is(sent) == Status.CANCELLED
    assert Claim.objects.get().state == State.CLOSED
    assert Payment.objects.get().refunded_minor == 8990


@pytest.mark.django_db(transaction=True)
def test_chargeback_at_the_instant_of_sending_is_seen_by_one_of_them(owed: Refund) -> None:
    results = at_once(lambda: told(bank(OPENED)), lambda: commands.submit(owed.pk, now=PRESENT))

    assert set(kinds(results)) <= {"Heard", "bool", "IntegrityError"}
    assert Chargeback.objects.get().status == "open"
    assert now_is(owed) in (Status.SUCCEEDED, Status.APPROVED)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"payment_ref": "PAY-unknown"}, "unknown_payment"),
        ({"payment_ref": ""}, "unknown_payment"),
        ({"amount": Money(8990, "USD")}, "other_currency"),
        ({"amount": euros(8991)}, "other_amount"),
        ({"amount": euros(0)}, "other_amount"),
    ],
)
def test_chargeback_of_what_is_not_ours_changes_nothing(
    owed: Refund, fields: dict[str, object], why: str
) -> None:
    assert told(bank(OPENED, **fields)) is Heard.UNEXPLAINED  # type: ignore[arg-type]

    assert ProviderEvent.objects.get().why == why
    assert not Chargeback.objects.exists()


def test_reference_of_two_marketplaces_is_of_neither(owed: Refund) -> None:
    other = a_payment(a_buyer(a_marketplace()), minor=8990, ref=Payment.objects.get().ref)

    assert told(bank(OPENED, payment=other)) is Heard.UNEXPLAINED
    assert ProviderEvent.objects.get().why == "ambiguous_payment"
