"""The promise and the meter as pages draw them: both dates, the one that counts, and every step of the scale."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import translation
from tests.factories import (
    a_buyer,
    a_claim,
    a_marketplace,
    a_refund_due,
    a_seller,
    a_shop,
    an_agent,
    an_order,
    euros,
)

from recours.claims.models import Claim
from recours.claims.queries import OpenedClaim, claim_for
from recours.people.queries import identity_of
from recours.refunds import commands
from recours.refunds.models import Refund
from recours.refunds.presentation import money_of
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Ground, Role

pytestmark = pytest.mark.django_db

LAW_ENDS = 14
"""Days after PRESENT's; the next one is the first day late."""


def seen_by_buyer(claim: Claim) -> OpenedClaim:
    assert claim.buyer.user is not None
    return claim_for(identity_of(claim.buyer.user), claim.reference)


def texts(found: Any) -> str:
    """All that a context says, without narrow spaces."""
    parts = found.values() if isinstance(found, dict) else found if isinstance(found, list | tuple) else None
    said = str(found) if parts is None else " ".join(texts(part) for part in parts)
    return said.replace("\u202f", " ").replace("\xa0", " ")


def test_both_sides_have_their_dates_and_the_better_one_is_marked() -> None:
    promised = money_of(seen_by_buyer(a_refund_due()))["promise"]

    policy, law = promised["sides"]
    assert texts([policy["earliest"], policy["latest"]]) == "mercredi 23 décembre 2026 samedi 9 janvier 2027"
    assert (policy["counts"], policy["gives_way"]) == (False, True)
    assert texts([law["name"], law["earliest"], law["latest"]]) == (
        "La loi (France) sans attendre vendredi 4 décembre 2026"
    )
    assert (law["counts"], law["gives_way"]) == (True, False)
    assert [bool(why["steps"]) for why in promised["whys"]] == [True, True, True]
    assert "L221-24" in promised["note"]
    assert texts(promised["facts"]) == "Montant 89,90 €"


def test_a_country_whose_law_is_not_here_says_so() -> None:
    place = a_marketplace()
    claim = a_refund_due(an_order(a_buyer(place, country="CN"), a_shop(place)))

    promised = money_of(seen_by_buyer(claim))["promise"]

    (policy,) = promised["sides"]
    assert (policy["counts"], policy["gives_way"]) == (True, False)
    assert "Chine" in promised["note"]


def test_what_silence_would_grant_is_announced_with_an_if() -> None:
    found = money_of(seen_by_buyer(a_claim()))

    assert found["promise"]["condition"] == "Si le vendeur ne répond pas à temps"
    assert [side["counts"] for side in found["promise"]["sides"]] == [False, True]
    assert found["meter"] is None


@pytest.mark.parametrize(
    ("late", "added", "following"),
    [
        # The rate of the half-year is not in the data: the interest is named and not given as zero.
        (1, None, "passera à 5 % : 4,50 €"),
        (10, None, "passera à 5 % : 4,50 €"),
        (11, 450, "passera à 10 % : 8,99 €"),
        (20, 450, "passera à 10 % : 8,99 €"),
        (21, 899, "passera à 20 % : 17,98 €"),
        (30, 899, "passera à 20 % : 17,98 €"),
        (31, 1798, "passera à 50 % : 44,95 €"),
        (60, 1798, "passera à 50 % : 44,95 €"),
        (61, 4495, "passera à 55 % : 49,45 €"),
        (90, 4495, "passera à 55 % : 49,45 €"),
        (91, 4945, "passera à 60 % : 53,94 €"),
        (400, 8990, "n'est pas dans nos données"),
    ],
)
def test_the_meter_day_by_day(late: int, added: int | None, following: str, frozen_clock: Any) -> None:
    claim = a_refund_due()
    frozen_clock.shift(dt.timedelta(days=LAW_ENDS + late))

    found = money_of(seen_by_buyer(claim))["meter"]

    assert (found["runs"], found["owed"], found["since"]) == (True, euros(8990), dt.date(2026, 12, 5))
    assert found["added"] == (None if added is None else euros(added))
    assert "L242-4" in texts(found["lines"])
    assert following in texts(found["lines"]).replace("’", "'")


def test_on_the_laws_last_day_there_is_no_meter(frozen_clock: Any) -> None:
    claim = a_refund_due()
    for moment in (
        dt.datetime(2026, 12, 4, 22, 59, 59, tzinfo=dt.UTC),
        dt.datetime(2026, 12, 4, 23, tzinfo=dt.UTC),
    ):
        frozen_clock.move_to(moment)
        found = money_of(seen_by_buyer(claim))["meter"]

        assert (found is None) is (moment.hour == 22)


