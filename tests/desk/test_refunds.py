"""Refunds at the desk: the most overdue first, transfers recorded once, failures tried again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench, signed_in
from tests.factories import a_marketplace, an_agent

from recours.claims.commands import act
from recours.claims.models import Claim
from recours.people.commands import appoint_to_desk
from recours.people.models import DeskRole
from recours.refunds.commands import prepare, record_failure
from recours.refunds.models import Refund
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.vocabulary import State

pytestmark = pytest.mark.django_db

LIST_QUERIES = 8


@pytest.fixture
def bench() -> Bench:
    return a_bench()


@pytest.fixture
def desk(bench: Bench) -> Client:
    return signed_in(bench.charlie)


def owed(bench: Bench, days_ago: int = 0) -> Refund:
    now = PRESENT - dt.timedelta(days=days_ago)
    claim = bench.dispute(now=now)
    act(claim.pk, c.Accept(by=bench.seller), now=now)
    prepare(now)
    return Refund.objects.get(claim=claim)


def typed(**changes: str) -> dict[str, str]:
    return {"paid_on": PRESENT.date().isoformat(), "reference": "VIR-1"} | changes


def shown(browser: Client, address: str = "") -> list[Refund]:
    return [row["refund"] for row in browser.get(f"/desk/refunds/{address}").context["rows"]]


def test_list_shows_the_most_overdue_first_with_its_meter(bench: Bench, desk: Client) -> None:
    fresh, late = owed(bench), owed(bench, days_ago=26)

    page = desk.get("/desk/refunds/")

    assert [row["refund"] for row in page.context["rows"]] == [late, fresh]
    assert [bool(row["meter"]) for row in page.context["rows"]] == [True, False]
    assert "4,50" in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_with_more_refunds(
    bench: Bench, desk: Client, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        owed(bench, days_ago=26)
    desk.get("/desk/refunds/")

    with django_assert_num_queries(LIST_QUERIES + 1):
        desk.get("/desk/refunds/")


def test_record_a_transfer_closes_the_claim_once(bench: Bench, desk: Client) -> None:
    refund = owed(bench)

    for _ in range(2):
        desk.post(f"/desk/refunds/{refund.pk}/record/", typed())

    refund.refresh_from_db()
    claim = Claim.objects.get(pk=refund.claim_id)
    assert (refund.status, refund.provider_ref, refund.settled_by) == ("succeeded", "VIR-1", bench.charlie)
    assert (claim.state, claim.resolution) == (State.CLOSED, "refunded")
    assert shown(desk) == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"reference": ""}, 422), ({"paid_on": "2026-02-30"}, 422), ({"paid_on": "2026-11-21"}, 409)],
)
def test_a_transfer_that_is_refused_keeps_what_was_typed(
    bench: Bench, desk: Client, changes: dict[str, str], status: int
) -> None:
    refund = owed(bench)

    page = desk.post(f"/desk/refunds/{refund.pk}/record/", typed(**changes))

    refund.refresh_from_db()
    assert (page.status_code, refund.status) == (status, "approved")
    assert all(value in page.content.decode() for value in typed(**changes).values())


def test_a_reference_serves_once(bench: Bench, desk: Client) -> None:
    first, second = owed(bench), owed(bench)
    desk.post(f"/desk/refunds/{first.pk}/record/", typed())

    page = desk.post(f"/desk/refunds/{second.pk}/record/", typed())

    assert page.status_code == 409
    assert "VIR-1/2" in page.content.decode()


def test_a_failed_refund_says_why_and_is_tried_again(bench: Bench, desk: Client) -> None:
    refund = owed(bench)
    record_failure(refund.pk, reason="IBAN refusé")

    page = desk.get("/desk/refunds/?list=failed")
    again = desk.post(f"/desk/refunds/{refund.pk}/retry/", {"by_hand": "1"})

    refund.refresh_from_db()
    assert "IBAN refusé" in page.content.decode()
    assert (again.status_code, again.headers["Location"]) == (302, f"/desk/refunds/{refund.pk}/record/")
    assert refund.status == "approved"


def test_retry_of_what_did_not_fail_is_refused(bench: Bench, desk: Client) -> None:
    refund = owed(bench)

    page = desk.post(f"/desk/refunds/{refund.pk}/retry/", follow=True)

    assert "Il n’y a rien à relancer" in page.content.decode()


def test_refunds_of_others_do_not_exist(bench: Bench) -> None:
    refund = owed(bench)
    for user in (bench.bob, bench.alice.user):
        appoint_to_desk(user=user, marketplace_id=bench.place.pk, role=DeskRole.AGENT)

    for user in (an_agent(a_marketplace()), bench.bob, bench.alice.user):
        browser = signed_in(user)
        assert shown(browser) == []
        assert browser.get(f"/desk/refunds/{refund.pk}/record/").status_code == 404
        assert browser.post(f"/desk/refunds/{refund.pk}/record/", typed()).status_code == 404
        assert browser.post(f"/desk/refunds/{refund.pk}/retry/").status_code == 404


@pytest.mark.parametrize("address", ["?list=__", "?after=zzz", "?after=%00~1"])
def test_what_the_address_says_wrong_is_taken_as_not_said(bench: Bench, desk: Client, address: str) -> None:
    refund = owed(bench)

    assert shown(desk, address) == [refund]


def test_what_the_law_adds_is_paid_with_one_act_and_the_buyer_reads_it(bench: Bench, desk: Client) -> None:
    refund = owed(bench, days_ago=26)
    assert bench.alice.user is not None
    buyer = signed_in(bench.alice.user)
    buyers = f"/claims/{refund.claim.reference}/"
    desk.post(f"/desk/refunds/{refund.pk}/record/", typed())

    (added,) = shown(desk, "?list=surcharges")
    due = buyer.get(buyers).content.decode()
    desk.post(f"/desk/refunds/{added.pk}/order/")
    assert (shown(desk, "?list=surcharges"), shown(desk)) == ([], [added])
    desk.post(f"/desk/refunds/{added.pk}/record/", typed(reference="VIR-2"))
    paid = buyer.get(buyers).content.decode()

    assert (added.surcharge_of, added.amount.minor) == (refund, 450)
    assert "la plateforme doit encore vous la verser" in due
    assert "reste due jusqu’à ce qu’elle soit versée" in due
    assert ("versée le" in paid, "reste due" in paid) == (True, False)


def test_what_the_law_adds_is_asked_for_once(bench: Bench, desk: Client) -> None:
    refund = owed(bench, days_ago=26)
    desk.post(f"/desk/refunds/{refund.pk}/record/", typed())
    (added,) = shown(desk, "?list=surcharges")
    desk.post(f"/desk/refunds/{added.pk}/order/")

    again = signed_in(bench.chloe).post(f"/desk/refunds/{added.pk}/order/", follow=True)

    assert "Quelqu’un a déjà demandé le versement de cette majoration." in again.content.decode()
    assert desk.post(f"/desk/refunds/{refund.pk}/order/", follow=True).context["rows"] == []
