"""Goods owed again: the policy's days from the grant beside the law's thirty from the request, and what each does."""

import datetime as dt

import pytest
from tests.rules.lifecycle.people import AGENT, BUYER, CLOCK, REPLACEMENT, RULES, SELLER, Story, refund

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import decide, replay
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.allowed import allowed, as_of
from recours.rules.lifecycle.claim import Terms
from recours.rules.lifecycle.standing import standing
from recours.rules.lifecycle.vocabulary import Act, DeadlineKind, Ground, Remedy, Resolution, Role, State

pytestmark = pytest.mark.rules

SECOND = dt.timedelta(seconds=1)
TERM, SHIP = DeadlineKind.REPLACEMENT_TERM, DeadlineKind.REPLACEMENT
LAW = dt.datetime(2026, 12, 19, 23, tzinfo=dt.UTC)
"""Claimed on 19 November: the thirtieth day after it ends at midnight, in Paris, between 19 and 20 December."""


def owed(days: int) -> Story:
    """A claim for new goods that the platform grants so many days after it was made."""
    story = Story().dispute(wanted=REPLACEMENT).do(c.Refuse(by=SELLER, reasons="Emballage intact."))
    story.do(c.Escalate(by=BUYER)).later(days=days)
    story.do(c.Propose(by=AGENT, terms=REPLACEMENT, reasons="Renvoyez l'article."))
    return story.do(c.AcceptOffer(by=BUYER, number=1)).do(c.AcceptOffer(by=SELLER, number=1))


def due(story: Story) -> dict[DeadlineKind, dt.datetime]:
    return {one.kind: one.due_at for one in story.now_claim.deadlines}


def said(story: Story, role: Role = Role.BUYER, part: str = "turn") -> str:
    text = getattr(standing(as_of(story.now_claim, RULES, story.now), role, RULES), part)("fr")
    return text.replace("\u202f", " ").replace("\xa0", " ").replace("’", "'")


def test_granted_early_the_policy_is_better_and_the_law_is_not_waited_for() -> None:
    story = owed(days=1)

    assert due(story) == {SHIP: dt.datetime(2026, 11, 27, 23, tzinfo=dt.UTC)}
    assert said(story).startswith(
        "C'est au vendeur d'envoyer l'article à nouveau, jusqu'au vendredi 27 novembre"
    )
    (deadline,) = story.now_claim.deadlines
    assert [step.code for step in deadline.trace if step.kind == "choice"] == ["earlier"]


def test_granted_late_the_law_comes_first_and_the_policy_after_it() -> None:
    story = owed(days=25)

    assert due(story) == {TERM: LAW, SHIP: dt.datetime(2026, 12, 21, 23, tzinfo=dt.UTC)}
    first = story.now_claim.next_deadline
    assert first is not None
    assert (first.kind, first.party, first.rule) == (TERM, Role.SELLER, "law.conformity_repair")
    assert {step.params.get("source") for step in first.trace} >= {"law:FR:conso:L217-10"}
    assert "c'est la fin du délai de la loi" in said(story, Role.SELLER)
    assert "après le lundi 21 décembre" in said(story, part="silence")


@pytest.mark.parametrize(("late", "passed"), [(-SECOND, False), (dt.timedelta(0), True), (SECOND, True)])
def test_the_laws_term_calls_nobody_but_lets_the_buyer_call(late: dt.timedelta, passed: bool) -> None:
    story = owed(days=25)
    story.now = LAW + late
    claim = as_of(story.now_claim, RULES, story.now)

    assert claim.state is State.REPLACEMENT_DUE
    assert (Act.ESCALATE in allowed(claim, BUYER, RULES, story.now)) is passed
    if not passed:
        with pytest.raises(r.ActNotOpen):
            story.do(c.Escalate(by=BUYER))
        return
    story.do(c.Escalate(by=BUYER, reasons="Rien n'est parti : je préfère mon argent."))
    assert [type(event) for event in story.events[-2:]] == [e.ReplacementTermPassed, e.Escalated]
    assert story.events[-2].at == LAW
    assert story.now_claim.state is State.WITH_PLATFORM
    assert replay(story.events) == story.now_claim


def test_once_the_term_passed_the_seller_keeps_the_days_of_the_policy_and_silence_ends_them() -> None:
    story = owed(days=25).silence()

    assert due(story) == {SHIP: dt.datetime(2026, 12, 21, 23, tzinfo=dt.UTC)}
    assert "vous n'êtes pas tenu d'attendre" in said(story)
    assert Act.SHIP_REPLACEMENT in allowed(story.now_claim, SELLER, RULES, story.now)
    assert isinstance(story.silence().events[-1], e.ReplacementOverdue)
    assert story.now_claim.state is State.WITH_PLATFORM