def test_the_meter_speaks_english(frozen_clock: Any) -> None:
    claim = a_refund_due()
    frozen_clock.shift(dt.timedelta(days=LAW_ENDS + 11))

    with translation.override("en"):
        found = money_of(seen_by_buyer(claim))

    assert "The law adds 5%" in texts(found["meter"]["lines"])
    assert found["promise"]["sides"][1]["name"] == "The law (France)"


def test_all_three_faces_are_told_the_same(frozen_clock: Any) -> None:
    place = a_marketplace()
    shop = a_shop(place)
    claim = a_refund_due(an_order(a_buyer(place), shop))
    seller, agent = a_seller(shop), an_agent(place)
    frozen_clock.shift(dt.timedelta(days=LAW_ENDS + 11))

    told = [
        money_of(claim_for(identity_of(user), claim.reference)) for user in (claim.buyer.user, seller, agent)
    ]

    assert [found["promise"]["title"] for found in told] == ["Votre remboursement", *["Le remboursement"] * 2]
    assert [found["meter"]["theirs"] for found in told] == [False, True, True]
    assert told[0]["promise"]["sides"] == told[1]["promise"]["sides"] == told[2]["promise"]["sides"]
    assert told[0]["meter"]["lines"] == told[1]["meter"]["lines"] == told[2]["meter"]["lines"]


def pays(refund: Refund, claim: Claim, reference: str) -> None:
    by = Actor(Role.AGENT, an_agent(claim.marketplace).pk)
    on = seen_by_buyer(claim)
    paid_on = on.rules.calendar.local_date(on.now)
    commands.record_transfer(refund.pk, by=by, reference=reference, paid_on=paid_on)


def test_a_refund_paid_in_parts_keeps_what_the_first_came_to(frozen_clock: Any) -> None:
    claim = a_refund_due(an_order(payments=(2000, 6990)))
    commands.prepare()
    first, second = Refund.objects.order_by("amount_minor")
    frozen_clock.shift(dt.timedelta(days=LAW_ENDS + 11))
    pays(first, claim, "V1")

    between = money_of(seen_by_buyer(claim))
    frozen_clock.shift(dt.timedelta(days=20))
    later = money_of(seen_by_buyer(claim))["meter"]
    pays(second, claim, "V2")
    frozen_clock.shift(dt.timedelta(days=100))
    after = money_of(seen_by_buyer(claim))

    # 5 % of 20.00 and of 69.90 on the eleventh day; the 20.00 stay at that, the 69.90 go on to 20 %.
    assert (between["meter"]["owed"], between["meter"]["added"]) == (euros(6990), euros(100 + 350))
    assert (later["owed"], later["added"]) == (euros(6990), euros(100 + 1398))
    assert (after["meter"]["runs"], after["meter"]["added"]) == (False, euros(100 + 1398))
    assert "Cette majoration, 14,98 € en tout, reste due" in texts(after["meter"]["lines"])
    # Both were written at one instant, so that neither is the first.
    assert {texts([amount]) for amount, _ in after["promise"]["facts"]} == {
        "Versement de 20,00 €",
        "Versement de 69,90 €",
        "Majoration de 1,00 € pour retard",
        "Majoration de 13,98 € pour retard",
    }


def test_a_refund_paid_in_time_has_no_meter(frozen_clock: Any) -> None:
    claim = a_refund_due()
    commands.prepare()
    frozen_clock.shift(dt.timedelta(days=LAW_ENDS))
    pays(Refund.objects.get(), claim, "V1")
    frozen_clock.shift(dt.timedelta(days=60))

    assert money_of(seen_by_buyer(claim))["meter"] is None


def test_a_ground_of_payment_has_the_policy_alone() -> None:
    buyer = a_buyer()
    claim = a_claim(buyer=buyer, payment=an_order(buyer).payments.get(), ground=Ground.OVERCHARGE)

    # Nobody's silence grants it, so that nothing is foreseen.
    assert money_of(seen_by_buyer(claim))["promise"] is None


@pytest.mark.parametrize("payments", [(8990,), (3000, 2990, 3000)])
def test_one_query_whatever_there_is_to_tell(
    payments: tuple[int, ...], django_assert_num_queries: Any
) -> None:
    claim = a_refund_due(an_order(payments=payments))
    commands.prepare()
    opened = seen_by_buyer(claim)
    _ = opened.claim

    with django_assert_num_queries(1):
        money_of(opened)


def test_nothing_is_asked_before_there_can_be_refunds(django_assert_num_queries: Any) -> None:
    opened = seen_by_buyer(a_claim())
    _ = opened.claim

    with django_assert_num_queries(0):
        money_of(opened)
