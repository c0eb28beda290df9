"""Until when a contract may be withdrawn from, from what of it, and what shipping goes back."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from recours.rules.entitlement import refund_right, refund_window, return_payer
from recours.rules.entitlement.terms import counted_payer
from recours.rules.law import law_of
from recours.rules.lifecycle import Rulebook
from recours.rules.money import Money
from recours.rules.policy import load_preset, parse_policy, preset
from recours.rules.withdrawing import (
    Choice,
    ExcludedGoods,
    Exclusion,
    NothingChosen,
    NothingWasPaid,
    Purchase,
    TooLateToWithdraw,
    check_chosen,
    check_withdrawable,
    is_whole,
    quantities_left,
    shipping_back,
    withdrawal_term,
)
from recours.rules.wording import has

pytestmark = pytest.mark.rules

PARIS = ZoneInfo("Europe/Paris")
ORDERED = dt.date(2026, 10, 5)
SECOND = dt.timedelta(seconds=1)


def rules(name: str = "default", country: str = "FR") -> Rulebook:
    policy = load_preset(name)
    return Rulebook(policy=policy, law=law_of(country), calendar=policy.calendar)


def bought(delivered_on: dt.date | None, *, told: bool = True, was_paid: bool = True) -> Purchase:
    return Purchase(ordered_on=ORDERED, delivered_on=delivered_on, told=told, was_paid=was_paid)


def end(year: int, month: int, day: int) -> dt.datetime:
    """The instant at which that day begins in Paris: the exclusive end of the one before."""
    return dt.datetime(year, month, day, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("delivered_on", "over_at"),
    [
        (dt.date(2026, 11, 12), end(2026, 11, 27)),  # the fourteenth day is a Thursday
        (dt.date(2026, 10, 31), end(2026, 11, 17)),  # a Saturday: to the end of Monday
        (dt.date(2026, 10, 28), end(2026, 11, 13)),  # 11 November, a holiday: to the end of the 12th
        (dt.date(2026, 10, 20), end(2026, 11, 4)),  # across the change of hour
    ],
)
def test_term_is_fourteen_days_from_receipt_to_the_second(
    delivered_on: dt.date, over_at: dt.datetime
) -> None:
    purchase = bought(delivered_on)

    assert check_withdrawable(purchase, rules(), over_at - SECOND) is not None
    for late in (over_at, over_at + SECOND):
        with pytest.raises(TooLateToWithdraw):
            check_withdrawable(purchase, rules(), late)


def test_term_has_not_begun_before_everything_came() -> None:
    assert check_withdrawable(bought(None), rules(), end(2027, 6, 1)) is None


def test_twelve_months_more_for_who_was_not_told() -> None:
    term = withdrawal_term(bought(dt.date(2026, 11, 12), told=False), rules())

    assert term is not None
    assert term.due_at == end(2027, 11, 27)  # 26 November 2027 is a Friday
    starts = [step.params["event"] for step in term.trace if step.kind == "start"]
    # The conditions' own term first, which is the shorter one; then the law's two.
    assert starts == ["parcel_received", "goods_received", "withdrawal_over"]


def test_policy_counts_where_it_gives_more() -> None:
    term = withdrawal_term(bought(dt.date(2026, 11, 2)), rules("ebay_like"))

    assert term is not None
    assert term.due_at == end(2026, 12, 3)


def test_policy_alone_where_the_law_is_not_known() -> None:
    term = withdrawal_term(bought(dt.date(2026, 11, 12)), rules(country="AT"))

    assert term is not None
    assert term.due_at == end(2026, 11, 23)


def test_payment_that_was_cancelled_leaves_nothing_to_withdraw_from() -> None:
    with pytest.raises(NothingWasPaid):
        check_withdrawable(bought(None, was_paid=False), rules(), end(2026, 11, 1))


@pytest.mark.parametrize(
    "choices",
    [
        [],
        [Choice(bought=2)],
        [Choice(bought=2, chosen=3)],
        [Choice(bought=2, chosen=-1), Choice(bought=1, chosen=1)],
        [Choice(bought=2, before=1, chosen=2)],
    ],
)
def test_nothing_and_more_than_was_bought_are_refused(choices: list[Choice]) -> None:
    with pytest.raises(NothingChosen):
        check_chosen(choices, contests_exclusion=True)


def test_excluded_goods_need_the_buyer_to_disagree() -> None:
    choices = [Choice(bought=1, chosen=1, exclusion=Exclusion.PERSONALISED), Choice(bought=1)]

    with pytest.raises(ExcludedGoods):
        check_chosen(choices, contests_exclusion=False)
    check_chosen(choices, contests_exclusion=True)


def test_excluded_goods_that_are_not_chosen_stop_nothing() -> None:
    check_chosen(
        [Choice(bought=1, exclusion=Exclusion.PERISHABLE), Choice(bought=1, chosen=1)],
        contests_exclusion=False,
    )


def test_shipping_goes_back_with_the_last_of_the_order() -> None:
    assert is_whole([Choice(bought=2, chosen=2), Choice(bought=1, chosen=1)])
    assert is_whole([Choice(bought=2, before=1, chosen=1), Choice(bought=1, before=1)])
    assert not is_whole([Choice(bought=2, chosen=1), Choice(bought=1, chosen=1)])
    assert quantities_left({1: Choice(bought=2, before=1), 2: Choice(bought=1, before=1)}) == {1: 1}


@pytest.mark.parametrize(
    ("paid", "standard", "refundable", "back"),
    [
        (490, None, 490, 490),  # nobody told what the standard costs
        (990, 490, 990, 490),  # express: its supplement stays with the seller
        (490, 990, 490, 490),  # never more than was paid
        (990, 490, 200, 200),  # nor than is left of it
        (990, 0, 990, 0),  # the standard was free
    ],
)
def test_shipping_back_is_the_standard_one(
    paid: int, standard: int | None, refundable: int, back: int
) -> None:
    def euros(minor: int) -> Money:
        return Money(minor=minor, currency="EUR")

    found = shipping_back(euros(paid), None if standard is None else euros(standard), euros(refundable))

    assert found == euros(back)


@pytest.mark.parametrize(
    ("claimed_on", "told", "right"),
    [
        (dt.date(2026, 11, 26), True, "refund_withdrawal"),
        (dt.date(2026, 11, 27), True, None),  # the policy's own gift
        (dt.date(2026, 11, 27), False, "refund_withdrawal"),
    ],
)
def test_refund_follows_the_law_as_long_as_the_law_gives_the_right(
    claimed_on: dt.date, told: bool, right: str | None
) -> None:
    book = rules("ebay_like")
    delivered_on = dt.date(2026, 11, 12)

    found = refund_right("change_of_mind", claimed_on, delivered_on, book.law, book.calendar, told=told)

    assert found == right


def test_refund_is_due_fourteen_days_from_the_notice_and_waits_for_the_goods() -> None:
    book = rules()
    notice = dt.datetime(2026, 11, 16, 9, tzinfo=PARIS)
    given = ("change_of_mind", notice)

    before = refund_window(*given, None, book.policy, book.law, book.calendar, dt.date(2026, 11, 12))
    after = refund_window(
        *given, dt.date(2026, 12, 3), book.policy, book.law, book.calendar, dt.date(2026, 11, 12)
    )

    assert before.latest.due_at == end(2026, 12, 1)
    assert before.earliest is None  # "not before day 33" gives way
    assert after.latest.due_at == end(2026, 12, 4)


def test_return_costs_the_buyer_unless_nobody_told_them() -> None:
    book = rules()

    assert return_payer("change_of_mind", book.policy) == "buyer"
    assert counted_payer("change_of_mind", book.policy, book.law) == "buyer"
    assert counted_payer("change_of_mind", book.policy, book.law, told=False) == "seller"


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("exclusion", Exclusion)
def test_every_exclusion_is_explained(exclusion: Exclusion, lang: str) -> None:
    assert has(lang, f"exclusion.label.{exclusion}")
    assert has(lang, f"exclusion.plain.{exclusion}")


def test_policy_published_before_the_ground_is_still_read() -> None:
    text = preset("default").replace("[grounds.change_of_mind]", "[grounds.gone]")
    old = text[: text.index("[grounds.gone]")]

    policy = parse_policy(old)

    assert policy.grounds["change_of_mind"].remedies == ("refund",)
    assert policy.grounds["change_of_mind"].evidence == ()
