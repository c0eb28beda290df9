"""A replacement from its agreement to its arrival, or to the platform: by commands, and by the three faces."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from tests.claims.stage import Life, again, again_late, forget, mailed
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench, happened, signed_in

from recours.claims.commands import act
from recours.claims.models import Claim
from recours.claims.reminders import remind
from recours.claims.sweep import sweep
from recours.claims.verify import differences
from recours.outbox.models import Mail
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor, Terms
from recours.rules.lifecycle.refusals import ActNotOpen, ReopeningTooLate, TextMissing
from recours.rules.lifecycle.vocabulary import DeadlineKind, Remedy, Resolution, Role, State

pytestmark = pytest.mark.django_db


def stands(life: Life) -> tuple[State, Resolution | None]:
    assert not list(differences())
    return life.row.snapshot.state, life.row.snapshot.resolution


def test_it_came_and_that_is_said_once() -> None:
    life = again().sent_again()
    assert stands(life) == (State.CLOSED, Resolution.REPLACED)

    life.does(Role.BUYER, c.ConfirmReplacement)

    assert stands(life) == (State.CLOSED, Resolution.REPLACED)
    for late in (lambda: life.does(Role.BUYER, c.ConfirmReplacement), lambda: report(life)):
        with pytest.raises(ActNotOpen):
            late()


def test_one_that_never_came_goes_to_the_platform_which_gives_the_money_back() -> None:
    life = again().sent_again()
    with pytest.raises(TextMissing):
        report(life, " ")

    report(life)
    assert stands(life) == (State.WITH_PLATFORM, None)

    ruled = {"rule": "law:FR:conso:L217-14", "reasons": "Deux fois rien."}
    life.does(Role.AGENT, c.Rule, terms=life.refund(8990), **ruled).waits()

    assert stands(life) == (State.REFUND_DUE, None)


def test_silence_leaves_it_closed_and_a_second_one_is_asked_about_again() -> None:
    life = again().sent_again()
    assert (life.row.due_party, life.row.snapshot.next_deadline) == ("", None)
    report(life)
    life.does(Role.AGENT, c.Propose, terms=life.row.snapshot.wanted, reasons="Renvoyez l’article.")
    for role in (Role.BUYER, Role.SELLER):
        life.does(role, c.AcceptOffer, number=1)
    assert stands(life) == (State.REPLACEMENT_DUE, None)

    life.does(Role.SELLER, c.ShipReplacement, carrier="Colissimo", tracking="6A12345678919")
    life.does(Role.BUYER, c.ConfirmReplacement)

    assert stands(life) == (State.CLOSED, Resolution.REPLACED)


@pytest.mark.parametrize(("seconds", "is_late"), [(-1, False), (0, True), (1, True)])
def test_it_is_said_as_long_as_a_claim_can_be_opened_again(seconds: int, is_late: bool) -> None:
    life = again().sent_again()
    closed = life.now.astimezone(dt.UTC)
    # Thirty days from the closing, to the end of the last one in Paris.
    ends = dt.datetime(closed.year, closed.month, closed.day, 23, tzinfo=dt.UTC) + dt.timedelta(days=30)
    life.now = ends + dt.timedelta(seconds=seconds, hours=-1)

    if is_late:
        with pytest.raises(ReopeningTooLate):
            report(life)
    else:
        assert stands(report(life)) == (State.WITH_PLATFORM, None)


def test_one_that_the_seller_never_sends_goes_to_the_platform() -> None:
    life = again().does(Role.SELLER, c.Accept)

    life.waits()

    assert stands(life) == (State.WITH_PLATFORM, None)


def report(life: Life, text: str = "Rien n’est arrivé.") -> Life:
    return life.does(Role.BUYER, c.ReportReplacementMissing, text=text)


# -- By the three faces ------------------------------------------------------------------------------------


@pytest.fixture
def bench() -> Bench:
    return a_bench()


def send(browser: Client, face: str, claim: Claim, name: str, **typed: Any) -> str:
    claim.refresh_from_db()
    address = f"{face}/claims/{claim.reference}/{name}/"
    page = browser.post(address, {"expected_seq": claim.seq, **typed}, follow=True)
    return page.content.decode()


def test_agreed_sent_missing_and_seen_from_three_sides(bench: Bench) -> None:
    assert bench.alice.user is not None
    buyer, seller, desk = signed_in(bench.alice.user), signed_in(bench.bob), signed_in(bench.charlie)
    claim = bench.dispute(now=PRESENT)
    offer = {"kind": "replacement", "goods_return": "no", "reasons": "Nous en renvoyons un."}
    send(seller, "/seller", claim, "make_offer", **offer)
    send(buyer, "", claim, "accept_offer", number="1")
    claim.refresh_from_db()
    assert claim.state == State.REPLACEMENT_DUE

    mistyped = send(
        seller, "/seller", claim, "ship_replacement", carrier="Royal Mail", tracking="RA473124828GB"
    )
    assert "RA473124828GB" in mistyped
    assert happened(claim)[-1] == "OfferAccepted"
    send(seller, "/seller", claim, "ship_replacement", carrier="Colissimo", tracking="6A12345678919")
    asked = buyer.get(f"/claims/{claim.reference}/").content.decode()
    empty = send(buyer, "", claim, "report_replacement_missing", text="")
    assert happened(claim)[-1] == "ReplacementShipped"
    send(buyer, "", claim, "report_replacement_missing", text="La boîte était vide.")

    assert "Est-il bien arrivé" in asked
    assert "Oui, il est bien arrivé" in asked
    assert "Non, il y a un problème" in asked
    assert "Ce qui s’est passé" in empty
    assert happened(claim)[-2:] == ["ReplacementShipped", "ReplacementReportedMissing"]
    for browser, face in ((buyer, ""), (seller, "/seller"), (desk, "/desk")):
        page = browser.get(f"{face}/claims/{claim.reference}/").content.decode()
        assert "La boîte était vide." in page
        assert "6A12345678919" in page.replace("\u202f", "").replace(" ", "")
    assert claim.reference in desk.get("/desk/").content.decode()
    assert seller.post(f"/seller/claims/{claim.reference}/confirm_replacement/").status_code in (404, 409)


def test_came_by_one_tap(bench: Bench) -> None:
    assert bench.alice.user is not None
    buyer, seller = signed_in(bench.alice.user), signed_in(bench.bob)
    claim = bench.dispute(now=PRESENT, remedy="replacement")
    send(seller, "/seller", claim, "accept")
    send(seller, "/seller", claim, "ship_replacement", carrier="Colissimo", tracking="6A12345678919")

    after = send(buyer, "", claim, "confirm_replacement")

    assert "vous confirmez avoir reçu le nouvel article" in after
    assert "report_replacement_missing" not in after
    assert "l’acheteur confirme avoir reçu le nouvel article" in seller.get(
        f"/seller/claims/{claim.reference}/"
    ).content.decode().replace("'", "’")


# -- The law's thirty days beside the policy's --------------------------------------------------------------


def test_the_seller_is_reminded_before_the_laws_term_and_the_buyer_told_at_its_end() -> None:
    life = again_late()
    [term, ship] = life.row.snapshot.deadlines
    assert (term.kind, ship.kind) == (DeadlineKind.REPLACEMENT_TERM, DeadlineKind.REPLACEMENT)
    remind(term.due_at - dt.timedelta(days=1, minutes=5))
    forget()

    remind(term.due_at - dt.timedelta(days=1))
    [reminder] = Mail.objects.all()
    assert (reminder.role, reminder.payload["deadline"], reminder.payload["days"]) == (
        "seller",
        "replacement_term",
        1,
    )
    forget()

    life.waits()
    assert stands(life) == (State.REPLACEMENT_DUE, None)
    assert mailed() == ["buyer", "seller"]

    life.does(Role.BUYER, c.Escalate, reasons="Je préfère mon argent.")
    assert stands(life) == (State.WITH_PLATFORM, None)


def page_of(browser: Client, address: str) -> str:
    return browser.get(address).content.decode().replace("\u202f", " ").replace("\xa0", " ").replace("’", "'")


def test_both_dates_stand_on_the_page_and_the_door_opens_when_the_laws_has_passed(
    bench: Bench, frozen_clock: Any
) -> None:
    assert bench.alice.user is not None
    buyer, seller = signed_in(bench.alice.user), signed_in(bench.bob)
    claim = bench.dispute(now=PRESENT, remedy="replacement")
    send(seller, "/seller", claim, "refuse", reasons="Emballage intact.")
    send(buyer, "", claim, "escalate")
    before = page_of(buyer, f"/claims/{claim.reference}/")
    assert "30 jours : 20 décembre 2026" in before
    assert "Recevoir l'article à nouveau" in before

    frozen_clock.move_to(PRESENT + dt.timedelta(days=26))
    buyer, seller = signed_in(bench.alice.user), signed_in(bench.bob)
    agent = Actor(Role.AGENT, bench.charlie.pk)
    act(claim.pk, c.Propose(by=agent, terms=Terms(remedy=Remedy.REPLACEMENT), reasons="Renvoyez-le."))
    for browser, face in ((buyer, ""), (seller, "/seller")):
        send(browser, face, claim, "accept_offer", number="1")
    granted = page_of(buyer, f"/claims/{claim.reference}/")
    assert "jusqu'au dimanche 20 décembre 2026, 23 h 59 : c'est la fin du délai de la loi" in granted
    assert "7 jours : 23 décembre 2026" in granted
    assert "La loi est plus favorable." in granted
    assert "Demander à la plateforme de décider" not in granted

    frozen_clock.move_to(PRESENT + dt.timedelta(days=31))
    sweep()
    passed = page_of(buyer, f"/claims/{claim.reference}/")
    assert "Le délai de la loi est passé." in passed
    assert "l'acheteur peut demander une baisse du prix ou la résolution de la vente" in passed
    assert "L217-14 du code de la consommation (article à vérifier)" in passed
    assert "Demander à la plateforme de décider" in passed
    assert "Envoyez l'article à nouveau" in page_of(seller, f"/seller/claims/{claim.reference}/")


def test_the_buyer_is_asked_by_mail_two_weeks_after_the_sending() -> None:
    life = again().sent_again()
    forget()

    life.waits()

    assert (mailed(), stands(life)) == (["buyer"], (State.CLOSED, Resolution.REPLACED))
    assert life.row.due_at is None
