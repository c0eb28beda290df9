"""Splitting a claim: rows, lines, exhibits and money follow the events, and the database agrees with their replay."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

import pytest
from tests.at_once import at_once, kinds
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench
from tests.factories import a_claim, a_stored_file, an_order

from recours.claims.commands import act
from recours.claims.commands.evidence import add_evidence, write_message
from recours.claims.commands.merging import merge
from recours.claims.commands.splitting import split
from recours.claims.commands.store import StaleClaim
from recours.claims.invariants import broken
from recours.claims.models import Claim, ClaimEvent, ClaimLine, Evidence
from recours.claims.presentation import timeline
from recours.claims.queries import claim_for, story
from recours.claims.verify import differences
from recours.dossier.journal import journal
from recours.dossier.queries import gather
from recours.notices.models import Notice
from recours.people.queries import identity_of
from recours.posting.filling import filled
from recours.refunds.commands.preparing import prepare
from recours.refunds.models import Refund
from recours.rules.letters import Step
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Terms
from recours.rules.lifecycle.vocabulary import Remedy, Role
from recours.rules.money import Money
from recours.seller.figures.queries import Asked, figures_of

pytestmark = pytest.mark.django_db
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
LATER = PRESENT + 5 * HOUR


@dataclass
class Whole:
    """A claim about two articles of one order, refused by its shop, with the platform; Charlie holds it."""

    bench: Bench
    claim: Claim
    lines: tuple[int, int]

    def split(self, **more: object) -> Claim:
        fields = {
            "claim_id": self.claim.pk, "lines": (self.lines[1],), "by": self.bench.agent(self.bench.charlie),
            "reason": "Deux affaires.", "now": LATER,
        }  # fmt: skip
        return split(**(fields | more))  # type: ignore[arg-type]


def a_whole() -> Whole:
    bench = a_bench()
    order = an_order(bench.alice, bench.shop, lines=(8990, 4000), shipping=500)
    claim = a_claim(order, now=PRESENT - DAY)
    act(claim.pk, c.Refuse(by=bench.seller, reasons="Voyez nos photos."), now=PRESENT - 20 * HOUR)
    act(claim.pk, c.Escalate(by=bench.buyer, reasons="Non."), now=PRESENT)
    row = act(claim.pk, c.Take(by=bench.agent(bench.charlie)), now=PRESENT)
    first, second = order.lines.order_by("pk").values_list("pk", flat=True)
    return Whole(bench, row, (first, second))


@pytest.fixture
def whole() -> Whole:
    return a_whole()


def test_the_rows_are_what_their_events_say(whole: Whole) -> None:
    before = whole.claim.snapshot

    part = whole.split()

    whole.claim.refresh_from_db()
    assert (whole.claim.disputed_minor, part.disputed_minor) == (8990 + 500, 4000)
    assert part.due_at == whole.claim.due_at == before.due_at
    assert (part.opened_at, part.buyer_id, part.order_id) == (
        whole.claim.opened_at,
        whole.claim.buyer_id,
        whole.claim.order_id,
    )
    assert (part.shop_id, part.assigned_to_id) == (whole.claim.shop_id, whole.bench.charlie.pk)
    for claim, line in ((whole.claim, whole.lines[0]), (part, whole.lines[1])):
        assert list(ClaimLine.objects.filter(claim=claim).values_list("order_line_id", "is_open")) == [
            (line, True)
        ]
    assert list(differences()) == []
    assert list(broken(now=LATER)) == []


def test_a_claim_is_named_after_what_is_left_of_it(whole: Whole) -> None:
    titles = {line.line_id: line.title for line in whole.claim.snapshot.opening.lines}

    part = whole.split(lines=(whole.lines[0],))

    whole.claim.refresh_from_db()
    assert (part.title, whole.claim.title) == (titles[whole.lines[0]], titles[whole.lines[1]])


def test_both_have_the_exhibits_under_the_numbers_that_texts_cite(whole: Whole) -> None:
    given = [a_stored_file(), a_stored_file()]
    add_evidence(claim_id=whole.claim.pk, by=whole.bench.buyer, files=given, now=PRESENT)
    add_evidence(claim_id=whole.claim.pk, by=whole.bench.seller, files=[a_stored_file()], now=PRESENT)

    part = whole.split()

    told = [
        list(
            Evidence.objects.filter(claim=one)
            .order_by("side", "number")
            .values_list("side", "number", "file_id", "added_at")
        )
        for one in (whole.claim, part)
    ]
    assert told[0] == told[1]
    assert len(told[1]) == 3


def test_messages_stay_and_the_new_claim_starts_its_own(whole: Whole) -> None:
    write_message(claim_id=whole.claim.pk, by=whole.bench.buyer, text="Bonjour.", now=PRESENT)

    part = whole.split()
    write_message(claim_id=part.pk, by=whole.bench.buyer, text="Et celui-ci ?", now=LATER)

    whole.claim.refresh_from_db()
    part.refresh_from_db()
    assert whole.claim.conversation_id not in (None, part.conversation_id)


def test_its_history_says_what_came_before_without_who_held_it(whole: Whole) -> None:
    part = whole.split()

    (birth,) = ClaimEvent.objects.filter(claim=part)
    assert [step["kind"] for step in birth.body["before"]] == ["DisputeOpened", "RequestRefused", "Escalated"]
    opened = claim_for(identity_of(whole.bench.alice.user), part.reference)
    steps = timeline(opened, story(opened))
    assert [step["at"] for step in steps if step["state"] == "done"][:2] == [
        PRESENT - DAY,
        PRESENT - 20 * HOUR,
    ]


def test_split_again_it_remembers_all(whole: Whole) -> None:
    order = an_order(whole.bench.alice, whole.bench.shop, lines=(1000, 2000, 3000))
    claim = a_claim(order, now=PRESENT)
    act(claim.pk, c.Escalate(by=whole.bench.seller, reasons="Voyez."), now=PRESENT)
    first, second, _third = order.lines.order_by("pk").values_list("pk", flat=True)

    middle = whole.split(claim_id=claim.pk, lines=(first, second))
    last = whole.split(claim_id=middle.pk, lines=(second,))

    birth = ClaimEvent.objects.get(claim=last)
    assert [step["kind"] for step in birth.body["before"]] == ["DisputeOpened", "Escalated", "ClaimSplitOff"]
    assert (last.snapshot.split_from, last.disputed_minor) == (middle.reference, 2000)
    assert list(differences()) == []


def test_a_letter_tells_what_was_tried_before(whole: Whole) -> None:
    part = whole.split()

    found = filled(claim_for(identity_of(whole.bench.alice.user), part.reference))

    assert {one.step for one in found.tried} >= {Step.DISPUTE, Step.SUPPORT}


def test_a_dossier_proves_the_chain_of_its_own_claim(whole: Whole) -> None:
    part = whole.split()

    gathered = gather(claim_for(identity_of(whole.bench.alice.user), part.reference))

    told = json.loads(journal(gathered))
    assert [(event["seq"], json.loads(event["body"])["kind"]) for event in told["events"]] == [
        (1, "ClaimSplitOff")
    ]


def test_the_shops_answer_is_counted_for_both(whole: Whole) -> None:
    asked = Asked(shop_ids=(whole.bench.shop.pk,), since=PRESENT - 10 * DAY, until=PRESENT + DAY)
    answer = figures_of(asked).answer

    whole.split()

    figures = figures_of(asked)
    assert (figures.claims, figures.answered, figures.answer) == (2, 2, answer)


def test_each_claim_is_paid_its_own_and_no_more(whole: Whole) -> None:
    part = whole.split()
    agent = whole.bench.agent(whole.bench.charlie)
    for claim, minor in ((whole.claim, 9490), (part, 4000)):
        terms = Terms(remedy=Remedy.REFUND, amount=Money(minor=minor, currency="EUR"))
        more = Terms(remedy=Remedy.REFUND, amount=Money(minor=minor + 1, currency="EUR"))
        with pytest.raises(r.AmountTooHigh):
            act(claim.pk, c.Propose(by=agent, terms=more, reasons="Trop."), now=LATER)
        act(claim.pk, c.Propose(by=agent, terms=terms, reasons="Tout."), now=LATER)
        for party in (whole.bench.buyer, whole.bench.seller):
            act(claim.pk, c.AcceptOffer(by=party, number=1), now=LATER)

    prepare()

    assert {(one.claim_id, one.amount_minor) for one in Refund.objects.all()} == {
        (whole.claim.pk, 9490),
        (part.pk, 4000),
    }


def test_each_party_is_told_once_where_the_whole_was(whole: Whole) -> None:
    Notice.objects.all().delete()

    whole.split()

    told = list(Notice.objects.values_list("user_id", "detail"))
    assert set(told) == {
        (whole.bench.alice.user_id, "claim_split"),
        (whole.bench.bob.pk, "claim_split"),
    }
    assert len(told) == 2


def test_merged_again_all_is_as_it_was(whole: Whole) -> None:
    before = whole.claim.snapshot
    given = a_stored_file()
    add_evidence(claim_id=whole.claim.pk, by=whole.bench.buyer, files=[given], now=PRESENT)
    part = whole.split()

    again = merge(
        claim_id=part.pk,
        into_id=whole.claim.pk,
        by=whole.bench.agent(whole.bench.charlie),
        reason="Finalement une seule.",
        now=LATER + HOUR,
    )

    assert (again.disputed_minor, again.snapshot.wanted) == (8990 + 4000 + 500, before.wanted)
    assert again.due_at == before.due_at
    assert Evidence.objects.filter(claim=again).count() == 1
    assert list(differences()) == []
    assert list(broken(now=LATER)) == []


def test_a_stale_page_splits_nothing(whole: Whole) -> None:
    with pytest.raises(StaleClaim):
        whole.split(expected_seq=1)

    assert Claim.objects.count() == 1
    assert list(differences()) == []


def test_what_is_refused_leaves_nothing_behind(whole: Whole) -> None:
    with pytest.raises(r.SplitIncomplete):
        whole.split(lines=whole.lines)
    with pytest.raises(r.AssignedToAnother):
        whole.split(by=whole.bench.agent(whole.bench.chloe))

    assert Claim.objects.count() == 1
    assert list(differences()) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_split_at_once_split_once() -> None:
    whole = a_whole()

    results = at_once(whole.split, lambda: whole.split(lines=(whole.lines[0],)))

    assert len([one for one in results if isinstance(one, Claim)]) == 1, kinds(results)
    assert Claim.objects.count() == 2
    assert list(differences()) == []


@pytest.mark.django_db(transaction=True)
def test_who_rules_and_who_splits_in_the_same_second_do_one_of_the_two_or_rule_on_the_rest() -> None:
    whole = a_whole()
    agent = whole.bench.agent(whole.bench.charlie)
    rule = c.Rule(by=agent, rule="art. L217-3", reasons="Vu.", terms=None)
    seq = whole.claim.seq

    results = at_once(
        lambda: whole.split(expected_seq=seq),
        lambda: act(whole.claim.pk, rule, expected_seq=seq, now=LATER),
    )

    assert len([one for one in results if isinstance(one, Claim)]) == 1, kinds(results)
    assert list(differences()) == []


def test_the_part_is_seen_by_its_parties_and_by_no_other(whole: Whole) -> None:
    part = whole.split()

    assert claim_for(identity_of(whole.bench.bob), part.reference).role is Role.SELLER
    assert claim_for(identity_of(whole.bench.alice.user), part.reference).role is Role.BUYER
    assert list(Claim.objects.filter(shop=a_bench().shop)) == []
