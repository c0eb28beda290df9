"""By when to claim, send back and refund: the three windows that the lifecycle counts with."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recours.rules.entitlement import (
    claim_window,
    late_refund_table,
    refund_right,
    refund_window,
    return_payer,
    send_back_window,
)
from recours.rules.law import Law, law_of
from recours.rules.policy import GROUNDS, PRESETS, Policy, load_preset, parse_policy, preset
from recours.rules.windows import Calendar, Dated

PARIS = Calendar("Europe/Paris", "FR")
DELIVERED = date(2026, 11, 2)
CLAIMED = datetime(2026, 11, 5, 14, 12, tzinfo=ZoneInfo("Europe/Paris"))


def france() -> Law:
    law = law_of("FR")
    assert law is not None
    return law


def default() -> Policy:
    return load_preset("default")


def last(dated: Dated | None) -> date | None:
    return None if dated is None else dated.last_on


def shorter(before: str, after: str) -> Policy:
    text = preset("default")
    assert before in text
    return parse_policy(text.replace(before, after))


@pytest.mark.parametrize(
    ("ground", "policy_until", "law_until", "article"),
    [
        (None, date(2026, 11, 12), date(2026, 11, 16), "L221-18"),
        ("damaged", date(2026, 11, 12), date(2028, 11, 2), "L217-3"),
        ("wrong_item", date(2026, 11, 12), date(2028, 11, 2), "L217-3"),
        ("unauthorised_charge", date(2026, 12, 20), date(2027, 11, 21), "L133-24"),
        ("overcharge", date(2026, 12, 20), None, None),
        ("technical_fault", date(2026, 12, 20), None, None),
    ],
)
def test_time_to_claim(
    ground: str | None, policy_until: date, law_until: date | None, article: str | None
) -> None:
    found = claim_window(ground, date(2026, 10, 21), None, DELIVERED, default(), france(), PARIS)

    assert (last(found.policy_until), last(found.law_until)) == (policy_until, law_until)
    assert last(found.until) == max(policy_until, law_until or policy_until)
    assert (found.right.article if found.right else None) == article
    assert found.opens_at is None


def test_a_lost_parcel_is_claimed_from_the_end_of_the_promised_day() -> None:
    found = claim_window("lost", date(2026, 10, 1), date(2026, 11, 20), None, default(), france(), PARIS)

    assert found.opens_at == datetime(2026, 11, 20, 23, tzinfo=UTC)
    assert last(found.until) == date(2027, 1, 19)
    assert found.law_until is None


def test_without_a_promise_the_law_gives_thirty_days_to_deliver() -> None:
    # 31 October 2026 is a Saturday, and Sunday 1 November a holiday: Monday.
    found = claim_window("lost", date(2026, 10, 1), None, None, default(), france(), PARIS)

    assert found.opens_at == datetime(2026, 11, 2, 23, tzinfo=UTC)


def test_without_promise_or_law_a_lost_parcel_is_claimed_at_once() -> None:
    found = claim_window("lost", date(2026, 10, 1), None, None, default(), None, PARIS)

    assert found.opens_at is None
    assert last(found.until) == date(2026, 11, 30)


def test_a_late_parcel_may_still_be_withdrawn_from() -> None:
    policy = shorter('open_late = "60 days"', 'open_late = "5 days"')

    found = claim_window("late", date(2026, 9, 1), date(2026, 10, 1), DELIVERED, policy, france(), PARIS)

    assert (last(found.policy_until), last(found.until)) == (date(2026, 10, 6), date(2026, 11, 16))


def test_goods_that_nobody_dated_have_no_term_yet() -> None:
    found = claim_window("damaged", date(2026, 10, 1), None, None, default(), france(), PARIS)

    assert (found.until, found.policy_until, found.law_until) == (None, None, None)


def test_sending_back_is_the_later_of_receipt_authorisation_and_law() -> None:
    found = send_back_window(DELIVERED, CLAIMED, "damaged", default(), france(), PARIS)

    assert last(found.policy) == date(2026, 11, 15)
    assert last(found.law) == date(2026, 11, 19)
    assert found.counted.due_at == datetime(2026, 11, 19, 23, tzinfo=UTC)
    assert found.right is not None
    assert found.right.article == "L221-23"
    assert [step.code for step in found.counted.trace if step.kind == "choice"] == ["later", "later"]


def test_a_late_receipt_moves_sending_back() -> None:
    found = send_back_window(date(2026, 11, 30), CLAIMED, "late", default(), france(), PARIS)

    assert last(found.counted) == date(2026, 12, 10)


def test_sending_back_without_law_or_receipt() -> None:
    found = send_back_window(None, CLAIMED, "damaged", default(), None, PARIS)

    assert (last(found.counted), found.law) == (date(2026, 11, 15), None)


def test_sending_back_counts_from_something() -> None:
    with pytest.raises(ValueError, match="neither is known"):
        send_back_window(None, None, None, default(), france(), PARIS)


@pytest.mark.parametrize(
    ("ground", "delivered_on", "goods_back_at", "law_latest", "article"),
    [
        (None, DELIVERED, None, date(2026, 11, 19), "L221-24"),
        # The seller may wait for the goods, or for proof of their sending.
        (None, DELIVERED, date(2026, 11, 10), date(2026, 11, 19), "L221-24"),
        (None, DELIVERED, date(2026, 11, 25), date(2026, 11, 25), "L221-24"),
        ("damaged", DELIVERED, None, date(2026, 11, 19), "L221-24"),
        ("damaged", date(2026, 10, 1), None, date(2026, 11, 19), "L217-17"),
        ("damaged", None, date(2026, 11, 10), date(2026, 11, 24), "L217-17"),
        ("lost", None, None, date(2026, 11, 19), "L216-7"),
        ("late", DELIVERED, None, date(2026, 11, 19), "L216-7"),
    ],
)
def test_the_refund_is_due_when_the_law_says_and_day_33_does_not_delay_it(
    ground: str | None,
    delivered_on: date | None,
    goods_back_at: date | None,
    law_latest: date,
    article: str,
) -> None:
    found = refund_window(ground, CLAIMED, goods_back_at, default(), france(), PARIS, delivered_on)

    assert last(found.policy_latest) == date(2026, 12, 25)
    assert last(found.law_latest) == last(found.latest) == law_latest
    assert found.right is not None
    assert found.right.article == article
    assert found.earliest is None


def test_where_no_law_speaks_the_policy_waits_until_day_33() -> None:
    found = refund_window("overcharge", CLAIMED, None, default(), france(), PARIS)

    assert (found.law_latest, last(found.latest)) == (None, date(2026, 12, 25))
    assert found.earliest is not None
    # The start of the thirty-third day after the claim's, 8 December.
    assert found.earliest.due_at == datetime(2026, 12, 7, 23, tzinfo=UTC)
    assert found.earliest.trace[-1].code == "opens"


def test_a_policy_that_pays_sooner_than_the_law_counts() -> None:
    policy = parse_policy(
        preset("default")
        .replace('"33 days"', '"2 days"')
        .replace('not_after = "50 days"', 'not_after = "5 days"')
    )

    found = refund_window("damaged", CLAIMED, None, policy, france(), PARIS, DELIVERED)

    assert last(found.latest) == date(2026, 11, 10)
    assert found.earliest is not None
    assert found.earliest.due_at == datetime(2026, 11, 6, 23, tzinfo=UTC)


def test_a_refund_term_that_ends_on_a_holiday_rolls_where_the_law_rolls() -> None:
    claimed_on = date(2026, 12, 11)

    withdrawal = refund_window(None, claimed_on, None, default(), france(), PARIS)
    conformity = refund_window("damaged", claimed_on, None, default(), france(), PARIS)

    assert last(withdrawal.latest) == date(2026, 12, 28)
    assert last(conformity.latest) == date(2026, 12, 25)


@given(
    st.dates(date(2022, 2, 1), date(2030, 1, 1)),
    st.integers(0, 400),
    st.sampled_from([None, *GROUNDS]),
    st.sampled_from(PRESETS),
)
def test_what_counts_is_never_worse_than_either_side(
    delivered_on: date, after: int, ground: str | None, name: str
) -> None:
    policy, law = load_preset(name), france()
    claimed_on = date.fromordinal(delivered_on.toordinal() + after)

    claim = claim_window(ground, delivered_on, delivered_on, delivered_on, policy, law, PARIS)
    back = send_back_window(delivered_on, claimed_on, ground, policy, law, PARIS)
    refund = refund_window(ground, claimed_on, None, policy, law, PARIS, delivered_on)

    assert claim.until is not None
    assert claim.policy_until is not None
    assert claim.until.due_at >= claim.policy_until.due_at
    assert claim.law_until is None or claim.until.due_at >= claim.law_until.due_at
    assert back.counted.due_at >= back.policy.due_at
    assert back.law is None or back.counted.due_at >= back.law.due_at
    assert refund.latest.due_at <= refund.policy_latest.due_at
    assert refund.law_latest is None or refund.latest.due_at <= refund.law_latest.due_at
    assert refund.earliest is None or refund.earliest.due_at < refund.latest.due_at


@pytest.mark.parametrize(
    ("ground", "claimed_on", "right", "table"),
    [
        (None, date(2026, 11, 5), "refund_withdrawal", "late_refund_withdrawal"),
        ("damaged", date(2026, 11, 16), "refund_withdrawal", "late_refund_withdrawal"),
        ("damaged", date(2026, 11, 17), "refund_conformity", None),
        ("lost", date(2026, 11, 5), "refund_termination", "late_refund_termination"),
        ("overcharge", date(2026, 11, 5), None, None),
    ],
)
def test_each_refund_has_its_right_and_its_table(
    ground: str | None, claimed_on: date, right: str | None, table: str | None
) -> None:
    assert refund_right(ground, claimed_on, DELIVERED, france(), PARIS) == right
    assert late_refund_table(right) == table


@pytest.mark.parametrize(
    ("ground", "by_ground", "named"),
    [(None, "buyer", "buyer"), ("damaged", "seller", "buyer"), ("late", "seller", "buyer")],
)
def test_who_pays_the_return_by_the_policy(ground: str | None, by_ground: str, named: str) -> None:
    assert return_payer(ground, default()) == by_ground
    assert return_payer(ground, shorter('paid_by = "by_ground"', f'paid_by = "{named}"')) == named
