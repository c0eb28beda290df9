"""The team lead's page: who has what, what is late and why, the hours, and an aim that moves no promise."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench, signed_in

from recours.casework.models import TeamHours
from recours.claims.commands import act
from recours.claims.models import Claim
from recours.claims.sweep import sweep
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

LOAD_QUERIES = 11
HOURS = {"weekdays": ["0", "1"], "opens": "08:00", "closes": "12:00", "take_hours": "2", "closed_on": ""}


@pytest.fixture
def bench() -> Bench:
    return a_bench()


@pytest.fixture
def lead(bench: Bench) -> Client:
    return signed_in(bench.admin)


def load(browser: Client) -> Any:
    return browser.get("/desk/load/").context["load"]


def taken(bench: Bench, by: Any, **asked: Any) -> Claim:
    claim = bench.escalated(**asked)
    return act(claim.pk, c.Take(by=bench.agent(by)), now=asked.get("now"))


def test_the_load_of_each(bench: Bench, lead: Client) -> None:
    for user, name in ((bench.charlie, "Charlie"), (bench.chloe, "Chloé"), (bench.admin, "Hélène")):
        user.name = name
        user.save()
    ruled = taken(bench, bench.charlie)
    act(ruled.pk, c.Rule(by=bench.agent(bench.charlie), rule="L217-3", reasons="Intact.", terms=None))
    taken(bench, bench.charlie)
    taken(bench, bench.chloe, now=PRESENT - dt.timedelta(days=20))
    sweep(PRESENT)

    rows = [(row["name"], row["held"], row["late"], row["ruled"]) for row in load(lead).agents]

    assert rows == [("Charlie", "1", "0", "1"), ("Chloé", "1", "1", "0"), ("Hélène", "0", "0", "0")]


def test_what_is_late_says_why(bench: Bench, lead: Client) -> None:
    long_ago = PRESENT - dt.timedelta(days=20)
    bench.chloe.name = "Chloé"
    bench.chloe.save()
    held = taken(bench, bench.chloe, now=long_ago)
    free = bench.escalated(now=long_ago)
    sweep(PRESENT)
    asked = c.AskEvidence(by=bench.agent(bench.chloe), of=Role.SELLER, text="Une photo du carton.")
    waiting = act(taken(bench, bench.chloe, now=long_ago).pk, asked, now=PRESENT - dt.timedelta(hours=1))

    found = {row["reference"]: row["why"] for row in load(lead).late}

    assert found[held.reference] == "Suivi par Chloé."
    assert found[free.reference] == "Personne ne suit ce dossier."
    assert found.get(waiting.reference, "").startswith("Une pièce est demandée") or not waiting.overdue


def test_hours_show_what_is_due_and_what_was_decided(bench: Bench, lead: Client, frozen_clock: Any) -> None:
    claim = taken(bench, bench.charlie)
    frozen_clock.move_to(claim.sort_at - dt.timedelta(hours=3))

    hours = load(lead).hours

    assert [hour["due"] for hour in hours] == [1]
    assert hours[0]["ahead"] <= claim.sort_at <= hours[0]["ahead"] + dt.timedelta(hours=1)


def test_the_aim_counts_working_hours_and_moves_no_promise(
    bench: Bench, lead: Client, frozen_clock: Any
) -> None:
    claim = bench.escalated()
    promised = Claim.objects.get(pk=claim.pk).due_at

    frozen_clock.move_to(PRESENT + dt.timedelta(hours=3, minutes=59))
    assert load(lead).beyond_aim == 0
    frozen_clock.move_to(PRESENT + dt.timedelta(hours=4))
    assert load(lead).beyond_aim == 1
    lead.post("/desk/load/", HOURS)
    assert load(lead).beyond_aim == 0
    assert Claim.objects.get(pk=claim.pk).due_at == promised
    assert TeamHours.objects.get().says.weekdays == (0, 1)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"closes": "07:00"}, "finit avant de commencer"),
        ({"weekdays": []}, "Cochez au moins un jour"),
        ({"opens": "huit"}, "heure"),
        ({"take_hours": "0"}, "supérieure"),
        ({"closed_on": "Noël"}, "Écrivez chaque jour comme"),
    ],
)
def test_hours_that_are_wrong_say_why(bench: Bench, lead: Client, changed: dict[str, Any], why: str) -> None:
    page = lead.post("/desk/load/", HOURS | changed)

    assert page.status_code == 422
    assert why in page.content.decode()
    assert not TeamHours.objects.exists()


def test_days_of_closing_are_kept(bench: Bench, lead: Client) -> None:
    lead.post("/desk/load/", HOURS | {"closed_on": "2026-12-24\n2026-12-24\n2026-12-31"})

    assert TeamHours.objects.get().says.closed_on == (dt.date(2026, 12, 24), dt.date(2026, 12, 31))
    assert "2026-12-31" in lead.get("/desk/load/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_with_more_claims(
    bench: Bench, lead: Client, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        taken(bench, bench.charlie, now=PRESENT - dt.timedelta(days=20))
    sweep(PRESENT)

    with django_assert_num_queries(LOAD_QUERIES):
        lead.get("/desk/load/")


def test_agents_do_not_read_each_others_load(bench: Bench) -> None:
    assert signed_in(bench.charlie).get("/desk/load/").status_code == 404
    assert signed_in(a_bench().admin).get("/desk/load/").context["load"].late == []
