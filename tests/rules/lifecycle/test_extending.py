"""More time for the seller: once, with a reason, before their term ends, and never past a term of the law."""

import datetime as dt

import pytest
from msgspec.structs import replace
from tests.rules.lifecycle.people import BUYER, NOW, POLICY, REPLACEMENT, RULES, SELLER, Story, refund

from recours.rules.lifecycle import Rulebook, replay
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.allowed import allowed, as_of
from recours.rules.lifecycle.deadlines import law_term
from recours.rules.lifecycle.vocabulary import Act, DeadlineKind, Ground, State
from recours.rules.policy import load_preset
from recours.rules.windows import Unit, Window
from recours.rules.wording.trace import trace_lines

DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
FIRST_END = dt.datetime(2026, 11, 24, 23, tzinfo=dt.UTC)
"""The end of the fifth day after Thursday the 19th, in Paris."""


def extend(reason: str = "Nous attendons l'entrepôt.") -> c.ExtendResponse:
    return c.ExtendResponse(by=SELLER, reason=reason)


def rules(**lines: object) -> Rulebook:
    return replace(RULES, policy=replace(POLICY, seller=replace(POLICY.seller, **lines)))


def due_at(story: Story) -> dt.datetime | None:
    deadline = story.now_claim.next_deadline
    return deadline.due_at if deadline and deadline.kind is DeadlineKind.SELLER_RESPONSE else None


def test_extension_counts_from_the_end_of_the_first_term_and_says_why() -> None:
    story = Story().dispute().do(extend())

    event = story.events[-1]
    assert isinstance(event, e.ResponseExtended)
    assert event.reason == "Nous attendons l'entrepôt."
    assert due_at(story) == FIRST_END + 3 * DAY
    (deadline,) = story.now_claim.deadlines
    assert deadline.otherwise is Act.GRANT_BY_DEFAULT
    assert trace_lines(deadline.trace, "Europe/Paris", "fr")[3:6] == [
        "Le vendeur a demandé un délai\u202f; fin du premier\u202f: mardi 24\u00a0novembre 2026",
        "+ 3\u00a0jours\u202f: délai supplémentaire du vendeur, une fois, conditions «\u202fdefault\u202f»,"
        " version 1 du 1er\u00a0septembre 2026",
        "= vendredi 27\u00a0novembre 2026, 23\u00a0h\u00a059 inclus (heure de Paris)",
    ]


def test_extension_leaves_the_buyer_every_act() -> None:
    story = Story().dispute()
    before = allowed(story.now_claim, BUYER, RULES, story.now)

    story.do(extend())

    assert allowed(story.now_claim, BUYER, RULES, story.now) == before
    assert story.now_claim.state_since == NOW
    assert Act.EXTEND_RESPONSE not in allowed(story.now_claim, SELLER, RULES, story.now)


def test_extension_asked_twice_is_refused() -> None:
    story = Story().dispute().do(extend())

    with pytest.raises(r.ExtensionUsed):
        story.do(extend("Encore un peu."))


def test_extension_is_not_given_anew_when_the_buyer_asks_for_something_else() -> None:
    story = Story().dispute().do(extend())
    story.later(days=2).do(c.Counter(by=BUYER, terms=refund(4000)))

    assert due_at(story) == FIRST_END + 2 * DAY
    with pytest.raises(r.ExtensionUsed):
        story.do(extend())


@pytest.mark.parametrize(("before", "is_open"), [(SECOND, True), (0 * SECOND, False), (-SECOND, False)])
def test_extension_is_asked_before_the_term_ends(before: dt.timedelta, is_open: bool) -> None:
    story = Story().dispute()
    story.now = FIRST_END - before

    if is_open:
        assert due_at(story.do(extend())) == FIRST_END + 3 * DAY
    else:
        with pytest.raises(r.ActNotOpen):
            story.do(extend())
        assert as_of(story.now_claim, RULES, story.now).state is not State.WITH_SELLER


def test_silence_waits_for_the_end_of_the_extension() -> None:
    story = Story().dispute().do(extend())

    last = as_of(story.now_claim, RULES, FIRST_END + 3 * DAY - SECOND)
    after = as_of(story.now_claim, RULES, FIRST_END + 3 * DAY)

    assert (last.state, after.state) == (State.WITH_SELLER, State.REFUND_DUE)


@pytest.mark.parametrize("reason", ["", "  ", "\0"])
def test_extension_needs_a_reason(reason: str) -> None:
    with pytest.raises((r.TextMissing, r.TextNotText)):
        Story().dispute().do(extend(reason))


def test_extension_that_the_policy_does_not_give_is_refused() -> None:
    story = Story(rules=rules(extension=None)).dispute()

    with pytest.raises(r.ExtensionNotInPolicy):
        story.do(extend())
    assert Act.EXTEND_RESPONSE not in allowed(story.now_claim, SELLER, story.rules, story.now)


def test_extension_stops_at_the_term_of_the_law() -> None:
    """Twelve days and five more would be the seventeenth; the law would have the money paid by the fourteenth."""
    story = Story(rules=rules(response=Window(12, Unit.DAYS), extension=Window(5, Unit.DAYS))).dispute()
    by_law = law_term(story.now_claim, story.rules)

    story.do(extend())

    assert by_law is not None
    assert due_at(story) == by_law.due_at == dt.datetime(2026, 12, 3, 23, tzinfo=dt.UTC)
    last = trace_lines(story.now_claim.deadlines[0].trace, "Europe/Paris", "en")[-2]
    assert last.startswith(
        "Time that the seller asked for does not go past the law’s own: Thursday 3\u00a0December"
    )


def test_extension_past_the_term_of_the_law_is_refused() -> None:
    story = Story(rules=rules(response=Window(14, Unit.DAYS))).dispute()

    with pytest.raises(r.ExtensionPastLaw) as refused:
        story.do(extend())

    assert "3\u00a0décembre 2026" in refused.value.explain("fr")


def test_goods_are_extended_within_the_laws_thirty_days() -> None:
    story = Story(rules=rules(response=Window(29, Unit.DAYS))).dispute(wanted=REPLACEMENT)

    story.do(extend())

    assert due_at(story) == NOW.replace(month=12, hour=23, minute=0)


def test_extension_of_hours_counts_from_the_instant() -> None:
    amazon = load_preset("amazon_like")
    amazon = replace(amazon, contact=replace(amazon.contact, required=False))
    story = Story(rules=Rulebook(policy=amazon, law=None, calendar=amazon.calendar)).dispute()

    assert due_at(story.do(extend())) == NOW + 3 * DAY


def test_extension_survives_a_withdrawal_that_is_undone() -> None:
    story = Story().dispute().do(extend()).later(days=1).do(c.Withdraw(by=BUYER))

    story.later(hours=2).do(c.UndoWithdrawal(by=BUYER))

    assert due_at(story) == FIRST_END + 4 * DAY
    assert replay(story.events) == story.now_claim


@pytest.mark.parametrize("ground", [Ground.LOST, Ground.LATE, Ground.DEFECTIVE])
def test_law_term_runs_from_the_claim(ground: Ground) -> None:
    by_law = law_term(Story().dispute(ground).now_claim, RULES)

    assert by_law is not None
    assert by_law.last_on == dt.date(2026, 12, 3)


def test_only_the_seller_takes_more_time() -> None:
    story = Story().dispute()

    with pytest.raises(r.ActNotOpen):
        story.do(c.ExtendResponse(by=BUYER, reason="Moi aussi."))
