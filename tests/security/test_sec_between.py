"""What changes between the page and the button: a role, a deadline, the conditions, another refund."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from tests import factories as f
from tests.at_once import at_once
from tests.conftest import PRESENT
from tests.desk.stage import a_bench, signed_in

from recours.claims.commands import act
from recours.claims.commands.evidence import add_evidence
from recours.claims.models import Claim, ClaimEvent, Draft
from recours.claims.sweep import sweep
from recours.claims.verify import differences
from recours.marketplaces.models import Order, OrderLine, Payment
from recours.marketplaces.policies import publish_policy
from recours.people.models import DeskStaff, ShopStaff
from recours.refunds import commands as refunds
from recours.refunds.models import Refund
from recours.refunds.refusals import MoreThanWasPaid
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Terms
from recours.rules.lifecycle.vocabulary import Ground, Remedy, Role, State
from recours.rules.money import Money
from recours.rules.policy import preset

pytestmark = pytest.mark.django_db


def test_sec_03_a_role_taken_away_is_gone_with_the_next_request() -> None:
    bench = a_bench()
    claim = bench.escalated()
    seller, agent, buyer = signed_in(bench.bob), signed_in(bench.charlie), signed_in(bench.alice.user)
    ShopStaff.objects.all().delete()
    DeskStaff.objects.filter(user=bench.charlie).delete()
    page = {"expected_seq": claim.seq}

    assert seller.get(f"/seller/claims/{claim.reference}/").status_code == 404
    assert seller.post(f"/seller/claims/{claim.reference}/accept/", page).status_code == 404
    assert seller.get("/seller/claims/").status_code == 404
    assert agent.post(f"/desk/claims/{claim.reference}/take/", page).status_code == 404
    assert agent.get("/desk/").status_code == 404
    bench.alice.user.is_active = False
    bench.alice.user.save()
    assert buyer.get(f"/claims/{claim.reference}/").status_code == 302
    assert buyer.post(f"/claims/{claim.reference}/withdraw/", page).status_code == 302
    assert Claim.objects.get(pk=claim.pk).seq == claim.seq


def test_sec_14_another_password_ends_the_other_sessions() -> None:
    user = f.a_user()
    browser = signed_in(user)
    user.set_password("another-long-password-2")
    user.save()
    assert browser.get("/orders/").status_code == 302


@pytest.mark.parametrize("seconds", [0, 1, 86400])
def test_sec_22_an_answer_sent_after_the_deadline_is_late_and_kept(seconds: int, frozen_clock: Any) -> None:
    bench = a_bench()
    claim = bench.dispute()
    assert claim.due_at is not None
    frozen_clock.move_to(claim.due_at + dt.timedelta(seconds=seconds))
    answer = signed_in(bench.bob).post(
        f"/seller/claims/{claim.reference}/refuse/",
        {"expected_seq": claim.seq, "reasons": "Il était entier."},
    )
    assert answer.status_code == 409
    assert "Il était entier." in answer.content.decode()
    sweep()
    claim.refresh_from_db()
    assert claim.state == State.REFUND_DUE
    assert not list(differences())


def test_sec_22_a_clock_set_back_between_two_acts_keeps_the_chain(frozen_clock: Any) -> None:
    bench = a_bench()
    claim = bench.dispute()
    frozen_clock.move_to(PRESENT - dt.timedelta(hours=5))
    act(claim.pk, c.Escalate(by=bench.seller))
    act(claim.pk, c.AskEvidence(by=bench.agent(bench.charlie), of=Role.BUYER, text="?"))
    frozen_clock.move_to(PRESENT - dt.timedelta(hours=9))
    act(claim.pk, c.GiveEvidence(by=bench.buyer, text="Voilà."))
    for person, face in ((bench.alice.user, ""), (bench.bob, "seller/"), (bench.charlie, "desk/")):
        assert signed_in(person).get(f"/{face}claims/{claim.reference}/").status_code == 200
    assert not list(differences())


def test_sec_22_new_conditions_between_draft_and_sending_are_those_of_the_sending() -> None:
    bench = a_bench()
    order = f.an_order(bench.alice, bench.shop)
    browser = signed_in(bench.alice.user)
    base = f"/orders/{order.pk}/dispute/"
    for step, data in (
        ("ground", {"ground": "damaged"}),
        ("wanted", {"remedy": "refund", "amount": "89,90", "goods_return": "no"}),
        ("story", {"explanation": "Cassé."}),
    ):
        assert browser.post(f"{base}{step}/", data).status_code == 302
    publish_policy(marketplace_id=bench.place.pk, source=preset("aliexpress_2024"), now=PRESENT)
    answer = browser.post(f"{base}summary/", follow=True)
    assert answer.status_code == 200
    claim = Claim.objects.first()
    if claim is not None:
        assert claim.policy_version == 2
    else:
        assert Draft.objects.get().answers


def test_sec_21_a_parked_claim_still_opens_and_can_be_acted_upon(frozen_clock: Any) -> None:
    bench = a_bench()
    claim = bench.dispute()
    assert claim.due_at is not None
    frozen_clock.move_to(claim.due_at)
    with mock.patch("recours.claims.sweep.decide", side_effect=RuntimeError("boom")):
        sweep()
    assert Claim.objects.get(pk=claim.pk).parked_at is not None
    for person, face in ((bench.alice.user, ""), (bench.bob, "seller/"), (bench.charlie, "desk/")):
        assert signed_in(person).get(f"/{face}claims/{claim.reference}/").status_code == 200
    assert signed_in(bench.charlie).post(f"/desk/parked/{claim.reference}/retry/").status_code == 302
    assert signed_in(bench.charlie).post(f"/desk/parked/{claim.reference}/retry/").status_code == 404
    sweep()
    assert Claim.objects.get(pk=claim.pk).state == State.REFUND_DUE


def test_sec_21_two_claims_on_one_payment_never_give_back_more_than_it() -> None:
    """One on the order's article, one on the charge itself, both granted whole."""
    bench = a_bench()
    order = f.an_order(bench.alice, bench.shop)
    payment = order.payments.get()
    first = f.a_claim(order)
    second = f.a_claim(payment=payment, buyer=bench.alice, ground=Ground.OVERCHARGE)
    act(first.pk, c.Accept(by=bench.seller))
    agent = bench.agent(bench.charlie)
    act(second.pk, c.Propose(by=agent, terms=second.snapshot.wanted, reasons="Oui."))
    act(second.pk, c.AcceptOffer(by=bench.buyer, number=1))

    at_once_made = refunds.prepare()

    assert at_once_made.short == 1
    assert sum(refund.amount_minor for refund in Refund.objects.all()) == 8990
    payment.refresh_from_db()
    assert payment.refunded_minor == payment.captured_minor
    refund = Refund.objects.get()
    refunds.cancel(refund.pk, reason="Réglé autrement.")
    assert refunds.prepare().refunds <= 1
    for each in Refund.objects.filter(status="cancelled"):
        with contextlib.suppress(MoreThanWasPaid):
            refunds.retry(each.pk)
    payment.refresh_from_db()
    assert payment.refunded_minor <= payment.captured_minor


