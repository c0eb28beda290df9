"""Two claims become one: no promise is dropped, nothing is asked twice, and nobody can be paid for what has gone."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from msgspec.structs import replace
from tests.rules.lifecycle.people import AGENT, BUYER, NOW, OTHER_AGENT, RULES, SELLER, opening, refund

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import decide, evolve, replay
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.allowed import allowed, as_of
from recours.rules.lifecycle.claim import Claim, Opening
from recours.rules.lifecycle.events import Event
from recours.rules.lifecycle.vocabulary import Act, Ground, Resolution, Role, State
from recours.rules.money import Money
from recours.rules.refusals import Refusal

pytestmark = pytest.mark.rules
HOUR = dt.timedelta(hours=1)
LATER = NOW + 3 * HOUR


def told(number: int, **changes: object) -> Opening:
    """An opening like any other, of line `number`."""
    birth = opening(Ground.DEFECTIVE, refund(3000))
    lines = tuple(replace(line, line_id=number) for line in birth.lines)
    given = {"claim_id": UUID(int=number), "reference": f"L-{number}", "lines": lines} | changes
    return replace(birth, **given)


def at_the_desk(number: int, at: dt.datetime = NOW, **changes: object) -> Claim:
    claim: Claim | None = None
    for command in (
        c.OpenDispute(by=BUYER, opening=told(number, **changes)),
        c.Escalate(by=SELLER, reasons="Voyez."),
    ):
        for event in decide(claim, command, RULES, at):
            claim = evolve(claim, event)
    assert claim is not None
    return claim


def do(claim: Claim, command: c.Command, now: dt.datetime = LATER) -> tuple[Claim, Event]:
    (event,) = decide(claim, command, RULES, now)
    return evolve(claim, event), event


def refused(kept: Claim, other: Claim, now: dt.datetime = LATER) -> list[str]:
    """Why either half refuses: both must, or neither."""
    kept, other = as_of(kept, RULES, now), as_of(other, RULES, now)
    codes = []
    for claim, command in (
        (other, c.MergeInto(by=AGENT, into=kept, reason="Même colis.")),
        (kept, c.TakeIn(by=AGENT, other=other, reason="Même colis.")),
    ):
        with pytest.raises(Refusal) as caught:
            decide(claim, command, RULES, now)
        codes.append(caught.value.code)
    return codes


def test_the_one_that_stays_has_all_that_both_asked_for() -> None:
    kept, other = at_the_desk(1), at_the_desk(2, NOW + HOUR)

    stays, event = do(kept, c.TakeIn(by=AGENT, other=other, reason=" Même colis. "))

    assert [line.line_id for line in stays.opening.lines] == [1, 2]
    assert stays.disputed == kept.disputed + other.disputed
    assert stays.wanted.amount == Money(minor=6000, currency="EUR")
    assert stays.deadlines == kept.deadlines
    assert (stays.state, stays.state_since) == (State.WITH_PLATFORM, kept.state_since)
    assert (stays.took_in, event.reason) == (("L-2",), "Même colis.")  # type: ignore[attr-defined]


def test_the_one_that_closes_owes_nothing_and_stays_closed() -> None:
    kept, other = at_the_desk(1), at_the_desk(2, NOW + HOUR)

    closed, event = do(other, c.MergeInto(by=AGENT, into=kept, reason="Même colis."))

    assert (closed.state, closed.resolution, closed.merged_into) == (State.CLOSED, Resolution.MERGED, "L-1")
    assert (closed.disputed.minor, closed.deadlines) == (0, ())
    assert Act.REOPEN not in allowed(closed, BUYER, RULES, LATER)
    with pytest.raises(r.GoesOnElsewhere):
        decide(closed, c.Reopen(by=BUYER, reasons="Encore."), RULES, LATER)
    assert event.at == LATER


def test_histories_replay_to_the_same() -> None:
    kept, other = at_the_desk(1), at_the_desk(2, NOW + HOUR)
    events: list[Event] = []
    claim: Claim | None = None
    for command, at in (
        (c.OpenDispute(by=BUYER, opening=told(1)), NOW),
        (c.Escalate(by=SELLER, reasons="Voyez."), NOW),
        (c.TakeIn(by=AGENT, other=other, reason="Même colis."), LATER),
    ):
        new = decide(claim, command, RULES, at)
        events += new
        for event in new:
            claim = evolve(claim, event)

    assert replay(events) == do(kept, c.TakeIn(by=AGENT, other=other, reason="Même colis."))[0]


def test_what_was_promised_earlier_is_not_put_off() -> None:
    early, late = at_the_desk(1), at_the_desk(2, NOW + dt.timedelta(days=1))

    assert refused(late, early) == ["merging_would_delay"] * 2
    do(late, c.MergeInto(by=AGENT, into=early, reason="Même colis."))


def test_a_promise_that_was_broken_here_does_not_swallow_one_that_still_runs_there() -> None:
    early, late = at_the_desk(1), at_the_desk(2, NOW + dt.timedelta(days=1))
    proposal = early.deadlines[0].due_at

    assert refused(early, late, proposal) == ["merging_would_delay"] * 2


def test_a_claim_is_not_merged_into_itself() -> None:
    claim = at_the_desk(1)

    assert refused(claim, claim) == ["merged_with_itself"] * 2


@pytest.mark.parametrize(
    "changes",
    [
        {"ground": Ground.DAMAGED},
        {"wanted": refund(3000, goods_return=True)},
        {"policy_version": 99},
        {"country": "BE"},
        {"delivered_on": dt.date(2026, 11, 2)},
        {"lines": told(1).lines},
    ],
)
def test_another_matter_stays_another_claim(changes: dict[str, object]) -> None:
    assert refused(at_the_desk(1), at_the_desk(2, NOW + HOUR, **changes)) == ["not_the_same_matter"] * 2


@pytest.mark.parametrize(
    "command",
    [
        c.Propose(by=AGENT, terms=refund(2000), reasons="Moitié."),
        c.AskEvidence(by=AGENT, of=Role.BUYER, text="Une photo."),
        c.Rule(by=AGENT, terms=refund(2000), rule="art. L217-3", reasons="Au vu des photos."),
        c.SealExhibit(by=AGENT, exhibit="A-1", hidden_from=(Role.SELLER,), reason="Une adresse."),
        c.MakeOffer(by=SELLER, terms=refund(2000)),
        c.Accept(by=SELLER),
        c.Withdraw(by=BUYER, reason="Réglé."),
    ],
)
@pytest.mark.parametrize("side", ["kept", "other"])
def test_once_something_has_come_of_it_each_goes_its_own_way(command: c.Command, side: str) -> None:
    kept, other = at_the_desk(1), at_the_desk(2, NOW + HOUR)
    gone = do(kept if side == "kept" else other, command, NOW + 2 * HOUR)[0]
    kept, other = (gone, other) if side == "kept" else (kept, gone)

    codes = refused(kept, other)

    assert codes[0 if side == "kept" else 1] == "too_far_to_merge"
    assert set(codes) <= {"too_far_to_merge", "act_not_open"}


def test_what_a_colleague_holds_is_theirs_to_merge() -> None:
    kept, other = at_the_desk(1), at_the_desk(2, NOW + HOUR)
    held = do(kept, c.Take(by=OTHER_AGENT))[0]

    with pytest.raises(r.AssignedToAnother):
        decide(held, c.TakeIn(by=AGENT, other=other, reason="Même colis."), RULES, LATER)


def test_a_reason_is_given() -> None:
    with pytest.raises(r.TextMissing):
        decide(
            at_the_desk(2, NOW + HOUR), c.MergeInto(by=AGENT, into=at_the_desk(1), reason=" "), RULES, LATER
        )
