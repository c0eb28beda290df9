"""What can be done today about a purchase: the better of policy and law, ground by ground and in one answer."""

import datetime as dt

import pytest
from msgspec.structs import replace

from recours.rules.eligibility import (
    AlreadyArrived,
    ArrivedInTime,
    Facts,
    NothingLeftToRefund,
    NotReceivedYet,
    StillOnItsWay,
    TooLateToClaim,
)
from recours.rules.law import law_of
from recours.rules.lifecycle import Rulebook
from recours.rules.lifecycle.claim import FirstContact
from recours.rules.lifecycle.vocabulary import About, Ground
from recours.rules.money import Money
from recours.rules.outlook import change_of_mind, contacts_seller_first, options, outlook
from recours.rules.policy import load_preset, parse_policy, preset

POLICY = load_preset("default")
RULES = Rulebook(policy=POLICY, law=law_of("FR"), calendar=POLICY.calendar)
WITHOUT_LAW = Rulebook(policy=POLICY, law=None, calendar=POLICY.calendar)
ORDERED, PROMISED = dt.date(2026, 10, 28), dt.date(2026, 11, 10)


def paris(day: dt.date, hour: int = 12, minute: int = 0, second: int = 0) -> dt.datetime:
    """An instant of November, when Paris is one hour ahead."""
    return dt.datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=dt.UTC) - dt.timedelta(
        hours=1
    )


def facts(delivered_on: dt.date | None = None, *, about: About = About.ORDER, minor: int = 8990) -> Facts:
    return Facts(
        ground=Ground.DAMAGED,
        about=about,
        disputed=Money(minor=minor, currency="EUR"),
        ordered_on=ORDERED,
        promised_on=PROMISED,
        delivered_on=delivered_on,
    )


def reasons(found: Facts, now: dt.datetime) -> dict[Ground, type | None]:
    return {
        one.ground: type(one.refusal) if one.refusal else None
        for one in options(found, RULES, now)
        if not one.ground.concerns_marketplace
    }


def test_options_while_the_parcel_is_on_its_way() -> None:
    found = reasons(facts(), paris(dt.date(2026, 11, 5)))

    assert found[Ground.LOST] is StillOnItsWay
    assert found[Ground.DAMAGED] is NotReceivedYet


@pytest.mark.parametrize(
    ("day", "late"), [(dt.date(2026, 11, 10), ArrivedInTime), (dt.date(2026, 11, 11), None)]
)
def test_options_after_delivery(day: dt.date, late: type | None) -> None:
    found = reasons(facts(day), paris(dt.date(2026, 11, 12)))

    assert found == {
        Ground.DAMAGED: None,
        Ground.DEFECTIVE: None,
        Ground.NOT_AS_DESCRIBED: None,
        Ground.WRONG_ITEM: None,
        Ground.LOST: None,
        Ground.LATE: late,
    }


def test_lost_is_open_at_once_when_a_carrier_says_delivered_and_closed_when_the_buyer_said_so() -> None:
    now = paris(dt.date(2026, 11, 8))
    delivered = facts(dt.date(2026, 11, 8))

    assert reasons(delivered, now)[Ground.LOST] is None
    assert reasons(replace(delivered, received_by_own_word=True), now)[Ground.LOST] is AlreadyArrived


def test_options_of_a_payment_are_the_marketplaces_own() -> None:
    found = options(facts(about=About.PAYMENT), RULES, paris(dt.date(2026, 11, 5)))

    assert all(one.ground.concerns_marketplace and one.is_open for one in found)


def test_outlook_on_its_way_opens_after_the_promised_day() -> None:
    opens = paris(dt.date(2026, 11, 11), 0)

    before = outlook(facts(), RULES, opens - dt.timedelta(seconds=1))
    at = outlook(facts(), RULES, opens)

    assert (before.opens_at, before.until, before.expected_by) == (opens, None, opens)
    assert at.opens_at is None
    assert at.until is not None
    assert at.until.last_on == dt.date(2027, 1, 9)


def test_outlook_after_delivery_counts_the_better_of_policy_and_law() -> None:
    now = paris(dt.date(2026, 11, 13))

    by_law = outlook(facts(dt.date(2026, 11, 12)), RULES, now)
    by_policy = outlook(facts(dt.date(2026, 11, 12)), WITHOUT_LAW, now)

    assert by_law.until is not None
    assert by_law.until.last_on == dt.date(2028, 11, 12)
    assert by_policy.until is not None
    assert by_policy.until.last_on == dt.date(2027, 1, 9)


def test_outlook_when_everything_is_over_keeps_the_last_reason() -> None:
    found = outlook(facts(dt.date(2026, 11, 12)), RULES, paris(dt.date(2029, 1, 1)))

    assert isinstance(found.over, TooLateToClaim)
    assert (found.until, found.opens_at, found.payment_open) == (None, None, False)


def test_outlook_when_all_was_refunded() -> None:
    found = outlook(facts(dt.date(2026, 11, 12), minor=0), RULES, paris(dt.date(2026, 11, 13)))

    assert isinstance(found.over, NothingLeftToRefund)


def test_change_of_mind_ends_with_the_fourteenth_day() -> None:
    end = paris(dt.date(2026, 11, 27), 0)

    before = change_of_mind(facts(dt.date(2026, 11, 12)), RULES, end - dt.timedelta(seconds=1))

    assert before is not None
    assert before.due_at == end
    assert change_of_mind(facts(dt.date(2026, 11, 12)), RULES, end) is None
    assert change_of_mind(facts(), RULES, end) is None


def test_contacts_seller_first_only_where_the_policy_says_so_and_a_seller_is_concerned() -> None:
    asks = parse_policy(preset("default").replace("required = false", "required = true"))

    assert contacts_seller_first(asks, Ground.DAMAGED, About.ORDER, None, paris(ORDERED))
    assert not contacts_seller_first(asks, Ground.OVERCHARGE, About.ORDER, None, paris(ORDERED))
    assert not contacts_seller_first(asks, Ground.OVERCHARGE, About.PAYMENT, None, paris(ORDERED))
    assert not contacts_seller_first(POLICY, Ground.DAMAGED, About.ORDER, None, paris(ORDERED))


def test_contacts_seller_first_until_the_messages_were_answered_or_have_waited() -> None:
    asks = parse_policy(preset("default").replace("required = false", "required = true"))
    due = paris(ORDERED) + dt.timedelta(hours=48)
    unanswered = FirstContact(at=paris(ORDERED), answer_due_at=due)
    answered = FirstContact(at=paris(ORDERED), answer_due_at=due, answered_at=paris(ORDERED, 13))
    a_second = dt.timedelta(seconds=1)

    assert contacts_seller_first(asks, Ground.DAMAGED, About.ORDER, unanswered, due - a_second)
    assert not contacts_seller_first(asks, Ground.DAMAGED, About.ORDER, unanswered, due)
    assert not contacts_seller_first(asks, Ground.DAMAGED, About.ORDER, answered, paris(ORDERED, 14))
