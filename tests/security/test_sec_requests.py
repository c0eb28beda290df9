"""Requests that no page sends: what comes in by a hostile hand is refused in words, never with a fault of ours."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from tests import factories as f
from tests.desk.stage import a_bench, signed_in

from recours.claims.commands import act
from recours.claims.models import Claim, Draft, InternalNote
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.vocabulary import Act

pytestmark = pytest.mark.django_db

NUL = "a\0b"
DIGITS = "9" * 5000
AMOUNTS = [
    "0",
    "-5",
    "0,001",
    DIGITS,
    "1" + "0" * 30,
    "12 $",
    "١٢",
    "NaN",
    "1e9",
    "∞",
    "12\0",
    "½",
    "1_0",
    "+5-5",
    "٫٫",
    "€",
]


def world() -> Any:
    bench = a_bench()
    return bench, bench.dispute()


@pytest.mark.parametrize("word", ["a%00b", "%ED%A0%80", "x" * 3000, "%F0%9F%98%80", "..%2f..", "%", "'\"<b>"])
@pytest.mark.parametrize("who", ["alice", "bob", "charlie"])
def test_sec_16_an_odd_reference_is_a_page_that_does_not_exist(who: str, word: str) -> None:
    bench, claim = world()
    person = bench.alice.user if who == "alice" else getattr(bench, who)
    browser = signed_in(person)
    ref = claim.reference

    for path in (
        f"/claims/{word}/", f"/claims/{word}/withdraw/", f"/claims/{ref}/{word}/",
        f"/claims/{word}/evidence/{uuid4()}/",
        f"/seller/claims/{word}/", f"/seller/claims/{ref}/{word}/", f"/seller/claims/{ref}/evidence/{word}/",
        f"/seller/claims/{word}/accept/", f"/desk/claims/{word}/", f"/desk/claims/{ref}/{word}/",
        f"/desk/claims/{ref}/evidence/{word}/", f"/desk/claims/{word}/take/", f"/purchases/{word}/dispute/",
        f"/orders/{word}/",
    ):  # fmt: skip
        assert browser.get(path).status_code in (301, 302, 404), path
        assert browser.post(path).status_code in (301, 302, 404, 405), path
    assert browser.post(f"/desk/parked/{word}/retry/").status_code == 404


PLACES = [
    "0001-01-01T00:00:00+14:00~{id}", "9999-12-31T23:59:59-14:00~{id}", "2026-01-01T00:00:00+00:00~x", "~", "\0~\0",
    "2026-01-01T00:00:00+00:00~{id}\0", "2026-01-01~{id}", "20260101T000000.000000Z~{id}", "x" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_sec_16_an_odd_place_in_a_list_is_its_beginning(place: str) -> None:
    bench, _ = world()
    given = place.replace("{id}", str(uuid4()))
    at, _, key = given.partition("~")
    for person, path, name in (
        (bench.charlie, "/desk/", "after"), (bench.charlie, "/desk/refunds/", "after"),
        (bench.charlie, "/desk/parked/", "after"),
        (bench.bob, "/seller/claims/", "after"), (bench.alice.user, "/claims/", "before"),
    ):  # fmt: skip
        assert signed_in(person).get(path, {name: given}).status_code == 200, path
        assert signed_in(person).get(path, {name: given.replace("~", "_")}).status_code == 200, path
    assert signed_in(bench.alice.user).get("/orders/", {"at": at, "id": key}).status_code == 200


@pytest.mark.parametrize("word", [NUL, "' OR 1=1", "__class__", "state__in", "x" * 5000, "١", "{amount}"])
def test_sec_16_an_odd_filter_is_no_filter(word: str) -> None:
    bench, _ = world()
    desk, seller = signed_in(bench.charlie), signed_in(bench.bob)
    for name in ("queue", "ground", "place", "q", "after", word[:30]):
        assert desk.get("/desk/", {name: word}).status_code == 200, name
    for name in ("list", "after"):
        assert desk.get("/desk/refunds/", {name: word}).status_code == 200, name
    for name in ("tab", "shop", "after"):
        assert seller.get("/seller/claims/", {name: word}).status_code == 200, name


def test_sec_23_a_nul_in_any_text_is_refused_or_dropped() -> None:
    bench = a_bench()
    claim = bench.escalated()
    charlie, bob, alice = signed_in(bench.charlie), signed_in(bench.bob), signed_in(bench.alice.user)
    ref = claim.reference

    for browser, path, data in (
        (charlie, f"/desk/claims/{ref}/note/", {"note": NUL}),
        (charlie, f"/desk/claims/{ref}/message/", {"text": NUL}),
        (charlie, f"/desk/claims/{ref}/rule/", {"kind": "reject", "other_rule": NUL, "reasons": NUL}),
        (charlie, f"/desk/claims/{ref}/rule/", {"kind": NUL, "rule": NUL, "reasons": NUL, "amount": NUL}),
        (charlie, f"/desk/claims/{ref}/assign/", {"agent": NUL}),
        (charlie, f"/desk/claims/{ref}/ask_evidence/", {"of": NUL, "text": NUL}),
        (bob, f"/seller/claims/{ref}/message/", {"text": NUL}),
        (bob, f"/seller/claims/{ref}/make_offer/", {"kind": "part", "amount": NUL, "reasons": NUL}),
        (alice, f"/claims/{ref}/message/", {"text": NUL}),
        (alice, f"/claims/{ref}/withdraw/", {"reason": NUL}),
        (alice, f"/claims/{ref}/accept_offer/", {"number": NUL}),
        (alice, f"/claims/{ref}/change_ground/", {"ground": NUL, "explanation": NUL}),
    ):
        answer = browser.post(path, {"expected_seq": NUL, **data})
        assert answer.status_code in (404, 409, 422), (path, answer.status_code)
    assert not InternalNote.objects.exists()
    assert Claim.objects.get(pk=claim.pk).seq == claim.seq


def test_sec_23_a_nul_in_a_draft_is_dropped_from_names_too() -> None:
    order = f.an_order(lines=[100, 200])
    browser = signed_in(order.buyer.user)
    for step in ("lines", "ground", "received", "wanted", "story"):
        answer = browser.post(
            f"/orders/{order.pk}/dispute/{step}/", {"lines": NUL, NUL: NUL, "amount": NUL, "later": "1"}
        )
        assert answer.status_code in (302, 422), step
    assert browser.get(f"/orders/{order.pk}/dispute/lines/").status_code == 200
    for name in ("remove", "draft"):
        assert browser.post(f"/orders/{order.pk}/dispute/lines/", {name: NUL}).status_code in (302, 422)
        assert browser.post(f"/orders/{order.pk}/dispute/summary/", {name: NUL}).status_code in (302, 422)


@pytest.mark.parametrize("amount", AMOUNTS)
def test_sec_23_an_odd_amount_is_refused_in_words(amount: str) -> None:
    bench, claim = world()
    before = claim.seq
    answer = signed_in(bench.bob).post(
        f"/seller/claims/{claim.reference}/make_offer/",
        {"expected_seq": claim.seq, "kind": "part", "amount": amount, "reasons": "x"},
    )
    assert answer.status_code == 422, amount[:20]
    answer = signed_in(bench.alice.user).post(
        f"/claims/{claim.reference}/counter/", {"expected_seq": claim.seq, "kind": "part", "amount": amount}
    )
    assert answer.status_code == 422
    assert Claim.objects.get(pk=claim.pk).seq == before


@pytest.mark.parametrize("seq", ["", "-1", "abc", "9" * 30, "١", "1\0", "0"])
def test_sec_04_a_page_that_showed_nothing_changes_nothing(seq: str) -> None:
    bench, claim = world()
    answer = signed_in(bench.bob).post(f"/seller/claims/{claim.reference}/accept/", {"expected_seq": seq})
    assert answer.status_code == 409
    assert Claim.objects.get(pk=claim.pk).seq == claim.seq


@pytest.mark.parametrize("act_name", [act.value for act in Act])
def test_sec_04_a_seller_who_posts_any_act_learns_nothing_of_the_desk(act_name: str) -> None:
    bench = a_bench()
    bench.charlie.name, bench.chloe.name = "Charlie Secret", "Chloe Secret"
    bench.charlie.save()
    bench.chloe.save()
    claim = bench.escalated()
    for data in ({}, {"agent": str(bench.charlie.pk)}):
        answer = signed_in(bench.bob).post(
            f"/seller/claims/{claim.reference}/{act_name}/", {"expected_seq": claim.seq, **data}
        )
        page = answer.content.decode()
        assert "Secret" not in page
        assert str(bench.charlie.pk) not in page
        assert bench.charlie.email not in page
        assert answer.status_code in (302, 404, 409, 422)


@pytest.mark.parametrize("act_name", [act.value for act in Act])
@pytest.mark.parametrize("face", ["", "seller/", "desk/"])
def test_sec_05_nobody_acts_in_a_role_that_is_not_theirs(act_name: str, face: str) -> None:
    """Every act, at every face, by an agent who is also the buyer: they are the buyer and nothing else."""
    bench = a_bench()
    f.appoint_to_desk(user=bench.alice.user, marketplace_id=bench.place.pk, role=f.DeskRole.ADMINISTRATOR)
    claim = bench.escalated()
    browser = signed_in(bench.alice.user)
    answer = browser.post(f"/{face}claims/{claim.reference}/{act_name}/", {"expected_seq": claim.seq})
    if face:
        assert answer.status_code == 404
        assert Claim.objects.get(pk=claim.pk).seq == claim.seq


def test_sec_02_a_claim_is_not_given_to_who_may_not_see_it() -> None:
    bench, other = a_bench(), a_bench()
    claim = bench.escalated()
    admin = signed_in(bench.admin)
    for stranger in (other.charlie, bench.bob, bench.alice.user, f.a_user()):
        answer = admin.post(
            f"/desk/claims/{claim.reference}/assign/", {"expected_seq": claim.seq, "agent": str(stranger.pk)}
        )
        assert answer.status_code == 422
    assert Claim.objects.get(pk=claim.pk).assigned_to_id is None


def test_sec_02_lines_of_another_order_are_not_claimed() -> None:
    place = f.a_marketplace()
    buyer = f.a_buyer(place)
    mine, other = f.an_order(buyer, lines=[100, 200]), f.an_order(buyer, lines=[90000])
    browser = signed_in(buyer.user)
    foreign = other.lines.get().pk
    answer = browser.post(f"/orders/{mine.pk}/dispute/lines/", {"lines": [str(foreign)]})
    assert answer.status_code == 422
    answer = browser.post(
        f"/orders/{mine.pk}/dispute/lines/",
        {
            "lines": [str(mine.lines.first().pk)],
            f"quantity_{foreign}": "1",
            f"quantity_{mine.lines.first().pk}": "9",
        },
    )
    draft = Draft.objects.get()
    stranger = signed_in(f.a_user("Mallory"))
    assert stranger.post(f"/drafts/{draft.pk}/discard/").status_code == 404
    assert stranger.get(f"/drafts/{draft.pk}/files/{uuid4()}/").status_code == 404
    assert Draft.objects.exists()


def test_sec_02_refunds_of_another_marketplace_do_not_exist() -> None:
    bench, other = a_bench(), a_bench()
    from recours.refunds.commands import prepare
    from recours.refunds.models import Refund

    claim = other.dispute()
    act(claim.pk, c.Accept(by=other.seller))
    prepare()
    refund = Refund.objects.get()
    for person in (bench.charlie, bench.admin, other.bob, other.alice.user):
        browser = signed_in(person)
        assert browser.get(f"/desk/refunds/{refund.pk}/record/").status_code == 404
        assert (
            browser.post(
                f"/desk/refunds/{refund.pk}/record/", {"paid_on": "2026-11-20", "reference": "X"}
            ).status_code
            == 404
        )
        assert browser.post(f"/desk/refunds/{refund.pk}/retry/").status_code == 404
    for day in ("0001-01-01", "1900-01-01", "2000-01-01", "9999-12-31", "2026-11-19"):
        answer = signed_in(other.charlie).post(
            f"/desk/refunds/{refund.pk}/record/", {"paid_on": day, "reference": "X"}
        )
        assert answer.status_code in (409, 422), day
    refund.refresh_from_db()
    assert refund.status == "approved"


@pytest.mark.parametrize(
    "day", ["0001-01-01", "1900-01-01", "9999-12-31", "2026-02-30", "2026-13-01", "١٢/١١/٢٠٢٦"]
)
def test_sec_23_an_odd_day_is_refused_in_words(day: str) -> None:
    bench = a_bench()
    claim = bench.dispute(goods_return=True)
    act(claim.pk, c.Accept(by=bench.seller))
    claim.refresh_from_db()
    alice, bob = signed_in(bench.alice.user), signed_in(bench.bob)
    parcel = {"carrier": "Colissimo", "tracking": "6A12345678901"}
    answer = alice.post(
        f"/claims/{claim.reference}/ship_return/", {"expected_seq": claim.seq, "shipped_on": day, **parcel}
    )
    assert answer.status_code in (409, 422)
    claim = act(claim.pk, c.ShipReturn(by=bench.buyer, shipped_on=f.dt.date(2026, 11, 20), **parcel))
    answer = bob.post(
        f"/seller/claims/{claim.reference}/record_return_arrival/",
        {"expected_seq": claim.seq, "arrived_on": day},
    )
    assert answer.status_code in (409, 422)
    order = f.an_order(bench.alice, bench.shop, delivered_on=None)
    assert alice.post(f"/orders/{order.pk}/received/", {"day": day}).status_code == 422
