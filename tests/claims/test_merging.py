"""Merging two claims: rows, exhibits and money follow the events, and the database agrees with their replay."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from tests.at_once import at_once, kinds
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench
from tests.factories import a_claim, a_stored_file, an_order

from recours.claims.commands import act
from recours.claims.commands.evidence import add_evidence
from recours.claims.commands.merging import merge
from recours.claims.commands.store import StaleClaim
from recours.claims.models import Claim, ClaimLine, Evidence
from recours.claims.verify import differences
from recours.files.refusals import TooManyFiles
from recours.marketplaces.models import Order
from recours.notices.models import Notice
from recours.refunds.commands.preparing import prepare
from recours.refunds.models import Refund
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Terms
from recours.rules.lifecycle.vocabulary import Remedy, State
from recours.rules.money import Money

pytestmark = pytest.mark.django_db
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
LATER = PRESENT + 5 * HOUR


@dataclass
class Pair:
    """Two claims about two articles of one order, both with the platform; `first` was there a day earlier."""

    bench: Bench
    order: Order
    first: Claim
    second: Claim

    def merged(self, **more: object) -> Claim:
        fields = {
            "claim_id": self.second.pk, "into_id": self.first.pk, "by": self.bench.agent(self.bench.charlie),
            "reason": "Même colis.", "now": LATER,
        }  # fmt: skip
        return merge(**(fields | more))  # type: ignore[arg-type]


def a_pair(bench: Bench | None = None) -> Pair:
    bench = bench or a_bench()
    order = an_order(bench.alice, bench.shop, lines=(8990, 4000))
    rows = []
    for at, line in zip((PRESENT - DAY, PRESENT), order.lines.order_by("pk"), strict=True):
        claim = a_claim(order, lines={line.pk: 1}, now=at)
        rows.append(act(claim.pk, c.Escalate(by=bench.seller, reasons="Voyez nos photos."), now=at))
    return Pair(bench, order, *rows)


@pytest.fixture
def pair() -> Pair:
    return a_pair()


def test_the_rows_are_what_their_events_say(pair: Pair) -> None:
    stays = pair.merged()

    pair.second.refresh_from_db()
    assert (pair.second.state, pair.second.resolution) == ("closed", "merged")
    assert (stays.pk, stays.disputed_minor) == (pair.first.pk, 8990 + 4000)
    mine = ClaimLine.objects.filter(claim=stays, is_open=True).values_list("order_line_id", flat=True)
    assert set(mine) == set(pair.order.lines.values_list("pk", flat=True))
    assert not ClaimLine.objects.filter(claim=pair.second, is_open=True).exists()
    assert list(differences()) == []


def test_exhibits_are_numbered_behind_those_of_the_other_and_keep_their_days(pair: Pair) -> None:
    alice = pair.bench.buyer
    add_evidence(claim_id=pair.first.pk, by=alice, files=[a_stored_file()], now=PRESENT)
    given = a_stored_file()
    add_evidence(claim_id=pair.second.pk, by=alice, files=[given], now=PRESENT + HOUR)

    pair.merged()

    numbered = Evidence.objects.filter(claim=pair.first).order_by("number")
    assert [(one.number, one.added_at) for one in numbered] == [(1, PRESENT), (2, PRESENT + HOUR)]
    assert numbered[1].file_id == given.pk
    assert Evidence.objects.filter(claim=pair.second).count() == 1


def test_more_exhibits_than_a_side_may_have_change_nothing(pair: Pair) -> None:
    for claim, count in ((pair.first, 12), (pair.second, 1)):
        files = [a_stored_file() for _ in range(count)]
        add_evidence(claim_id=claim.pk, by=pair.bench.buyer, files=files, now=PRESENT)

    with pytest.raises(TooManyFiles):
        pair.merged()

    pair.second.refresh_from_db()
    assert pair.second.state == State.WITH_PLATFORM


def test_what_is_paid_is_paid_once(pair: Pair) -> None:
    pair.merged()
    terms = Terms(remedy=Remedy.REFUND, amount=Money(minor=12990, currency="EUR"))
    agent = pair.bench.agent(pair.bench.charlie)
    act(pair.first.pk, c.Propose(by=agent, terms=terms, reasons="Tout."), now=LATER)
    for party in (pair.bench.buyer, pair.bench.seller):
        act(pair.first.pk, c.AcceptOffer(by=party, number=1), now=LATER)

    prepare()

    assert [(one.claim_id, one.amount_minor) for one in Refund.objects.all()] == [(pair.first.pk, 12990)]


def test_each_party_is_told_once_where_it_goes_on(pair: Pair) -> None:
    Notice.objects.all().delete()

    pair.merged()

    told = Notice.objects.values_list("user_id", "detail")
    assert set(told) == {(pair.bench.alice.user_id, "claim_merged"), (pair.bench.bob.pk, "claim_merged")}
    assert len(told) == 2


def test_another_order_or_buyer_is_another_matter(pair: Pair) -> None:
    other = a_pair(pair.bench)

    with pytest.raises(r.NotTheSameMatter):
        pair.merged(into_id=other.first.pk)


def test_a_claim_merges_neither_into_itself_nor_in_a_circle(pair: Pair) -> None:
    with pytest.raises(r.MergedWithItself):
        pair.merged(into_id=pair.second.pk)
    pair.merged()
    with pytest.raises(r.TooFarToMerge):
        pair.merged(claim_id=pair.first.pk, into_id=pair.second.pk)
    with pytest.raises(r.TooFarToMerge):
        pair.merged()


def test_a_stale_page_merges_nothing(pair: Pair) -> None:
    with pytest.raises(StaleClaim):
        pair.merged(expected_seq=1)

    assert list(differences()) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_both_ways_at_once_merge_once() -> None:
    pair = a_pair()

    results = at_once(pair.merged, lambda: pair.merged(claim_id=pair.first.pk, into_id=pair.second.pk))

    assert len([one for one in results if isinstance(one, Claim)]) == 1, kinds(results)
    assert list(Claim.objects.filter(state="closed").values_list("pk", flat=True)) == [pair.second.pk]
    assert list(differences()) == []


@pytest.mark.django_db(transaction=True)
def test_who_rules_and_who_merges_in_the_same_second_do_one_of_the_two() -> None:
    pair = a_pair()
    agent = pair.bench.agent(pair.bench.charlie)

    results = at_once(
        pair.merged,
        lambda: act(
            pair.second.pk, c.Rule(by=agent, rule="art. L217-3", reasons="Vu.", terms=None), now=LATER
        ),
    )

    assert len([one for one in results if isinstance(one, Claim)]) == 1, kinds(results)
    assert list(differences()) == []
