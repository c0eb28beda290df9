"""Taking the next claim, doing the same to several, and the rules by which claims are given out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from tests.at_once import at_once
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench, happened, signed_in
from tests.factories import a_buyer, a_claim, a_marketplace, a_shop, a_user, an_order

from recours.casework.commands.sharing import share_out, take_next
from recours.casework.models import AssignmentRule, Reminder
from recours.claims.commands import act
from recours.claims.models import Claim, ClaimEvent, InternalNote
from recours.conversations.commands.canned import save_answer
from recours.conversations.models import Message
from recours.desk.queries import Desk
from recours.people.commands import appoint_to_desk, appoint_to_shop
from recours.people.models import DeskRole, User
from recours.people.queries import identity_of
from recours.rules.casework.assigning import Assignment
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.vocabulary import AppealReason, Ground, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench() -> Bench:
    return a_bench()


@pytest.fixture
def desk(bench: Bench) -> Client:
    return signed_in(bench.charlie)


def holder(claim: Claim) -> User | None:
    return Claim.objects.select_related("assigned_to").get(pk=claim.pk).assigned_to


def a_rule(bench: Bench, *agents: User, position: int = 1, **asked: Any) -> AssignmentRule:
    return AssignmentRule.objects.create(
        marketplace=bench.place,
        position=position,
        says=Assignment(agents=tuple(each.pk for each in agents), **asked),
        written_by=bench.admin,
        written_at=PRESENT,
    )


def contested(bench: Bench, first: User) -> Claim:
    claim = bench.escalated()
    act(claim.pk, c.Rule(by=bench.agent(first), rule="L217-3", reasons="Intact.", terms=None))
    return act(claim.pk, c.AppealRuling(by=bench.buyer, reason=AppealReason.NEW_EVIDENCE, text="Une vidéo."))


def test_next_is_what_is_due_first_of_what_nobody_follows(bench: Bench, desk: Client) -> None:
    bench.escalated()
    taken = bench.escalated(now=PRESENT - dt.timedelta(days=3))
    act(taken.pk, c.Take(by=bench.agent(bench.chloe)))
    wanted = bench.escalated(now=PRESENT - dt.timedelta(days=2))

    page = desk.post("/desk/next/")

    assert page.headers["Location"] == f"/desk/claims/{wanted.reference}/"
    assert holder(wanted) == bench.charlie


def test_next_passes_over_an_appeal_against_ones_own_ruling(bench: Bench, desk: Client) -> None:
    contested(bench, bench.charlie)

    page = desk.post("/desk/next/", follow=True)

    assert "Aucun dossier n’attend d’agent" in page.content.decode()
    assert signed_in(bench.chloe).post("/desk/next/").headers["Location"].startswith("/desk/claims/")


def test_next_never_gives_a_claim_that_one_is_party_to(bench: Bench) -> None:
    claim = bench.escalated()
    appoint_to_desk(user=bench.bob, marketplace_id=bench.place.pk, role=DeskRole.AGENT)

    signed_in(bench.bob).post("/desk/next/")

    assert holder(claim) is None


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_two_claims() -> None:
    bench = a_bench()
    claims = [bench.escalated(), bench.escalated()]

    def ask(user: User) -> Any:
        desk = Desk(identity=identity_of(user), marketplace=bench.place)
        return lambda: take_next(desk.claims, bench.agent(user), now=PRESENT)

    at_once(ask(bench.charlie), ask(bench.chloe))

    assert {holder(claim) for claim in claims} == {bench.charlie, bench.chloe}


def test_several_are_first_shown_and_then_done(bench: Bench, desk: Client) -> None:
    free, other = bench.escalated(), bench.escalated()
    act(other.pk, c.Take(by=bench.agent(bench.chloe)))
    chosen = {"claim": [free.reference, other.reference], "what": "take"}

    preview = desk.post("/desk/several/", chosen)

    assert [(line["reference"], bool(line["why"])) for line in preview.context["lines"]] == [
        (free.reference, False),
        (other.reference, True),
    ]
    assert preview.context["possible"] == 1
    assert holder(free) is None
    done = desk.post("/desk/several/", {"claim": [free.reference], "what": "take", "sure": "1"}, follow=True)
    assert holder(free) == bench.charlie
    assert "1 dossier changé." in done.content.decode()


def test_what_changed_since_the_preview_is_said_and_stops_no_other(bench: Bench, desk: Client) -> None:
    free, late = bench.escalated(), bench.escalated()
    act(late.pk, c.Take(by=bench.agent(bench.chloe)))

    page = desk.post(
        "/desk/several/", {"claim": [late.reference, free.reference], "what": "take", "sure": "1"}
    )

    assert page.status_code == 409
    assert [line["reference"] for line in page.context["lines"]] == [late.reference]
    assert (holder(free), holder(late)) == (bench.charlie, bench.chloe)


def test_an_administrator_gives_several_to_an_agent_but_never_to_a_party(bench: Bench) -> None:
    claim = bench.escalated()
    elsewhere = a_claim(an_order(bench.alice, a_shop(bench.place)))
    act(elsewhere.pk, c.Escalate(by=bench.seller, reasons="Voyez nos photos."))
    appoint_to_shop(user=bench.chloe, shop_id=bench.shop.pk)
    chosen = {
        "claim": [claim.reference, elsewhere.reference],
        "what": "assign",
        "agent": str(bench.chloe.pk),
        "sure": "1",
    }

    page = signed_in(bench.admin).post("/desk/several/", chosen)

    assert [line["reference"] for line in page.context["lines"]] == [claim.reference]
    assert "partie à ce dossier" in page.context["lines"][0]["why"]
    assert (holder(claim), holder(elsewhere)) == (None, bench.chloe)


def test_only_administrators_assign(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()

    desk.post(
        "/desk/several/",
        {"claim": claim.reference, "what": "assign", "agent": str(bench.chloe.pk), "sure": "1"},
    )

    assert holder(claim) is None


@pytest.mark.parametrize("data", [{}, {"claim": "L-1"}, {"claim": "L-1", "what": "rule"}, {"what": "take"}])
def test_nothing_chosen_is_said(bench: Bench, desk: Client, data: dict[str, str]) -> None:
    assert desk.post("/desk/several/", data).headers["Location"] == "/desk/"


def test_claims_of_others_do_not_exist_among_several(bench: Bench, desk: Client) -> None:
    foreign = a_bench().escalated()

    page = desk.post("/desk/several/", {"claim": [foreign.reference, "L-\x00"], "what": "take"})

    assert page.context["lines"] == []
    assert foreign.reference not in page.content.decode()


def test_more_than_one_looks_through_are_refused(bench: Bench, desk: Client) -> None:
    many = [f"L-{number}" for number in range(51)]

    page = desk.post("/desk/several/", {"claim": many, "what": "take"})

    assert page.status_code == 422
    assert "au plus se traitent d’un coup" in page.content.decode()
    assert signed_in(bench.admin).post("/desk/several/", {"claim": many, "what": "take"}).status_code == 200


def test_rules_give_claims_by_ground_and_load(bench: Bench) -> None:
    a_rule(bench, bench.admin, ground=Ground.DEFECTIVE)
    a_rule(bench, bench.charlie, bench.chloe, position=2)
    defective = bench.escalated(ground=Ground.DEFECTIVE)
    plain = [bench.escalated() for _ in range(4)]

    assert share_out(now=PRESENT) == 5
    assert share_out(now=PRESENT) == 0

    assert holder(defective) == bench.admin
    held = Claim.objects.filter(pk__in=[claim.pk for claim in plain])
    assert sorted(held.values_list("assigned_to", flat=True)) == sorted(
        [bench.charlie.pk, bench.chloe.pk] * 2
    )
    assert ClaimEvent.objects.get(claim=defective, kind="Assigned").actor_role == Role.MARKETPLACE


def test_a_rule_gives_nothing_to_parties_to_who_ruled_before_nor_to_who_left(bench: Bench) -> None:
    a_rule(bench, bench.charlie, bench.bob, bench.alice.user, a_user("Gone"))
    for user in (bench.bob, bench.alice.user):
        appoint_to_desk(user=user, marketplace_id=bench.place.pk, role=DeskRole.AGENT)
    claim = contested(bench, bench.charlie)

    assert share_out(now=PRESENT) == 0
    assert holder(claim) is None
    assert happened(claim)[-1] == "RulingAppealed"


def test_claims_that_no_rule_fits_do_not_hide_others(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recours.casework.commands.sharing.SHARED_AT_ONCE", 1)
    eve = a_buyer(bench.place, user=a_user("Eve"))
    bench.escalated(now=PRESENT - dt.timedelta(days=2))
    wanted = a_claim(an_order(eve, bench.shop, lines=(50_000,)))
    act(wanted.pk, c.Escalate(by=bench.seller, reasons="Voyez nos photos."))
    a_rule(bench, bench.charlie, least=wanted.disputed)

    share_out(now=PRESENT)

    assert holder(wanted) == bench.charlie


def test_claims_of_a_rule_whose_agents_left_do_not_hide_others(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recours.casework.commands.sharing.SHARED_AT_ONCE", 1)
    a_rule(bench, a_user("Gone"), ground=Ground.DEFECTIVE)
    a_rule(bench, bench.charlie, ground=Ground.DAMAGED, position=2)
    bench.escalated(now=PRESENT - dt.timedelta(days=2), ground=Ground.DEFECTIVE)
    wanted = bench.escalated(ground=Ground.DAMAGED)

    share_out(now=PRESENT)

    assert holder(wanted) == bench.charlie


def test_who_works_at_two_desks_stays_at_the_one_they_act_at(bench: Bench, desk: Client) -> None:
    other = a_marketplace(name="Autre", slug="autre")
    appoint_to_desk(user=bench.charlie, marketplace_id=other.pk, role=DeskRole.AGENT)
    claim = bench.escalated()
    here = {"place": bench.place.slug}

    page = desk.get(f"/desk/claims/{claim.reference}/")
    nothing_chosen = desk.post("/desk/several/", here)
    taken = desk.post("/desk/next/", page.context["kept"])
    nothing_left = desk.post("/desk/next/", page.context["kept"])

    assert page.context["kept"] == here
    assert page.context["beside"].shop_url.endswith(f"&place={bench.place.slug}")
    assert nothing_chosen.headers["Location"] == f"/desk/?place={bench.place.slug}"
    assert taken.headers["Location"] == f"/desk/claims/{claim.reference}/"
    assert nothing_left.headers["Location"] == f"/desk/?place={bench.place.slug}"


def test_an_administrator_writes_and_deletes_rules_and_agents_read_them(bench: Bench, desk: Client) -> None:
    admin = signed_in(bench.admin)
    typed = {
        "ground": "lost", "language": "fr", "shop": bench.shop.ref, "least": "50,00",
        "agents": [str(bench.charlie.pk), str(bench.chloe.pk)],
    }  # fmt: skip

    admin.post("/desk/sharing/", typed)

    rule = AssignmentRule.objects.get()
    assert (rule.says.ground, rule.says.shop_id, rule.says.agents) == (
        Ground.LOST,
        bench.shop.pk,
        (bench.charlie.pk, bench.chloe.pk),
    )
    read = desk.get("/desk/sharing/")
    assert "Atelier du Son" in read.content.decode()
    assert "Ajouter la règle" not in read.content.decode()
    assert desk.post("/desk/sharing/", typed).status_code == 404
    assert desk.post(f"/desk/sharing/{rule.pk}/delete/").status_code == 404
    assert signed_in(a_bench().admin).post(f"/desk/sharing/{rule.pk}/delete/").status_code == 404
    admin.post(f"/desk/sharing/{rule.pk}/delete/")
    assert not AssignmentRule.objects.exists()


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"ground": "lost"}, "ne nomme aucun agent"),
        ({"shop": "nulle part"}, "Aucune boutique n’a cet identifiant"),
        ({"least": "douze"}, "montant"),
        ({"agents": ["00000000-0000-0000-0000-000000000001"]}, "choix"),
    ],
)
def test_a_rule_that_is_wrong_says_why(bench: Bench, typed: dict[str, Any], why: str) -> None:
    page = signed_in(bench.admin).post("/desk/sharing/", typed)

    assert page.status_code == 422
    assert why in page.content.decode()
    assert not AssignmentRule.objects.exists()


def test_an_answer_is_sent_to_each_filled_in_for_each(bench: Bench, desk: Client) -> None:
    claims = [bench.escalated(), bench.escalated()]
    kept = save_answer(
        marketplace_id=bench.place.pk, shop_id=None, title="Photo", text="{{ commande }} ?", now=PRESENT
    )
    asked = {"what": "send", "answer": kept.pk, "claim": [claim.reference for claim in claims]}

    asking = desk.post("/desk/several/", asked | {"answer": ""})
    assert ("answer", "") not in asking.context["hidden"]
    assert [one for one, _ in asking.context["form"].fields["answer"].choices] == [str(kept.pk)]
    preview = desk.post("/desk/several/", asked)
    assert (preview.context["possible"], preview.context["sure"]) == (2, "1")
    assert not Message.objects.exists()

    desk.post("/desk/several/", asked | {"sure": "1"})
    said = {
        row.conversation.claim.pk: row.text for row in Message.objects.select_related("conversation__claim")
    }
    assert said == {claim.pk: f"{claim.order.number} ?" for claim in claims}


@pytest.mark.parametrize("text", ["Bonjour {{ claim.__class__ }}", "{{ acheteuse }}"])
def test_an_answer_that_is_not_whole_is_sent_to_nobody(bench: Bench, desk: Client, text: str) -> None:
    claim = bench.escalated()
    kept = save_answer(marketplace_id=bench.place.pk, shop_id=None, title="Photo", text=text, now=PRESENT)
    asked = {"what": "send", "answer": kept.pk, "claim": [claim.reference]}

    preview = desk.post("/desk/several/", asked)

    assert preview.context["possible"] == 0
    assert desk.post("/desk/several/", asked | {"sure": "1"}).status_code == 409
    assert not Message.objects.exists()


def test_a_closed_claim_is_not_written_to_and_stops_no_other(bench: Bench, desk: Client) -> None:
    going, closed = bench.escalated(), bench.escalated()
    act(closed.pk, c.Withdraw(by=bench.buyer, reason=""), now=PRESENT)
    kept = save_answer(
        marketplace_id=bench.place.pk, shop_id=None, title="Photo", text="Une photo ?", now=PRESENT
    )
    asked = {"what": "send", "answer": kept.pk, "claim": [going.reference, closed.reference], "sure": "1"}

    page = desk.post("/desk/several/", asked)

    assert [line["reference"] for line in page.context["lines"]] == [closed.reference]
    assert [row.conversation.claim for row in Message.objects.all()] == [going]


def test_a_note_is_typed_on_the_preview_and_written_on_each(bench: Bench, desk: Client) -> None:
    claims = [bench.escalated(), bench.escalated()]
    asked = {"what": "note", "claim": [claim.reference for claim in claims]}

    assert desk.post("/desk/several/", asked).status_code == 200
    assert desk.post("/desk/several/", asked | {"sure": "1", "text": " "}).status_code == 422
    assert not InternalNote.objects.exists()

    desk.post("/desk/several/", asked | {"sure": "1", "text": "Même lot."})
    assert set(InternalNote.objects.values_list("claim", "text")) == {(one.pk, "Même lot.") for one in claims}


def test_several_are_put_aside_but_for_those_that_would_be_late(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    asked = {"what": "remind", "claim": [claim.reference], "sure": "1"}

    assert desk.post("/desk/several/", asked | {"at": "x"}).status_code == 422
    assert desk.post("/desk/several/", asked | {"at": "2027-01-10T09:00"}).status_code == 409
    assert not Reminder.objects.exists()

    desk.post("/desk/several/", asked | {"at": "2026-11-21T09:00", "note": "Photos"})
    assert [row.note for row in Reminder.objects.filter(user=bench.charlie)] == ["Photos"]


def test_what_belongs_to_another_desk_is_touched_by_nobody_here(bench: Bench, desk: Client) -> None:
    foreign = a_bench().escalated()
    asked = {"what": "note", "claim": [foreign.reference], "sure": "1", "text": "Vu."}

    desk.post("/desk/several/", asked)

    assert not InternalNote.objects.exists()