def test_sec_21_partial_refunds_add_up_over_reopenings(frozen_clock: Any) -> None:
    bench = a_bench()
    claim = bench.dispute()
    agent, other = bench.agent(bench.charlie), bench.agent(bench.chloe)
    paid = 0
    for hours, minor in enumerate((3000, 5000, 990)):
        frozen_clock.move_to(PRESENT + dt.timedelta(hours=hours))
        if claim.state == State.WITH_SELLER:
            act(
                claim.pk,
                c.MakeOffer(by=bench.seller, terms=Terms(remedy=Remedy.REFUND, amount=f.euros(minor))),
            )
            claim = act(claim.pk, c.AcceptOffer(by=bench.buyer, number=1))
        else:
            act(
                claim.pk,
                c.Propose(by=agent, terms=Terms(remedy=Remedy.REFUND, amount=f.euros(minor)), reasons="."),
            )
            claim = Claim.objects.get(pk=claim.pk)
            number = claim.snapshot.offers[-1].number
            act(claim.pk, c.AcceptOffer(by=bench.buyer, number=number))
            claim = act(claim.pk, c.AcceptOffer(by=bench.seller, number=number))
        assert claim.state == State.REFUND_DUE
        assert refunds.prepare().short == 0
        refund = Refund.objects.exclude(status="succeeded").get()
        assert refund.amount_minor == minor
        for _ in range(2):
            refunds.record_transfer(refund.pk, by=other, reference=f"V{minor}", paid_on=PRESENT.date())
        paid += minor
        claim = Claim.objects.get(pk=claim.pk)
        assert claim.state == State.CLOSED
        assert claim.snapshot.refunded == f.euros(paid)
        claim = act(claim.pk, c.Reopen(by=bench.buyer, reasons="Encore."))
    assert OrderLine.objects.get().refunded_minor == 8990
    with pytest.raises(Exception, match="amount"):
        act(claim.pk, c.Propose(by=agent, terms=Terms(remedy=Remedy.REFUND, amount=f.euros(1)), reasons="."))
    assert not list(differences())


