"""One claim becomes two: nothing that was promised moves, and nothing is asked twice or lost."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.rules.lifecycle.people import (
    AGENT,
    BUYER,
    NOW,
    OTHER_AGENT,
    REPLACEMENT,
    RULES,
    SELLER,
    opening,
    refund,
)

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import decide, evolve, replay
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.allowed import allowed, as_of
from recours.rules.lifecycle.claim import Claim, ClaimedLine, Earlier, Terms
from recours.rules.lifecycle.decide.merging import check_joinable
from recours.rules.lifecycle.events import AnyEvent, Event
from recours.rules.lifecycle.vocabulary import Act, Ground, Role, State
from recours.rules.money import Money
from recours.rules.refusals import Refusal

pytestmark = pytest.mark.rules
HOUR = dt.timedelta(hours=1)
LATER = NOW + 3 * HOUR
THERE = UUID(int=77)


def euros(minor: int) -> Money:
    return Money(minor=minor, currency="EUR")


def at_the_desk(*paid: int, wanted: Terms | None = None, shipping: int = 0) -> Claim:
    """A claim about so many articles, all that was paid wanted back unless told, with the platform."""
    lines = tuple(
        ClaimedLine(line_id=number, title=f"Article {number}", quantity=1, paid=euros(minor))
        for number, minor in enumerate(paid, start=1)
    )
    whole = sum(paid) + shipping
    birth = replace(
        opening(Ground.DEFECTIVE, wanted or refund(whole)),
        lines=lines,
        disputed=euros(whole),
        shipping=euros(shipping) if shipping else None,
    )
    claim: Claim | None = None
    for command in (c.OpenDispute(by=BUYER, opening=birth), c.Escalate(by=SELLER, reasons="Voyez.")):
        for event in decide(claim, command, RULES, NOW):
            claim = evolve(claim, event)
    assert claim is not None
    return claim


def do(claim: Claim, command: c.Command, now: dt.datetime = LATER) -> Claim:
    for event in decide(claim, command, RULES, now):
        claim = evolve(claim, event)
    return claim


def split(
    claim: Claim, *lines: int, now: dt.datetime = LATER, **changes: object
) -> tuple[Claim, Claim, tuple[Event, Event]]:
    """Return what stays, what leaves, and the event of each."""
    wish = {"by": AGENT, "lines": lines, "reference": "L-2", "reason": " Deux affaires. "} | changes
    present = as_of(claim, RULES, now)
    told = decide(claim, c.Split(**wish, into=THERE), RULES, now)  # type: ignore[arg-type]
    for event in told:
        claim = evolve(claim, event)
    (born,) = decide(
        None,
        c.SplitOff(**wish, origin=present, claim_id=THERE, before=(BEFORE,)),  # type: ignore[arg-type]
        RULES,
        now,
    )
    return claim, evolve(None, born), (told[-1], born)


BEFORE = Earlier(kind="DisputeOpened", at=NOW, by=Role.BUYER)


def refused(claim: Claim, *lines: int, now: dt.datetime = LATER) -> list[str]:
    """Why either half refuses: both must, or neither."""
    codes = []
    for command, of in (
        (c.Split(by=AGENT, lines=lines, into=THERE, reference="L-2", reason="Deux affaires."), claim),
        (
            c.SplitOff(
                by=AGENT, lines=lines, origin=claim, claim_id=THERE, reference="L-2", reason="Deux affaires."
            ),
            None,
        ),
    ):
        with pytest.raises(Refusal) as caught:
            decide(of, command, RULES, now)
        codes.append(caught.value.code)
    return codes


def test_each_has_its_lines_and_its_part_of_what_was_asked() -> None:
    claim = at_the_desk(8990, 4000, 1010, shipping=500)

    stays, leaves, _ = split(claim, 2)

    assert [line.line_id for line in stays.opening.lines] == [1, 3]
    assert [line.line_id for line in leaves.opening.lines] == [2]
    assert (stays.disputed, leaves.disputed) == (euros(10500), euros(4000))
    assert (stays.wanted.amount, leaves.wanted.amount) == (euros(10500), euros(4000))
    assert (stays.opening.shipping, leaves.opening.shipping) == (euros(500), None)
    assert stays.opening.disputed == stays.disputed
    assert leaves.opening.disputed == leaves.disputed


def test_what_runs_runs_on_both_from_where_it_began() -> None:
    claim = do(at_the_desk(8990, 4000), c.Take(by=AGENT), NOW + HOUR)

    stays, leaves, _ = split(claim, 2)

    assert stays.deadlines == leaves.deadlines == claim.deadlines
    assert leaves.opened_at == claim.opened_at
    assert leaves.state_since == stays.state_since == claim.state_since
    assert (leaves.state, leaves.assigned_to) == (State.WITH_PLATFORM, AGENT.id)
    assert leaves.opening.explanation == claim.opening.explanation
    assert (stays.split_into, leaves.split_from) == (("L-2",), claim.reference)


def test_a_pause_and_a_promise_that_was_missed_are_carried_over() -> None:
    claim = do(at_the_desk(8990, 4000), c.AskEvidence(by=AGENT, of=Role.BUYER, text="Photo."), NOW + HOUR)
    claim = do(claim, c.GiveEvidence(by=BUYER, text="Voilà."), NOW + 30 * HOUR)
    missed = claim.deadlines[0].due_at + HOUR

    stays, leaves, _ = split(claim, 2, now=missed)

    assert leaves.pauses == stays.pauses != ()
    assert leaves.fired == stays.fired != ()
    assert leaves.deadlines == stays.deadlines


def test_histories_replay_to_the_same_after_a_journey_through_the_store() -> None:
    _, leaves, (_, born) = split(at_the_desk(8990, 4000), 2)

    stored = msgspec.json.decode(msgspec.json.encode(born), type=AnyEvent)  # type: ignore[arg-type]

    assert replay([stored]) == leaves
    assert stored.before == (BEFORE,)
    assert stored.reason == "Deux affaires."


def test_what_was_split_can_be_merged_again_either_way() -> None:
    claim = at_the_desk(8990, 4000)
    stays, leaves, _ = split(claim, 2)

    check_joinable(stays, leaves, LATER)
    check_joinable(leaves, stays, LATER)
    whole = do(stays, c.TakeIn(by=AGENT, other=leaves, reason="Finalement une seule."))

    assert (whole.disputed, whole.wanted, whole.deadlines) == (claim.disputed, claim.wanted, claim.deadlines)
    assert whole.opening.lines == claim.opening.lines


def test_a_ground_that_was_changed_is_the_one_that_both_have() -> None:
    claim = do(at_the_desk(8990, 4000), c.ChangeGround(by=BUYER, ground=Ground.DAMAGED, explanation="Cassé."))

    _, leaves, _ = split(claim, 2)

    assert (leaves.ground, leaves.opening.ground) == (Ground.DAMAGED, Ground.DAMAGED)


def test_goods_that_are_wanted_again_need_no_sum() -> None:
    claim = at_the_desk(8990, 0, wanted=REPLACEMENT)

    stays, leaves, _ = split(claim, 2)

    assert (stays.wanted, leaves.wanted) == (REPLACEMENT, REPLACEMENT)
    assert leaves.disputed == euros(0)


@given(
    paid=st.lists(st.integers(1, 10**9), min_size=2, max_size=5),
    share=st.integers(1, 100),
    shipping=st.integers(0, 10**6),
)
def test_nothing_is_lost_or_asked_beyond_what_is_disputed(paid: list[int], share: int, shipping: int) -> None:
    whole = sum(paid) + shipping
    claim = at_the_desk(*paid, wanted=refund(max(1, whole * share // 100)), shipping=shipping)

    try:
        stays, leaves, _ = split(claim, 1)
    except r.TooLittleToShare:
        assert claim.wanted.amount is not None
        assert claim.wanted.amount.minor * min(paid[0], whole - paid[0]) < whole
        return

    assert stays.disputed + leaves.disputed == claim.disputed
    assert stays.wanted.amount is not None
    assert leaves.wanted.amount is not None
    assert stays.wanted.amount + leaves.wanted.amount == claim.wanted.amount
    assert euros(0) < stays.wanted.amount <= stays.disputed
    assert euros(0) < leaves.wanted.amount <= leaves.disputed


def test_one_article_is_one_matter() -> None:
    assert refused(at_the_desk(8990), 1) == ["nothing_to_split"] * 2
    assert Act.SPLIT not in allowed(at_the_desk(8990), AGENT, RULES, LATER)


@pytest.mark.parametrize("lines", [(), (1, 2), (3,), (1, 3)])
def test_each_keeps_an_article_and_no_other_is_named(lines: tuple[int, ...]) -> None:
    assert refused(at_the_desk(8990, 4000), *lines) == ["split_incomplete"] * 2


def test_an_article_named_twice_leaves_once() -> None:
    assert split(at_the_desk(8990, 4000), 2, 2)[1].disputed == euros(4000)


@pytest.mark.parametrize(("paid", "wanted"), [((8990, 0), 8990), ((8990, 10), 1)])
def test_a_claim_that_would_ask_for_nothing_is_none(paid: tuple[int, int], wanted: int) -> None:
    assert refused(at_the_desk(*paid, wanted=refund(wanted)), 2) == ["too_little_to_share"] * 2


@pytest.mark.parametrize(
    "commands",
    [
        [c.Propose(by=AGENT, terms=refund(2000), reasons="Moitié.")],
        [
            c.Propose(by=AGENT, terms=refund(2000), reasons="Moitié."),
            c.RefuseOffer(by=BUYER, number=1, reasons="Non."),
        ],
        [c.AskEvidence(by=AGENT, of=Role.BUYER, text="Une photo.")],
        [c.Rule(by=AGENT, terms=refund(2000), rule="art. L217-3", reasons="Au vu des photos.")],
        [c.SealExhibit(by=AGENT, exhibit="A-1", hidden_from=(Role.SELLER,), reason="Une adresse.")],
        [c.MakeOffer(by=SELLER, terms=refund(2000))],
        [c.Accept(by=SELLER)],
        [c.Withdraw(by=BUYER, reason="Réglé.")],
    ],
)
def test_once_something_has_come_of_it_it_stays_whole(commands: list[c.Command]) -> None:
    claim = at_the_desk(8990, 4000)
    for command in commands:
        claim = do(claim, command, NOW + 2 * HOUR)

    codes = refused(claim, 2)

    assert codes[1] == "too_far_to_split"
    assert codes[0] in ("too_far_to_split", "act_not_open")


def test_what_a_colleague_holds_is_theirs_to_split() -> None:
    held = do(at_the_desk(8990, 4000), c.Take(by=OTHER_AGENT))

    assert refused(held, 2) == ["assigned_to_another"] * 2
    assert Act.SPLIT not in allowed(held, AGENT, RULES, LATER)


def test_only_the_desk_splits() -> None:
    claim = at_the_desk(8990, 4000)

    for actor in (BUYER, SELLER):
        assert Act.SPLIT not in allowed(claim, actor, RULES, LATER)
        with pytest.raises(r.ActNotOpen):
            split(claim, 2, by=actor)


@pytest.mark.parametrize(
    ("reason", "code"), [(" ", "text_missing"), ("x" * 5001, "text_too_long"), ("a\0b", "text_not_text")]
)
def test_a_reason_is_given(reason: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        split(at_the_desk(8990, 4000), 2, reason=reason)

    assert caught.value.code == code
