"""Four weeks after a refund: did it come? The question, both answers, the search, and silence that harms nobody."""

import datetime as dt

import pytest
from msgspec.structs import replace
from tests.rules.lifecycle.people import AGENT, BUYER, CLOCK, RULES, SELLER, Story, refund

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import deadlines, decide
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.allowed import allowed
from recours.rules.lifecycle.standing import standing
from recours.rules.lifecycle.vocabulary import Act, DeadlineKind, Missing, Role, State
from recours.rules.money import Money
from recours.rules.policy import parse_policy, preset

pytestmark = pytest.mark.rules

SECOND = dt.timedelta(seconds=1)


def paid() -> Story:
    return Story().dispute().do(c.Accept(by=SELLER)).later(days=2).pay()


def asked() -> Story:
    return paid().silence()


def missing(missing: Missing = Missing.NOTHING, **fields: object) -> c.ReportRefundMissing:
    return c.ReportRefundMissing(by=BUYER, missing=missing, **fields)  # type: ignore[arg-type]


def turn(story: Story, role: Role = Role.BUYER) -> str:
    said = standing(story.now_claim, role, RULES).turn("fr")
    return said.replace("\u202f", " ").replace("\xa0", " ").replace("’", "'")


def test_nobody_waits_for_anything_until_the_question() -> None:
    claim = paid().now_claim

    assert claim.state is State.CLOSED
    assert [due.kind for due in claim.deadlines] == [DeadlineKind.REFUND_CHECK]
    assert claim.next_deadline is None
    assert turn(paid()) == "La réclamation est close : vous avez été remboursé de 89,90 €."


def test_asked_at_the_end_of_the_28th_day_and_not_a_second_before() -> None:
    story = paid()
    (due,) = story.now_claim.deadlines
    elapse = c.Elapse(kind=due.kind, due_at=due.due_at, by=CLOCK)

    # Paid on 21 November; the 28th day after it is 19 December.
    assert due.due_at == dt.datetime(2026, 12, 19, 23, tzinfo=dt.UTC)
    with pytest.raises(r.SilenceNotDue):
        decide(story.now_claim, elapse, RULES, due.due_at - SECOND)
    for late in (dt.timedelta(0), SECOND):
        (event,) = decide(story.now_claim, elapse, RULES, due.due_at + late)
        assert (type(event), event.at, event.to) == (e.RefundCheckAsked, due.due_at, None)


def test_silence_changes_nothing_and_is_not_asked_twice() -> None:
    claim = asked().now_claim

    assert (claim.state, claim.resolution, claim.deadlines) == (
        State.CLOSED,
        paid().now_claim.resolution,
        (),
    )
    assert turn(asked()) == "Vous avez été remboursé de 89,90 € : la somme est-elle bien arrivée ?"


def test_yes_closes_the_matter() -> None:
    story = asked().do(c.ConfirmRefund(by=BUYER))

    assert story.now_claim.deadlines == ()
    assert turn(story) == "La réclamation est close : vous confirmez avoir reçu 89,90 €."
    with pytest.raises(r.ActNotOpen):
        story.do(c.ConfirmRefund(by=BUYER))


def test_who_says_yes_before_the_question_is_not_asked() -> None:
    story = paid().do(c.ConfirmRefund(by=BUYER))

    assert story.now_claim.deadlines == ()


@pytest.mark.parametrize("what", [Missing.NOTHING, Missing.ACCOUNT_GONE])
@pytest.mark.parametrize("start", [paid, asked])
def test_no_is_the_desks_turn_until_a_day(start: object, what: Missing) -> None:
    story = start().do(missing(what))  # type: ignore[operator]

    (due,) = story.now_claim.deadlines
    assert (due.kind, due.party, due.rule) == (DeadlineKind.REFUND_TRACE, Role.AGENT, "refund.trace")
    assert story.now_claim.next_deadline == due
    assert turn(story).startswith("C'est à la plateforme de vous dire où est votre remboursement, jusqu'au")
    assert Act.TRACE_REFUND in allowed(story.now_claim, AGENT, RULES, story.now)


def test_less_names_what_came() -> None:
    with pytest.raises(r.AmountMissing):
        asked().do(missing(Missing.LESS))
    with pytest.raises(r.AmountMissing):
        asked().do(missing(Missing.LESS, arrived=Money(0, "EUR")))
    with pytest.raises(r.WrongCurrency):
        asked().do(missing(Missing.LESS, arrived=Money(100, "CNY")))
    for minor in (8990, 8991):
        with pytest.raises(r.ArrivedWhole):
            asked().do(missing(Missing.LESS, arrived=Money(minor, "EUR")))

    said = asked().do(missing(Missing.LESS, arrived=Money(8989, "EUR"))).events[-1]

    assert isinstance(said, e.RefundReportedMissing)
    assert said.arrived == Money(8989, "EUR")