def in_yen() -> tuple[Any, Order]:
    bench = a_bench()
    bench.place.currency = "JPY"
    bench.place.save()
    f.an_order(bench.alice, bench.shop, lines=[8990])
    Order.objects.update(currency="JPY")
    OrderLine.objects.update(currency="JPY")
    Payment.objects.update(currency="JPY")
    return bench, Order.objects.get()


def test_sec_23_a_currency_without_decimals_keeps_its_thousands() -> None:
    bench, order = in_yen()
    claim = f.a_claim(order)
    assert claim.snapshot.disputed == Money(minor=8990, currency="JPY")
    bob = signed_in(bench.bob)
    url = f"/seller/claims/{claim.reference}/make_offer/"
    page = {"expected_seq": claim.seq, "kind": "part", "goods_return": "no"}
    for odd in ("12,50", "0,5", "89 901", "10 €"):
        assert bob.post(url, {**page, "amount": odd}).status_code == 422, odd
    assert bob.post(url, {**page, "amount": "1 500 ¥"}).status_code == 302
    act(claim.pk, c.AcceptOffer(by=bench.buyer, number=1))
    refunds.prepare()
    assert Refund.objects.get().amount == Money(minor=1500, currency="JPY")
    for person, path in (
        (bench.alice.user, f"/claims/{claim.reference}/"), (bench.charlie, f"/desk/claims/{claim.reference}/"),
        (bench.charlie, "/desk/refunds/"), (bench.alice.user, f"/orders/{order.pk}/"),
    ):  # fmt: skip
        shown = signed_in(person).get(path)
        assert shown.status_code == 200
        assert "15,00" not in shown.content.decode()


def test_sec_21_money_that_only_the_buyer_speaks_of_is_shown_as_such() -> None:
    """A purchase that failed names an amount that no payment backs: no clock grants it, and who decides is told."""
    bench = a_bench()
    claim = f.a_claim(buyer=bench.alice, ground=Ground.TECHNICAL_FAULT, amount=f.euros(900_000_00))
    agent = signed_in(bench.charlie)

    page = agent.get(f"/desk/claims/{claim.reference}/").content.decode()
    assert "selon l’acheteur" in page
    assert claim.due_at is not None
    sweep(claim.due_at + dt.timedelta(days=3650))
    claim.refresh_from_db()
    assert claim.state == State.WITH_PLATFORM
    act(claim.pk, c.Propose(by=bench.agent(bench.charlie), terms=claim.snapshot.wanted, reasons="."))
    act(claim.pk, c.AcceptOffer(by=bench.buyer, number=1))
    refunds.prepare()
    refund = Refund.objects.get()
    assert (refund.provider, refund.payment) == ("manual", None)
    assert "selon l’acheteur" in agent.get(f"/desk/refunds/{refund.pk}/record/").content.decode()


def test_sec_24_every_post_needs_its_token() -> None:
    bench = a_bench()
    claim = bench.escalated()
    for person, paths in (
        (bench.alice.user, (f"/claims/{claim.reference}/withdraw/", f"/claims/{claim.reference}/messages/")),
        (
            bench.bob,
            (f"/seller/claims/{claim.reference}/accept/", f"/seller/claims/{claim.reference}/message/"),
        ),
        (bench.charlie, (f"/desk/claims/{claim.reference}/rule/", f"/desk/claims/{claim.reference}/note/")),
    ):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(person)
        for path in (*paths, "/theme/", "/language/setlang/", "/account/logout/"):
            assert browser.post(path, {"expected_seq": claim.seq, "text": "x"}).status_code == 403, path
    assert ClaimEvent.objects.filter(claim=claim).count() == claim.seq


@pytest.mark.parametrize(
    "to",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"],
)
def test_sec_24_nobody_is_sent_elsewhere(to: str) -> None:
    user = f.a_user()
    for path, data in (
        ("/theme/", {"theme": "dark", "next": to}), ("/language/setlang/", {"language": "en", "next": to}),
        ("/account/login/", {"login": user.email, "password": "a-long-password-1", "next": to}),
        ("/account/logout/", {"next": to}),
    ):  # fmt: skip
        browser = Client()
        if "logout" in path:
            browser.force_login(user)
        answer = browser.post(path, data, HTTP_REFERER="https://evil.example/")
        assert "evil" not in answer.headers.get("Location", ""), path
        assert "script" not in answer.headers.get("Location", ""), path


def test_sec_24_another_host_is_refused() -> None:
    assert Client().get("/", HTTP_HOST="evil.example").status_code == 400
    answer = Client().get(
        "/account/login/", HTTP_X_FORWARDED_HOST="evil.example", HTTP_X_FORWARDED_PROTO="https"
    )
    assert b"evil.example" not in answer.content


