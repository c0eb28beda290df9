"""Action plans: each step once, never over a party's answer, never while somebody writes, never on a closed claim."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from tests.at_once import at_once
from tests.buyer.reading import plain
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench, signed_in
from tests.factories import a_stored_file

from recours.casework.commands.plans import follow_plans, stop_plan, write_plan
from recours.casework.commands.presence import note_presence
from recours.casework.models import ActionPlan, PlanRun
from recours.claims.commands import act
from recours.claims.commands.evidence import add_evidence, write_message
from recours.claims.models import Claim
from recours.conversations.commands.canned import save_answer
from recours.conversations.models import CannedAnswer, Message
from recours.notices.models import Notice
from recours.people.models import DeskStaff
from recours.rules.casework.plans import Plan, PlanEmpty, PlanGoesOn, Step, StepTooLong
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.vocabulary import Act

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def bench() -> Bench:
    return a_bench()


@pytest.fixture
def desk(bench: Bench) -> Client:
    return signed_in(bench.charlie)


def an_answer(bench: Bench, text: str, title: str = "Photo") -> CannedAnswer:
    return save_answer(marketplace_id=bench.place.pk, shop_id=None, title=title, text=text, now=PRESENT)


def a_plan(bench: Bench, text: str = "Bonjour {{ acheteur }}, une photo ?") -> ActionPlan:
    """Ask for a photo, wait three days, remind, wait two, then propose."""
    first, again = an_answer(bench, text), an_answer(bench, "Toujours rien reçu.", "Rappel")
    steps = (
        Step(answer=first.pk),
        Step(after_days=3, answer=again.pk),
        Step(after_days=2, suggest=Act.PROPOSE),
    )
    return write_plan(
        marketplace_id=bench.place.pk, name="Photo", says=Plan(steps=steps), by_id=bench.admin.pk, now=PRESENT
    )


def started(desk: Client, claim: Claim, plan: ActionPlan) -> Any:
    return desk.post(f"/desk/claims/{claim.reference}/plan/start/", {"plan": plan.pk}, follow=True)


def said() -> list[str]:
    return list(Message.objects.order_by("sent_at", "id").values_list("text", flat=True))


def test_its_steps_follow_one_another_and_end_with_the_agent(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    started(desk, claim, a_plan(bench))

    counts = [follow_plans(now=PRESENT + after) for after in (MINUTE, 2 * MINUTE, 3 * DAY, 3 * DAY + MINUTE)]

    assert counts == [1, 0, 0, 1]
    assert said() == ["Bonjour Alice Martin, une photo ?", "Toujours rien reçu."]
    assert follow_plans(now=PRESENT + 5 * DAY + MINUTE) == 1
    assert Notice.objects.filter(user=bench.charlie, detail="plan_suggests").count() == 1
    page = desk.get(f"/desk/claims/{claim.reference}/")
    assert page.context["plan"]["act_url"] == f"/desk/claims/{claim.reference}/propose/"
    assert follow_plans(now=PRESENT + 9 * DAY) == 0


@pytest.mark.parametrize("answers", ["message", "act", "exhibit"])
def test_whatever_a_party_does_ends_it(bench: Bench, desk: Client, answers: str) -> None:
    claim = bench.escalated()
    started(desk, claim, a_plan(bench))
    follow_plans(now=PRESENT + MINUTE)
    at = PRESENT + DAY
    if answers == "message":
        write_message(claim_id=claim.pk, by=bench.buyer, text="La voici.", now=at)
    elif answers == "act":
        act(claim.pk, c.MakeOffer(by=bench.seller, terms=claim.snapshot.wanted), now=at)
    else:
        add_evidence(claim_id=claim.pk, by=bench.buyer, files=[a_stored_file()], now=at)

    follow_plans(now=at + MINUTE)

    run = PlanRun.objects.get()
    assert (run.ending, run.ended_at) == ("answered", at + MINUTE)
    assert follow_plans(now=PRESENT + 4 * DAY) == 0
    assert "Toujours rien reçu." not in said()


def test_it_waits_while_somebody_writes(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    started(desk, claim, a_plan(bench))
    now = PRESENT + MINUTE
    note_presence(claim_id=claim.pk, user_id=bench.chloe.pk, typing=True, now=now - dt.timedelta(seconds=19))

    assert follow_plans(now=now) == 0
    assert follow_plans(now=now + MINUTE) == 1


def test_a_closed_claim_hears_nothing_more(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    started(desk, claim, a_plan(bench))
    act(claim.pk, c.Withdraw(by=bench.buyer, reason=""), now=PRESENT)

    assert follow_plans(now=PRESENT + MINUTE) == 0

    assert PlanRun.objects.get().ending == "closed"
    assert "Ce dossier est clos." in plain(started(desk, claim, ActionPlan.objects.get()))


def test_stopped_by_hand(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    started(desk, claim, a_plan(bench))

    page = desk.post(f"/desk/claims/{claim.reference}/plan/stop/", follow=True)

    assert "Arrêté à la main" in plain(page)
    assert follow_plans(now=PRESENT + MINUTE) == 0
    assert not stop_plan(claim_id=claim.pk, now=PRESENT)


def test_one_at_a_time(bench: Bench, desk: Client) -> None:
    claim, plan = bench.escalated(), a_plan(bench)
    started(desk, claim, plan)

    assert "Un plan est déjà en cours" in plain(started(desk, claim, plan))
    assert PlanRun.objects.count() == 1


@pytest.mark.parametrize("text", ["Bonjour {{ claim.__class__ }}", "Bonjour {{ acheteuse }}"])
def test_what_nobody_could_read_over_is_not_sent(bench: Bench, desk: Client, text: str) -> None:
    claim = bench.escalated()
    started(desk, claim, a_plan(bench, text))

    assert follow_plans(now=PRESENT + MINUTE) == 0

    assert said() == []
    assert PlanRun.objects.get().ending == "stuck"
    assert Notice.objects.filter(user=bench.charlie, detail="plan_stuck").exists()


def test_single_braces_are_text(bench: Bench, desk: Client) -> None:
    started(desk, bench.escalated(), a_plan(bench, "{claim.__class__} {% now %}"))

    follow_plans(now=PRESENT + MINUTE)

    assert said() == ["{claim.__class__} {% now %}"]


def test_an_answer_that_was_deleted_stops_it(bench: Bench, desk: Client) -> None:
    started(desk, bench.escalated(), a_plan(bench))
    CannedAnswer.objects.all().delete()

    assert follow_plans(now=PRESENT + MINUTE) == 0
    assert PlanRun.objects.get().ending == "stuck"


def test_who_has_left_the_desk_sends_nothing_more(bench: Bench, desk: Client) -> None:
    started(desk, bench.escalated(), a_plan(bench))
    DeskStaff.objects.filter(user=bench.charlie).delete()

    assert follow_plans(now=PRESENT + MINUTE) == 0
    assert PlanRun.objects.get().ending == "stopped"


@pytest.mark.parametrize("given", ["", "0", "x", "9" * 30])
def test_a_plan_that_is_not_the_desks_starts_nothing(bench: Bench, desk: Client, given: str) -> None:
    foreign = a_plan(a_bench())
    claim = bench.escalated()

    for plan in (given, foreign.pk):
        desk.post(f"/desk/claims/{claim.reference}/plan/start/", {"plan": plan})

    assert not PlanRun.objects.exists()


def test_administrators_write_plans_and_agents_read_them(bench: Bench, desk: Client) -> None:
    kept = an_answer(bench, "Une photo ?")
    typed = {"name": "Photo", "what_1": f"send:{kept.pk}", "what_2": "suggest:propose", "days_2": "3"}

    assert desk.post("/desk/plans/", typed).status_code == 404
    page = signed_in(bench.admin).post("/desk/plans/", typed, follow=True)

    assert "Plan ajouté" in plain(page)
    assert ActionPlan.objects.get().says.steps == (
        Step(answer=kept.pk),
        Step(after_days=3, suggest=Act.PROPOSE),
    )
    listed = plain(desk.get("/desk/plans/"))
    assert "3 jours sans réponse, puis suggérer" in listed
    assert "Ajouter le plan" not in listed


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "", "what_1": "suggest:propose"},
        {"name": "x" * 61, "what_1": "suggest:propose"},
        {"name": "Photo", "what_1": ""},
        {"name": "Photo", "what_1": "send:0"},
        {"name": "Photo", "what_1": "suggest:withdraw"},
        {"name": "Photo", "what_1": "suggest:propose", "what_2": "suggest:rule"},
        {"name": "Photo", "what_1": "suggest:propose", "days_1": "31"},
    ],
)
def test_a_plan_that_says_nothing_sound_is_kept_typed(bench: Bench, typed: dict[str, str]) -> None:
    page = signed_in(bench.admin).post("/desk/plans/", typed)

    assert page.status_code == 422
    assert page.context["form"]["name"].value() == typed["name"]
    assert page.content.decode().count("Il reste quelque chose à corriger") == 1
    assert not ActionPlan.objects.exists()


def test_a_step_that_is_due_is_not_said_to_be_over(bench: Bench, desk: Client, frozen_clock: Any) -> None:
    claim, plan = bench.escalated(), a_plan(bench)
    page = plain(started(desk, claim, plan))
    follow_plans(now=PRESENT + MINUTE)
    frozen_clock.move_to(PRESENT + MINUTE)

    after = plain(desk.get(f"/desk/claims/{claim.reference}/"))

    assert "(dans la minute, ou dès que personne n'écrit plus ici)" in page
    assert "dans la minute" not in after
    assert "lundi 23 novembre" in after


def test_an_empty_plan_is_told_what_it_lacks(bench: Bench) -> None:
    page = signed_in(bench.admin).post("/desk/plans/", {})

    text = plain(page)
    assert "Donnez un nom au plan" in text
    assert "Choisissez ce que fait la première étape" in text
    assert "obligatoire" not in text


@pytest.mark.parametrize(
    ("steps", "refusal"),
    [
        ((), PlanEmpty),
        ((Step(suggest=Act.RULE), Step(answer=1)), PlanGoesOn),
        ((Step(answer=1, after_days=31),), StepTooLong),
        ((Step(answer=1, after_days=-1),), StepTooLong),
    ],
)
def test_plans_are_flat_and_bounded(steps: tuple[Step, ...], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        Plan(steps=steps).checked()


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_a_step_once(bench: Bench, desk: Client) -> None:
    started(desk, bench.escalated(), a_plan(bench))

    def sweep() -> int:
        return follow_plans(now=PRESENT + MINUTE)

    counts = at_once(sweep, sweep)

    assert sorted(str(one) for one in counts) == ["0", "1"]
    assert len(said()) == 1


def test_form_says_in_hints_what_is_left_out_and_of_no_field_that_it_is_optional(bench: Bench) -> None:
    page = plain(signed_in(bench.admin).get("/desk/plans/"))

    assert "facultatif" not in page
    assert page.count("Laissez « rien de plus » pour finir avant.") == 3
    assert page.count("Choisir…") == 1
