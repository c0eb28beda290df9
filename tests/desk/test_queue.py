"""The queue: its filters, its order, its counts, its price."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench, signed_in
from tests.factories import a_claim, a_marketplace, a_shop, a_user, an_agent, an_order

from recours.claims.commands import act
from recours.claims.models import Claim
from recours.claims.queries import PAGE
from recours.claims.sweep import sweep
from recours.desk import queries
from recours.desk.counting import view_counts
from recours.desk.queries import Desk
from recours.people.commands import appoint_to_desk, appoint_to_shop
from recours.people.models import DeskRole
from recours.people.queries import identity_of
from recours.rules.casework.filters import Filters, Holder, Language, Queue
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.vocabulary import AppealReason, Ground
from recours.rules.money import Money

pytestmark = pytest.mark.django_db

LIST_QUERIES = 8


@pytest.fixture
def bench() -> Bench:
    return a_bench()


@pytest.fixture
def desk(bench: Bench) -> Client:
    return signed_in(bench.charlie)


def references(browser: Client, address: str = "") -> list[str]:
    return [row.reference for row in browser.get(f"/desk/{address}").context["page"].rows]


def test_queue_shows_what_is_due_first(bench: Bench, desk: Client) -> None:
    later = bench.escalated()
    sooner = bench.escalated(now=PRESENT - dt.timedelta(days=2))
    bench.dispute()

    assert references(desk) == [sooner.reference, later.reference]


@pytest.mark.parametrize("count", [1, 3])
def test_queue_costs_the_same_with_more_claims(
    bench: Bench, desk: Client, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        claim = bench.escalated()
        act(claim.pk, c.Take(by=bench.agent(bench.chloe)))

    with django_assert_num_queries(LIST_QUERIES):
        desk.get("/desk/")


def test_a_full_page_is_light(bench: Bench, desk: Client) -> None:
    for _ in range(PAGE + 1):
        bench.escalated()

    page = desk.get("/desk/")

    assert len(page.context["page"].rows) == PAGE
    assert len(page.content) < 60_000


def test_each_filter_holds_its_own(bench: Bench, desk: Client, frozen_clock: Any) -> None:
    plain = bench.escalated()
    waiting = bench.dispute()
    mine = bench.escalated()
    act(mine.pk, c.Take(by=bench.agent(bench.charlie)))
    contested = bench.escalated()
    act(contested.pk, c.Rule(by=bench.agent(bench.chloe), rule="L217-3", reasons="Intact.", terms=None))
    act(contested.pk, c.AppealRuling(by=bench.buyer, reason=AppealReason.NEW_EVIDENCE, text="Une vidéo."))
    late = bench.escalated(now=PRESENT - dt.timedelta(days=20))
    unpaid = bench.dispute(now=PRESENT - dt.timedelta(days=20))
    act(unpaid.pk, c.Accept(by=bench.seller), now=PRESENT - dt.timedelta(days=19))
    sweep(PRESENT)

    found = {which.value: set(references(desk, f"?queue={which.value}")) for which in Queue}

    assert found == {
        "to_rule": {plain.reference, mine.reference, contested.reference, late.reference},
        "late": {late.reference},
        "due_soon": set(),
        "unassigned": {plain.reference, contested.reference, late.reference},
        "mine": {mine.reference},
        "appeals": {contested.reference},
        "with_seller": {waiting.reference},
        "with_parcel": set(),
        "late_refunds": {unpaid.reference},
        "stuck_refunds": set(),
        "missing_refunds": set(),
        "lost_mails": set(),
    }
    page = desk.get("/desk/")
    assert [tab["count"] for tab in page.context["tabs"]] == ["4", "1", "0", "3", "1", "1"]
    assert [tab["count"] for tab in page.context["other_tabs"]] == ["1", "0", "1", "0", "0", "0"]


def test_a_filter_by_ground(bench: Bench, desk: Client) -> None:
    bench.escalated()
    defective = bench.escalated(ground=Ground.DEFECTIVE)

    assert references(desk, "?ground=defective") == [defective.reference]


def test_counts_stop(bench: Bench) -> None:
    for _ in range(3):
        bench.escalated()

    here = Desk(identity=identity_of(bench.charlie), marketplace=bench.place)

    assert view_counts(here, [Filters(), Filters(queue=Queue.MINE)], PRESENT, most=2) == [2, 0]


def test_counts_are_those_of_who_asks_and_when(bench: Bench) -> None:
    """Their text is composed once for stand-ins: it must hold no other agent, desk or moment."""
    act(bench.escalated().pk, c.Take(by=bench.agent(bench.charlie)), now=PRESENT)
    bench.escalated(ground=Ground.DEFECTIVE)
    bench.dispute()
    elsewhere = a_bench()
    elsewhere.escalated()
    appoint_to_shop(user=bench.chloe, shop_id=bench.shop.pk)
    appoint_to_shop(user=elsewhere.chloe, shop_id=a_shop(elsewhere.place).pk)
    views = [
        *(Filters(queue=each) for each in Queue),
        Filters(held_by=Holder.ME),
        Filters(agent=bench.charlie.pk),
        Filters(within_hours=72, ground=Ground.DEFECTIVE),
        Filters(language=Language.FR, least=Money(1, "EUR")),
    ]

    for now in (PRESENT, PRESENT + dt.timedelta(days=30)):
        for user, place in (
            (bench.charlie, bench.place),
            (elsewhere.charlie, elsewhere.place),
            (bench.chloe, bench.place),
            (elsewhere.chloe, elsewhere.place),
        ):
            here = Desk(identity=identity_of(user), marketplace=place)
            assert view_counts(here, views, now) == [queries.view(here, each, now).count() for each in views]


def test_queue_goes_on_where_the_page_ended(bench: Bench, desk: Client) -> None:
    made = {bench.escalated().reference for _ in range(PAGE + 2)}

    first = desk.get("/desk/?queue=to_rule&ground=damaged").context["page"]
    second = desk.get(first.next_url).context["page"]

    assert {row.reference for row in [*first.rows, *second.rows]} == made
    assert len(second.rows) == 2
    assert second.first_url == "/desk/?queue=to_rule&ground=damaged"


@pytest.mark.parametrize(
    "address",
    [
        "?queue=__", "?state=__", "?ground=' OR 1=1 --", "?after=zzz", "?after=2026-11-20~x", "?place=nowhere",
        "?after=9999-12-31T23:59:59%2B00:00", "?queue=to_rule&after=%00", "?q=",
    ],
)  # fmt: skip
def test_what_the_address_says_wrong_is_taken_as_not_said(bench: Bench, desk: Client, address: str) -> None:
    claim = bench.escalated()

    assert references(desk, address) == [claim.reference]


@pytest.mark.parametrize(
    "change", [str.upper, str.lower, lambda text: text.removeprefix("L-"), lambda text: f" {text} "]
)
def test_search_by_reference_leads_to_the_claim(bench: Bench, desk: Client, change: Any) -> None:
    claim = bench.escalated()

    page = desk.get("/desk/", {"q": change(claim.reference)})

    assert (page.status_code, page.headers["Location"]) == (302, f"/desk/claims/{claim.reference}/")


def test_search_by_order_number(bench: Bench, desk: Client) -> None:
    order = an_order(bench.alice, bench.shop, lines=(1000, 2000))
    first, second = order.lines.order_by("position")
    claims = {a_claim(order, lines={line.pk: 1}).reference for line in (first, second)}

    page = desk.get("/desk/", {"q": order.number.lower()})

    assert {row.reference for row in page.context["rows"]} == claims


@pytest.mark.parametrize("text", ["inconnu", "%", "' OR 1=1", "\x00", "a" * 500])
def test_search_for_nothing_shows_a_way_on(bench: Bench, desk: Client, text: str) -> None:
    bench.escalated()

    page = desk.get("/desk/", {"q": text})

    assert page.status_code == 200
    assert page.context["rows"] == []
    assert "Aucun dossier ne répond à cette recherche" in page.content.decode()


def test_an_agent_who_is_a_party_does_not_meet_the_claim(bench: Bench) -> None:
    claim = bench.escalated()
    appoint_to_desk(user=bench.bob, marketplace_id=bench.place.pk, role=DeskRole.AGENT)
    appoint_to_desk(user=bench.alice.user, marketplace_id=bench.place.pk, role=DeskRole.AGENT)

    for user in (bench.bob, bench.alice.user):
        browser = signed_in(user)
        assert references(browser) == []
        assert browser.get("/desk/").context["tabs"][0]["count"] == "0"
        assert browser.get("/desk/", {"q": claim.reference}).context["rows"] == []
        assert browser.get(f"/desk/claims/{claim.reference}/").status_code == 404


def test_other_marketplaces_are_other_desks(bench: Bench) -> None:
    claim = bench.escalated()
    browser = signed_in(an_agent(a_marketplace()))

    assert references(browser) == []
    assert browser.get("/desk/", {"q": claim.reference}).context["rows"] == []
    assert browser.get(f"/desk/claims/{claim.reference}/").status_code == 404


def test_who_works_at_two_desks_chooses_in_the_address(bench: Bench) -> None:
    other = a_bench()
    appoint_to_desk(user=bench.charlie, marketplace_id=other.place.pk, role=DeskRole.AGENT)
    here, there = bench.escalated(), other.escalated()
    browser = signed_in(bench.charlie)

    assert references(browser, f"?place={bench.place.slug}") == [here.reference]
    assert references(browser, f"?place={other.place.slug}") == [there.reference]


def test_who_is_no_agent_finds_no_desk(bench: Bench) -> None:
    stranger = a_user("Mallory")
    appoint_to_shop(user=stranger, shop_id=bench.shop.pk)

    for user in (bench.alice.user, bench.bob, stranger):
        assert [
            signed_in(user).get(url).status_code for url in ("/desk/", "/desk/refunds/", "/desk/parked/")
        ] == [404] * 3
    assert Client().get("/desk/").status_code == 302


def test_parked_claims_are_listed_and_tried_again(bench: Bench, desk: Client) -> None:
    claim = bench.dispute(now=PRESENT - dt.timedelta(days=6))
    Claim.objects.filter(pk=claim.pk).update(parked_at=PRESENT, parked_because="KeyError: 'x'")
    sweep(PRESENT)

    listed = desk.get("/desk/parked/").content.decode()
    desk.post(f"/desk/parked/{claim.reference}/retry/")
    sweep(PRESENT)

    claim.refresh_from_db()
    assert "KeyError: &#x27;x&#x27;" in listed
    assert (claim.parked_at, claim.state) == (None, "refund_due")
    assert desk.post(f"/desk/parked/{claim.reference}/retry/").status_code == 404