def test_sec_01_a_seller_sees_no_address_of_the_buyer_and_no_note_of_the_desk() -> None:
    bench = a_bench()
    bench.charlie.name = "Charlie Secret"
    bench.charlie.save()
    claim = bench.escalated()
    act(claim.pk, c.Take(by=bench.agent(bench.charlie)))
    signed_in(bench.charlie).post(f"/desk/claims/{claim.reference}/note/", {"note": "Note secrète."})
    signed_in(bench.charlie).post(f"/desk/claims/{claim.reference}/message/", {"text": "Bonjour aux deux."})
    for person, face in ((bench.bob, "seller/"), (bench.alice.user, "")):
        pages = [f"/{face}claims/{claim.reference}/", f"/{face}claims/"]
        for path in pages:
            page = signed_in(person).get(path).content.decode()
            assert "secr" not in page.lower()
            assert str(bench.charlie.pk) not in page
            assert bench.charlie.email not in page
            if person == bench.bob:
                assert bench.alice.email not in page
                assert "Martin" not in page


@pytest.mark.django_db(transaction=True)
def test_sec_21_two_parties_acting_at_once_leave_one_chain() -> None:
    bench = a_bench()
    claim = bench.escalated()
    agent = bench.agent(bench.charlie)
    terms = Terms(remedy=Remedy.REFUND, amount=f.euros(100))
    at_once(
        lambda: act(claim.pk, c.Accept(by=bench.seller)),
        lambda: act(claim.pk, c.Withdraw(by=bench.buyer)),
        lambda: act(claim.pk, c.Rule(by=agent, rule="art. L217-3", reasons="Non.")),
        lambda: act(claim.pk, c.Propose(by=agent, terms=terms, reasons="Un geste.")),
        lambda: act(claim.pk, c.MakeOffer(by=bench.seller, terms=terms)),
        lambda: act(claim.pk, c.Counter(by=bench.buyer, terms=terms)),
    )
    seqs = list(ClaimEvent.objects.filter(claim=claim).order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))
    assert not list(differences())


@pytest.mark.parametrize("worker_ran", [False, True])
def test_sec_22_a_page_read_before_a_deadline_is_stale_after_it(worker_ran: bool, frozen_clock: Any) -> None:
    """Whether or not a worker ran: the buyer's turn is over, and what they read is no longer so."""
    bench = a_bench()
    claim = act(bench.dispute().pk, c.Refuse(by=bench.seller, reasons="Non."))
    read = {"expected_seq": claim.seq, "kind": "part", "amount": "10", "goods_return": "no"}
    assert claim.due_at is not None
    frozen_clock.move_to(claim.due_at)
    if worker_ran:
        sweep()

    answer = signed_in(bench.alice.user).post(f"/claims/{claim.reference}/counter/", read)

    assert answer.status_code == 409


def test_sec_22_a_page_read_after_a_deadline_can_be_answered_before_the_worker_runs(
    frozen_clock: Any,
) -> None:
    bench = a_bench()
    claim = act(bench.dispute().pk, c.Refuse(by=bench.seller, reasons="Non."))
    assert claim.due_at is not None
    frozen_clock.move_to(claim.due_at)
    for person, url, data in (
        (
            bench.charlie,
            f"/desk/claims/{claim.reference}/ask_evidence/",
            {"of": "seller", "text": "Une photo ?"},
        ),
        (bench.bob, f"/seller/claims/{claim.reference}/give_evidence/", {"text": "La voici."}),
    ):
        browser = signed_in(person)
        found = re.search(r'name="expected_seq" value="(\d+)"', browser.get(url).content.decode())
        assert found is not None
        assert browser.post(url, {"expected_seq": found[1], **data}).status_code == 302
    assert not list(differences())


def test_sec_06_a_file_that_the_store_lost_is_no_fault() -> None:
    bench = a_bench()
    claim = bench.dispute()
    exhibit = add_evidence(claim_id=claim.pk, by=bench.buyer, files=[f.a_stored_file(bench.alice.user)])[0]
    for person, path in (
        (bench.alice.user, f"/claims/{claim.reference}/evidence/{exhibit.pk}/"),
        (bench.bob, f"/seller/claims/{claim.reference}/evidence/{exhibit.exhibit}/"),
        (bench.bob, f"/seller/claims/{claim.reference}/evidence/{exhibit.exhibit}/thumbnail/"),
        (bench.charlie, f"/desk/claims/{claim.reference}/evidence/{exhibit.exhibit}/"),
    ):
        assert signed_in(person).get(path).status_code == 404