def test_an_amount_beside_another_answer_is_not_kept() -> None:
    said = asked().do(missing(Missing.NOTHING, arrived=Money(1, "EUR"))).events[-1]

    assert isinstance(said, e.RefundReportedMissing)
    assert said.arrived is None


def test_the_desk_says_what_it_found_and_the_buyer_may_ask_again() -> None:
    story = asked().do(missing()).do(c.TraceRefund(by=AGENT, text="Versé le 22, référence V1."))

    assert story.now_claim.deadlines == ()
    assert turn(story) == "Vous avez été remboursé de 89,90 € : la somme est-elle bien arrivée ?"
    again = story.do(missing())
    assert [due.kind for due in again.now_claim.deadlines] == [DeadlineKind.REFUND_TRACE]
    with pytest.raises(r.ActNotOpen):
        asked().do(c.TraceRefund(by=AGENT, text="Rien ne manque."))
    with pytest.raises(r.TextMissing):
        asked().do(missing()).do(c.TraceRefund(by=AGENT, text=" "))


def test_a_late_search_is_said_once_and_can_still_end() -> None:
    story = asked().do(missing())
    due_at = story.now_claim.deadlines[0].due_at
    story.silence()

    assert (story.events[-1].at, type(story.events[-1])) == (due_at, e.RefundTraceOverdue)
    assert story.now_claim.deadlines == ()
    assert "elle est en retard" in turn(story)
    story.do(c.TraceRefund(by=AGENT, text="Retrouvé."))
    assert "elle est en retard" not in turn(story)
    # Missed anew, it is searched for anew, with its own time.
    assert story.do(missing()).now_claim.deadlines[0].kind is DeadlineKind.REFUND_TRACE


def test_money_that_turns_up_ends_the_search() -> None:
    story = asked().do(missing()).do(c.ConfirmRefund(by=BUYER))

    assert story.now_claim.deadlines == ()
    assert Act.TRACE_REFUND not in allowed(story.now_claim, AGENT, RULES, story.now)


def test_only_the_buyer_says_and_only_the_desk_finds() -> None:
    for wish in (c.ConfirmRefund(by=SELLER), c.ReportRefundMissing(by=AGENT, missing=Missing.NOTHING)):
        with pytest.raises(r.ActNotOpen):
            asked().do(wish)
    with pytest.raises(r.ActNotOpen):
        asked().do(missing()).do(c.TraceRefund(by=BUYER, text="Je l'ai."))


def test_a_claim_without_a_refund_is_not_asked() -> None:
    for story in (Story().dispute().do(c.Withdraw(by=BUYER)), Story().dispute().do(c.MarkSolved(by=BUYER))):
        assert story.now_claim.deadlines == ()
        with pytest.raises(r.ActNotOpen):
            story.do(c.ConfirmRefund(by=BUYER))
        with pytest.raises(r.ActNotOpen):
            story.do(missing())


def test_a_claim_opened_again_and_paid_again_is_asked_again() -> None:
    story = (
        Story().dispute(wanted=refund(3000)).do(c.Accept(by=SELLER)).pay(3000).do(c.ConfirmRefund(by=BUYER))
    )
    story.do(c.Reopen(by=BUYER, reasons="L'autre écouteur aussi."))
    assert story.now_claim.refund_check is None
    story.do(c.Rule(by=AGENT, rule="art. L217-3", reasons="Oui.", terms=refund(2000))).silence().pay(2000)

    assert [due.kind for due in story.now_claim.deadlines] == [DeadlineKind.REFUND_CHECK]


def test_asking_fits_inside_the_time_to_reopen() -> None:
    story = asked()

    assert Act.REOPEN in allowed(story.now_claim, BUYER, RULES, story.now)
    assert Act.REPORT_REFUND_MISSING in allowed(
        story.now_claim, BUYER, RULES, story.now + dt.timedelta(days=400)
    )


def test_a_policy_of_before_is_read_with_the_four_weeks() -> None:
    lines = [
        line for line in preset("default").splitlines() if not line.startswith(("confirm_after", "trace"))
    ]
    policy = parse_policy("\n".join(lines))
    rules = replace(RULES, policy=replace(policy, meta=RULES.policy.meta))

    assert deadlines(paid().now_claim, rules) == paid().now_claim.deadlines