@pytest.mark.parametrize("days", [31, 60, 400])
def test_a_term_that_was_over_when_granted_brings_nothing_about(days: int) -> None:
    story = owed(days=days)
    ends = due(story)[SHIP]

    # The policy's whole window from the grant, and no event of the clock before its end: not one, let alone a loop.
    assert due(story) == {SHIP: ends}
    assert ends - story.now > dt.timedelta(days=7)
    assert as_of(story.now_claim, RULES, ends - SECOND) == story.now_claim
    assert Act.ESCALATE not in allowed(story.now_claim, BUYER, RULES, story.now)
    assert "Le délai de la loi avait pris fin le samedi 19 décembre 2026" in said(story)
    assert [type(event) for event in story.silence().events[-1:]] == [e.ReplacementOverdue]


def test_granted_on_the_last_day_of_the_law_still_leaves_the_policys_days() -> None:
    story = owed(days=30)

    assert due(story)[TERM] == LAW
    claim = as_of(story.now_claim, RULES, LAW)
    assert (claim.state, [one.kind for one in claim.deadlines]) == (State.REPLACEMENT_DUE, [SHIP])


@pytest.mark.parametrize("country_has_law", [True, False])
def test_goods_that_never_came_and_countries_without_a_law_have_the_policy_alone(
    country_has_law: bool,
) -> None:
    wanted = Terms(remedy=Remedy.REDELIVERY) if country_has_law else REPLACEMENT
    ground = Ground.LOST if country_has_law else Ground.DAMAGED
    story = Story().dispute(ground, wanted)
    if not country_has_law:
        story.rules = type(RULES)(policy=RULES.policy, law=None, calendar=RULES.calendar)
    story.do(c.Refuse(by=SELLER, reasons="Parti hier.")).do(c.Escalate(by=BUYER)).later(days=27)
    story.do(c.Propose(by=AGENT, terms=wanted, reasons="Renvoyez-le."))
    story.do(c.AcceptOffer(by=BUYER, number=1)).do(c.AcceptOffer(by=SELLER, number=1))

    assert [one.kind for one in story.now_claim.deadlines] == [SHIP]


def sent() -> Story:
    return owed(days=1).do(
        c.ShipReplacement(by=SELLER, carrier="Colissimo", tracking="6A12345678919", sure=True)
    )


@pytest.mark.parametrize(("late", "asked"), [(-SECOND, False), (dt.timedelta(0), True), (SECOND, True)])
def test_the_buyer_is_asked_two_weeks_after_the_sending(late: dt.timedelta, asked: bool) -> None:
    story = sent()
    (check,) = story.now_claim.deadlines
    elapse = c.Elapse(kind=check.kind, due_at=check.due_at, by=CLOCK)

    # Sent on 20 November; the fourteenth day after it is 4 December.
    assert check.due_at == dt.datetime(2026, 12, 4, 23, tzinfo=dt.UTC)
    assert story.now_claim.next_deadline is None
    if not asked:
        with pytest.raises(r.SilenceNotDue):
            decide(story.now_claim, elapse, RULES, check.due_at + late)
        return
    (event,) = decide(story.now_claim, elapse, RULES, check.due_at + late)
    assert (type(event), event.at, event.to) == (e.ReplacementCheckAsked, check.due_at, None)


def test_asked_once_and_silence_changes_nothing() -> None:
    story = sent().silence()

    assert (story.now_claim.state, story.now_claim.resolution) == (State.CLOSED, Resolution.REPLACED)
    assert story.now_claim.deadlines == ()
    assert said(story) == "L'article envoyé à nouveau devrait être chez vous. Est-il bien arrivé ?"
    story.do(c.ConfirmReplacement(by=BUYER))
    assert said(story) == "La réclamation est close : vous confirmez avoir reçu le nouvel article."


def test_who_said_that_it_came_is_not_asked() -> None:
    assert sent().do(c.ConfirmReplacement(by=BUYER)).now_claim.deadlines == ()


def test_a_refund_is_asked_about_as_before() -> None:
    story = Story().dispute(wanted=refund()).do(c.Accept(by=SELLER)).pay()

    assert [one.kind for one in story.now_claim.deadlines] == [DeadlineKind.REFUND_CHECK]
