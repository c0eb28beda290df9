"""Views of the desk: what an address asks of a queue, and what is kept under a name."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench, signed_in
from tests.factories import a_buyer, a_claim, a_marketplace, a_shop, a_user, an_agent, an_order

from recours.casework.models import SavedView
from recours.claims.commands import act
from recours.claims.models import Claim
from recours.desk import queries
from recours.outbox.models import Mail
from recours.refunds.models import Refund
from recours.rules.casework.filters import Filters, Queue
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Terms
from recours.rules.lifecycle.vocabulary import Ground, Remedy

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench() -> Bench:
    return a_bench()


@pytest.fixture
def desk(bench: Bench) -> Client:
    return signed_in(bench.charlie)


def references(browser: Client, address: str) -> set[str]:
    return {row.reference for row in browser.get(f"/desk/{address}").context["page"].rows}


def save(browser: Client, name: str, **asked: Any) -> Any:
    return browser.post("/desk/views/save/", {"name": name, **asked})


def test_due_soon_begins_four_hours_ahead(bench: Bench, desk: Client, frozen_clock: Any) -> None:
    claim = bench.escalated()
    due = Claim.objects.get(pk=claim.pk).sort_at

    frozen_clock.move_to(due - dt.timedelta(hours=4, seconds=1))
    assert references(desk, "?queue=due_soon") == set()
    frozen_clock.move_to(due - dt.timedelta(hours=4))
    assert references(desk, "?queue=due_soon") == {claim.reference}


def test_a_claim_whose_clock_stands_still_is_not_due_soon(
    bench: Bench, desk: Client, frozen_clock: Any
) -> None:
    claim = bench.escalated()
    act(claim.pk, c.Take(by=bench.agent(bench.charlie)))
    asked = c.AskEvidence(
        by=bench.agent(bench.charlie), of=bench.buyer.role, text="Une photo, s'il vous plaît."
    )
    row = act(claim.pk, asked)

    frozen_clock.move_to(row.sort_at - dt.timedelta(hours=1))

    assert references(desk, "?queue=due_soon") == set()


def test_parcels_on_their_way_are_one_queue(bench: Bench, desk: Client) -> None:
    claim = bench.dispute()
    terms = Terms(remedy=Remedy.REPLACEMENT)
    act(claim.pk, c.MakeOffer(by=bench.seller, terms=terms, reasons="Un autre."))
    act(claim.pk, c.AcceptOffer(by=bench.buyer, number=1))

    assert references(desk, "?queue=with_parcel") == {claim.reference}


def test_refunds_that_failed_are_a_queue(bench: Bench, desk: Client) -> None:
    claim, other = bench.dispute(), bench.dispute()
    for one, status in ((claim, "failed"), (other, "requested")):
        Refund.objects.create(
            claim=one, owed_at=PRESENT, provider="simulated", currency="EUR", amount_minor=100, status=status,
            requested_at=PRESENT, pay_from=PRESENT, pay_until=PRESENT,
        )  # fmt: skip

    assert references(desk, "?queue=stuck_refunds") == {claim.reference}


def test_mails_that_did_not_arrive_are_a_queue_until_handled(bench: Bench, desk: Client) -> None:
    claim = bench.dispute()
    bench.dispute()
    mail = Mail.objects.filter(topic=f"claim:{claim.pk}")
    mail.update(protects=True, state=Mail.State.BOUNCED, returned_at=PRESENT)

    assert references(desk, "?queue=lost_mails") == {claim.reference}
    mail.update(handled_at=PRESENT)
    assert references(desk, "?queue=lost_mails") == set()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("ground=defective", {"small"}),
        ("least=50,00", {"large", "english"}),
        ("most=50", {"small"}),
        ("least=50&most=100", {"large", "english"}),
        ("language=en", {"english"}),
        ("language=fr", {"small", "large"}),
        ("held_by=me", {"large"}),
        ("held_by=nobody", {"small", "english"}),
        ("within_hours=4", set()),
        ("within_hours=8000", {"small", "large", "english"}),
    ],
)
def test_what_a_view_asks(bench: Bench, desk: Client, address: str, expected: set[str]) -> None:
    english = a_user("Eve")
    english.language = "en"
    english.save()
    eve = a_buyer(bench.place, user=english)
    orders = {
        "small": an_order(bench.alice, bench.shop, lines=(1000,)),
        "large": an_order(bench.alice, bench.shop, lines=(8990,)),
        "english": an_order(eve, bench.shop, lines=(8990,)),
    }
    claims = {}
    for name, order in orders.items():
        claim = a_claim(order, ground=Ground.DEFECTIVE if name == "small" else Ground.DAMAGED)
        act(claim.pk, c.Escalate(by=bench.seller, reasons="Voyez nos photos."))
        claims[claim.reference] = name
    large = Claim.objects.get(order=orders["large"])
    act(large.pk, c.Take(by=bench.agent(bench.charlie)))

    assert {claims[found] for found in references(desk, f"?{address}")} == expected


def test_a_view_of_one_shop(bench: Bench, desk: Client) -> None:
    bench.escalated()
    other = a_shop(bench.place, name="Au Bon Fil")
    claim = a_claim(an_order(bench.alice, other))
    act(claim.pk, c.Escalate(by=bench.seller, reasons="Voyez nos photos."))

    page = desk.get(f"/desk/?shop={other.pk}")

    assert [row.reference for row in page.context["page"].rows] == [claim.reference]
    assert "Boutique : Au Bon Fil" in page.content.decode().replace("\u202f", " ").replace("\xa0", " ")
    foreign = a_shop(name="Boutique lointaine")
    assert "Boutique lointaine" not in desk.get(f"/desk/?shop={foreign.pk}").content.decode()


def test_amounts_are_asked_of_a_stretch_of_the_queue_at_a_time(
    bench: Bench, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LOOKED_AT", 2)
    for day in range(3, 0, -1):
        bench.escalated(now=PRESENT - dt.timedelta(days=day))
    rare = a_claim(an_order(bench.alice, bench.shop, lines=(50_000,)))
    act(rare.pk, c.Escalate(by=bench.seller, reasons="Voyez nos photos."))

    first = desk.get("/desk/?least=100").context
    second = desk.get(first["further_url"]).context

    assert [row.reference for row in first["page"].rows] == []
    assert [row.reference for row in second["page"].rows] == [rare.reference]
    assert second["further_url"] == ""


def test_a_saved_view_has_a_tab_with_its_count(bench: Bench, desk: Client) -> None:
    bench.escalated()
    claim = bench.escalated(ground=Ground.DEFECTIVE)

    saved = save(desk, "  Les   pannes ", queue="to_rule", ground="defective")
    page = desk.get(saved.headers["Location"])

    assert [(tab["label"], tab["count"], tab["current"]) for tab in page.context["view_tabs"]] == [
        ("Les pannes", "1", True)
    ]
    assert page.context["title"] == "Les pannes"
    assert [row.reference for row in page.context["page"].rows] == [claim.reference]


def test_colleagues_see_shared_views_only(bench: Bench, desk: Client) -> None:
    save(desk, "À moi", ground="lost")
    save(desk, "À tous", ground="late", shared="on")
    elsewhere = signed_in(an_agent(a_marketplace()))

    def seen(browser: Client) -> list[str]:
        return [tab["label"] for tab in browser.get("/desk/").context["view_tabs"]]

    assert seen(desk) == ["À moi", "À tous"]
    assert seen(signed_in(bench.chloe)) == ["À tous"]
    assert seen(elsewhere) == []


@pytest.mark.parametrize(
    ("name", "why"),
    [("", "Cette vue n’a pas de nom"), ("x" * 61, "Cette vue n’a pas de nom"), ("Pannes", "Une autre")],
)
def test_a_view_that_is_not_kept_says_why_and_keeps_what_was_typed(
    bench: Bench, desk: Client, name: str, why: str
) -> None:
    save(desk, "Pannes", ground="defective")

    page = save(desk, name, queue="appeals", ground="lost")

    assert page.status_code == 422
    assert why in page.content.decode()
    assert page.context["view_name"] == name
    assert page.context["filters"] == Filters(queue=Queue.APPEALS, ground=Ground.LOST)
    assert SavedView.objects.count() == 1


def test_filters_are_drawn_when_they_are_opened(bench: Bench, desk: Client) -> None:
    closed = desk.get("/desk/?queue=appeals")
    opened = desk.get(closed.context["narrow_url"])

    assert closed.context["form"] is None
    assert 'name="ground"' not in closed.content.decode()
    assert "/desk/sharing/" in closed.content.decode()
    assert 'name="ground"' in opened.content.decode()
    assert 'name="name"' in opened.content.decode()
    assert opened.context["filters"] == Filters(queue=Queue.APPEALS)
    assert desk.get("/desk/?ground=late").context["form"] is not None


def test_views_are_not_endless(bench: Bench, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recours.casework.commands.views.MOST_VIEWS", 1)
    save(desk, "Une")

    page = save(desk, "Deux")

    assert page.status_code == 422
    assert "vue enregistrée." in page.content.decode()


def test_only_its_owner_lets_a_view_go(bench: Bench, desk: Client) -> None:
    save(desk, "À tous", ground="late", shared="on")
    view = SavedView.objects.get()

    assert signed_in(bench.chloe).post(f"/desk/views/{view.pk}/delete/").status_code == 404
    assert desk.post(f"/desk/views/{view.pk}/delete/").status_code == 302
    assert not SavedView.objects.exists()


def test_a_name_of_html_is_text(bench: Bench, desk: Client) -> None:
    save(desk, "<script>alert(1)</script>", ground="late")

    assert "<script>alert(1)" not in desk.get("/desk/").content.decode()
