"""The button pressed twice: the same request sent again does nothing, and says that it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests import factories as f
from tests.at_once import at_once
from tests.desk.stage import Bench, a_bench, signed_in
from tests.files.samples import picture

from recours.claims.acts import ACTS
from recours.claims.commands import act
from recours.claims.models import Claim, ClaimEvent, Evidence
from recours.conversations.models import Message
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import MARKETPLACE, Terms
from recours.rules.lifecycle.decide.closing import owed_amount
from recours.rules.lifecycle.vocabulary import Act, Missing, Remedy, Role

TODAY = dt.date(2026, 11, 20)
GOODS = Terms(remedy=Remedy.REPLACEMENT)
RULE = {"other_rule": "art. L217-3"}
PARCEL = {"carrier": "Colissimo", "tracking": "6A12345678901"}


def money(minor: int, *, back: bool = False) -> Terms:
    return Terms(
        remedy=Remedy.REFUND,
        amount=f.euros(minor),
        goods_return=back,
        return_paid_by=Role.SELLER if back else None,
    )


def contacted(b: Bench) -> Claim:
    return b.dispute(contact_first=True)


def with_seller(b: Bench) -> Claim:
    return b.dispute()


def offered(b: Bench) -> Claim:
    claim = b.dispute()
    return act(claim.pk, c.MakeOffer(by=b.seller, terms=money(2000)))


def refused(b: Bench) -> Claim:
    claim = b.dispute()
    return act(claim.pk, c.Refuse(by=b.seller, reasons="Non."))


def asked(b: Bench) -> Claim:
    claim = b.dispute()
    return act(claim.pk, c.Ask(by=b.seller, text="Quand ?"))


def with_platform(b: Bench) -> Claim:
    return b.escalated()


def taken(b: Bench) -> Claim:
    return act(b.escalated().pk, c.Take(by=b.agent(b.charlie)))


def evidence_asked(b: Bench) -> Claim:
    return act(b.escalated().pk, c.AskEvidence(by=b.agent(b.charlie), of=Role.BUYER, text="Une photo ?"))


def proposed(b: Bench) -> Claim:
    return act(b.escalated().pk, c.Propose(by=b.agent(b.charlie), terms=money(2000), reasons="Un geste."))


def ruled(b: Bench) -> Claim:
    return act(b.escalated().pk, c.Rule(by=b.agent(b.charlie), rule="art. L217-3", reasons="Non."))


def awaiting_return(b: Bench) -> Claim:
    return act(b.dispute(goods_return=True).pk, c.Accept(by=b.seller))


def in_transit(b: Bench) -> Claim:
    return act(awaiting_return(b).pk, c.ShipReturn(by=b.buyer, shipped_on=TODAY, **PARCEL))


def arrived(b: Bench) -> Claim:
    return act(in_transit(b).pk, c.RecordReturnArrival(by=b.seller, arrived_on=TODAY))


def replacement_due(b: Bench) -> Claim:
    return act(b.dispute(remedy=Remedy.REPLACEMENT).pk, c.Accept(by=b.seller))


def replaced(b: Bench) -> Claim:
    sent = c.ShipReplacement(by=b.seller, carrier="Colissimo", tracking="6A12345678919")
    return act(replacement_due(b).pk, sent)


def withdrawn(b: Bench) -> Claim:
    return act(b.dispute().pk, c.Withdraw(by=b.buyer))


def paid(b: Bench) -> Claim:
    claim = act(b.dispute().pk, c.Accept(by=b.seller))
    amount = owed_amount(claim.snapshot)
    return act(claim.pk, c.PayRefund(by=MARKETPLACE, amount=amount, refund_id=uuid4()))


def missed(b: Bench) -> Claim:
    return act(paid(b).pk, c.ReportRefundMissing(by=b.buyer, missing=Missing.NOTHING, text="Rien."))


PRESSED: list[tuple[str, Act, Callable[[Bench], Claim], dict[str, Any]]] = [
    ("buyer", Act.OPEN_DISPUTE, contacted, {}),
    ("seller", Act.ANSWER, contacted, {"text": "Bonjour."}),
    ("buyer", Act.ANSWER, asked, {"text": "Hier."}),
    ("buyer", Act.COUNTER, refused, {"kind": "part", "amount": "12,50", "goods_return": "no", "text": "Alors ceci."}),
    ("buyer", Act.COUNTER, with_seller, {"kind": "replacement", "goods_return": "seller"}),
    ("buyer", Act.CHANGE_GROUND, with_seller, {"ground": "defective", "explanation": "Ne s’allume pas."}),
    ("buyer", Act.CHANGE_GROUND, with_platform, {"ground": "overcharge", "explanation": "Débité deux fois."}),
    ("buyer", Act.MARK_SOLVED, with_seller, {}),
    ("buyer", Act.WITHDRAW, with_seller, {"reason": "Retrouvé."}),
    ("buyer", Act.UNDO_WITHDRAWAL, withdrawn, {}),
    ("buyer", Act.REOPEN, withdrawn, {"reasons": "Cassé de nouveau."}),
    ("buyer", Act.ACCEPT_OFFER, offered, {"number": "1"}),
    ("buyer", Act.REFUSE_OFFER, offered, {"number": "1", "reasons": "Trop peu."}),
    ("buyer", Act.ACCEPT_OFFER, proposed, {"number": "1"}),
    ("seller", Act.ACCEPT_OFFER, proposed, {"number": "1"}),
    ("seller", Act.REFUSE_OFFER, proposed, {"number": "1"}),
    ("buyer", Act.ESCALATE, refused, {"reasons": "Voyez."}),
    ("seller", Act.ESCALATE, with_seller, {}),
    ("buyer", Act.GIVE_EVIDENCE, evidence_asked, {"text": "La voici."}),
    ("buyer", Act.APPEAL, ruled, {"reason": "new_evidence", "text": "Une photo."}),
    ("seller", Act.APPEAL, ruled, {"reason": "error_of_rule", "text": "La règle."}),
    ("buyer", Act.SHIP_RETURN, awaiting_return, {"shipped_on": "2026-11-20", **PARCEL}),
    ("buyer", Act.CORRECT_TRACKING, in_transit, {"carrier": "Colissimo", "tracking": "6A98765432109"}),
    ("seller", Act.ACCEPT, with_seller, {}),
    ("seller", Act.REFUSE, with_seller, {"reasons": "Il était entier."}),
    ("seller", Act.MAKE_OFFER, with_seller, {"kind": "part", "amount": "20", "goods_return": "no"}),
    ("seller", Act.MAKE_OFFER, with_platform, {"kind": "full", "goods_return": "seller"}),
    ("seller", Act.ASK, with_seller, {"text": "Quand ?"}),
    ("seller", Act.EXTEND_RESPONSE, with_seller, {"reason": "Nous attendons l'entrepôt."}),
    ("seller", Act.RECORD_RETURN_ARRIVAL, in_transit, {"arrived_on": "2026-11-20"}),
    ("seller", Act.ACCEPT_RETURN, arrived, {}),
    ("seller", Act.CONTEST_RETURN, arrived, {"reasons": "Vide."}),
    ("seller", Act.SHIP_REPLACEMENT, replacement_due, PARCEL),
    ("charlie", Act.TAKE, with_platform, {}),
    ("charlie", Act.RELEASE, taken, {}),
    ("admin", Act.ASSIGN, with_platform, {"agent": "chloe"}),
    ("charlie", Act.ASK_EVIDENCE, with_platform, {"of": "seller", "text": "Une photo ?"}),
    ("charlie", Act.PROPOSE, with_platform, {"kind": "full", "goods_return": "no", "reasons": "Un geste."}),
    ("charlie", Act.RULE, with_platform, {"kind": "wanted", "goods_return": "no", **RULE, "reasons": "Oui."}),
    ("charlie", Act.RULE, with_platform, {"kind": "reject", "goods_return": "no", **RULE, "reasons": "Non."}),
    ("charlie", Act.RECORD_RETURN_ARRIVAL, in_transit, {"arrived_on": "2026-11-20"}),
    ("buyer", Act.REPORT_RETURN_REFUSED, in_transit, {"refused_on": "2026-11-20", "text": "Refusé."}),
    ("buyer", Act.REPORT_RETURN_LOST, in_transit, {"text": "Introuvable."}),
    ("buyer", Act.CONFIRM_REPLACEMENT, replaced, {}),
    ("buyer", Act.REPORT_REPLACEMENT_MISSING, replaced, {"text": "Rien n’est arrivé."}),
    ("buyer", Act.CONFIRM_REFUND, paid, {}),
    ("buyer", Act.REPORT_REFUND_MISSING, paid, {"missing": "less", "arrived": "12,50", "text": "Peu."}),
    ("charlie", Act.TRACE_REFUND, missed, {"text": "La banque l’a retrouvé."}),
]  # fmt: skip


def sender(bench: Bench, claim: Claim, who: str, wanted: Act, data: dict[str, Any]) -> Callable[[], Any]:
    person, face = {
        "buyer": (bench.alice.user, ""),
        "seller": (bench.bob, "seller/"),
    }.get(who) or (getattr(bench, who), "desk/")
    browser = signed_in(person)
    typed = {**data, "agent": str(bench.chloe.pk)} if wanted is Act.ASSIGN else data
    return lambda: browser.post(
        f"/{face}claims/{claim.reference}/{wanted}/", {"expected_seq": claim.seq, **typed}
    )


def test_every_act_of_a_person_is_pressed_here() -> None:
    assert {wanted for _, wanted, _, _ in PRESSED} == set(ACTS)


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "wanted", "state", "data"), PRESSED)
def test_sec_21_pressed_twice_is_done_once(
    who: str, wanted: Act, state: Callable[[Bench], Claim], data: dict[str, Any]
) -> None:
    bench = a_bench()
    claim = state(bench)
    press = sender(bench, claim, who, wanted, data)

    answers = [press().status_code, press().status_code]

    assert answers == [302, 302]
    kinds_after = list(
        ClaimEvent.objects.filter(claim=claim, seq__gt=claim.seq).values_list("kind", flat=True)
    )
    assert len(kinds_after) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at", [2, 5, 6, 11, 22, 24, 31, 36])
def test_sec_21_pressed_twice_at_once_is_done_once(at: int) -> None:
    who, wanted, state, data = PRESSED[at]
    bench = a_bench()
    claim = state(bench)

    answers = at_once(*(sender(bench, claim, who, wanted, data) for _ in range(3)))

    assert {getattr(answer, "status_code", answer) for answer in answers} == {302}
    assert ClaimEvent.objects.filter(claim=claim, seq__gt=claim.seq).count() == 1


@pytest.mark.django_db(transaction=True)
def test_sec_21_the_same_message_at_once_is_one_message() -> None:
    bench = a_bench()
    claim = bench.dispute()
    browsers = [signed_in(bench.bob) for _ in range(4)]

    at_once(
        *(
            lambda b=b: b.post(f"/seller/claims/{claim.reference}/message/", {"text": "Bonjour."})
            for b in browsers
        )
    )

    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sec_21_the_same_photo_at_once_is_one_exhibit() -> None:
    bench = a_bench()
    claim = bench.dispute()
    content = picture()
    browsers = [signed_in(bench.bob) for _ in range(3)]

    def add(browser: Any) -> Any:
        photo = SimpleUploadedFile("photo.jpg", content, "image/jpeg")
        return browser.post(f"/seller/claims/{claim.reference}/evidence/", {"exhibits": photo})

    answers = at_once(*(lambda b=b: add(b) for b in browsers))

    assert [getattr(a, "status_code", a) for a in answers] == [302] * 3
    assert Evidence.objects.count() == 1
