"""Were you really paid? The buyer's page and mail, the desk's task; each sees whose turn it is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from tests import factories as f
from tests.buyer.claims.stage import Stage, browser, plain, said
from tests.claims.stage import Life

from recours import clock
from recours.claims.mails import render
from recours.claims.models import Claim, ClaimEvent
from recours.claims.sweep import sweep
from recours.outbox.models import Mail
from recours.people.queries import identity_of
from recours.refunds.models import Refund
from recours.refunds.queries import Checks, checks_at
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import MARKETPLACE

pytestmark = pytest.mark.django_db

QUESTION = "la somme est-elle bien arrivée ?"


def paid() -> Stage:
    stage = Stage()
    stage.do(c.Accept(by=stage.as_seller))
    refund = Refund.objects.create(
        claim=stage.claim, owed_at=stage.now.snapshot.state_since, provider="manual", provider_ref="VIR-7",
        currency="EUR", amount_minor=8990, requested_at=clock.now(), pay_from=clock.now(), pay_until=clock.now(),
    )  # fmt: skip
    Refund.objects.filter(pk=refund.pk).update(status="succeeded", settled_at=clock.now())
    return stage.do(c.PayRefund(by=MARKETPLACE, amount=f.euros(8990), refund_id=refund.pk))


def asked(frozen_clock: Any) -> Stage:
    stage = paid()
    frozen_clock.shift(dt.timedelta(days=29))
    sweep()
    stage.client.force_login(stage.alice)
    return stage


def at_the_desk(stage: Stage) -> Client:
    return browser(stage.charlie)


def test_nothing_is_asked_before_the_four_weeks_but_missing_money_can_be_told() -> None:
    page = paid().page

    assert QUESTION not in page
    assert "Oui, je l’ai reçu" not in page
    assert "Il manque quelque chose" in page


def test_the_question_stands_on_the_page_with_both_answers_and_in_the_mail(frozen_clock: Any) -> None:
    stage = asked(frozen_clock)

    assert QUESTION in stage.page
    assert "Oui, je l’ai reçu" in stage.page
    mail = Mail.objects.get(payload__seq=stage.now.seq, role="buyer")
    content = render(mail)
    assert content is not None
    assert content.heading == "Votre remboursement est-il bien arrivé\u202f?"
    assert (content.button_label, content.button_path) == ("Répondre sur la page", stage.url)


def test_opening_the_page_from_the_mail_answers_nothing(frozen_clock: Any) -> None:
    stage = asked(frozen_clock)
    seq = stage.now.seq

    for what in ("", "confirm_refund/", "report_refund_missing/"):
        stage.client.get(f"{stage.url}{what}")

    assert stage.now.seq == seq


def test_yes_takes_one_tap_and_is_counted_once(frozen_clock: Any) -> None:
    stage = asked(frozen_clock)
    seq = stage.now.seq

    for _ in range(2):
        answer = stage.post("confirm_refund", seq=seq)

    assert "vous confirmez avoir reçu 89,90 €" in said(answer)
    assert ClaimEvent.objects.filter(kind="RefundConfirmed").count() == 1
    assert checks_at(identity_of(stage.charlie), clock.now() - dt.timedelta(days=90)) == Checks(
        asked=1, came=1, missing=0
    )
    assert "demandé 1 fois, confirmé 1 fois, manquant 0 fois" in said(
        at_the_desk(stage).get("/desk/refunds/")
    )


def test_no_asks_what_happened_and_keeps_what_was_typed(frozen_clock: Any) -> None:
    stage = asked(frozen_clock)

    wrong = stage.post("report_refund_missing", missing="less", arrived="", text="Ma banque dit non.")
    too_much = stage.post("report_refund_missing", missing="less", arrived="89,91", text="")
    contradiction = stage.post("report_refund_missing", missing="nothing", arrived="20", text="")

    assert "Indiquez ce qui est arrivé." in said(wrong)
    assert "Ma banque dit non." in said(wrong)
    assert [each.status_code for each in (wrong, too_much, contradiction)] == [422, 422, 422]
    assert stage.now.snapshot.refund_check.missing_since is None


def test_no_is_a_task_at_the_desk_with_the_reference_and_a_look_up(frozen_clock: Any) -> None:
    stage = asked(frozen_clock)
    answer = stage.post("report_refund_missing", missing="less", arrived="20,00", text="Le reste manque.")

    assert "C’est à la plateforme de vous dire où est votre remboursement" in said(answer)
    desk = at_the_desk(stage)
    listed = desk.get("/desk/?queue=missing_refunds")
    assert [row.reference for row in listed.context["rows"]] == [stage.claim.reference]
    page = said(desk.get(f"/desk/claims/{stage.claim.reference}/"))
    assert "VIR-7" in page
    assert "Reçu : 20,00 €" in page
    looked = said(desk.post(f"/desk/refunds/{Refund.objects.get().pk}/look-up/", follow=True))
    assert "demandez à votre banque où en est la référence VIR-7" in looked

    desk.post(
        f"/desk/claims/{stage.claim.reference}/trace_refund/",
        {"expected_seq": stage.now.seq, "text": "Parti le 20, référence VIR-7."},
    )

    assert "Parti le 20, référence VIR-7." in stage.page
    assert not desk.get("/desk/?queue=missing_refunds").context["rows"]
    assert Mail.objects.filter(role="buyer", payload__seq=stage.now.seq).exists()


def test_a_search_that_is_late_stays_in_the_queue_and_comes_first(frozen_clock: Any) -> None:
    stage = asked(frozen_clock)
    stage.post("report_refund_missing", missing="nothing", arrived="", text="")
    frozen_clock.shift(dt.timedelta(days=8))
    sweep()

    desk = at_the_desk(stage)
    (row,) = desk.get("/desk/?queue=missing_refunds").context["rows"]

    stage.client.force_login(stage.alice)
    assert (row.reference, row.level) == (stage.claim.reference, "late")
    assert "elle est en retard" in stage.page


def test_the_seller_has_nothing_to_do_with_it(frozen_clock: Any) -> None:
    stage = asked(frozen_clock)
    shop = browser(stage.bob)

    answer = shop.post(
        f"/seller/claims/{stage.claim.reference}/confirm_refund/", {"expected_seq": stage.now.seq}
    )

    assert answer.status_code in (404, 409)
    assert stage.now.snapshot.refund_check.confirmed_at is None
    page = plain(shop.get(f"/seller/claims/{stage.claim.reference}/").content.decode())
    assert "Oui, je l’ai reçu" not in page


def test_a_batch_is_asked_by_one_sweep() -> None:
    lives = [Life().paid() for _ in range(3)]
    due = max(life.row.due_at for life in lives if life.row.due_at)

    sweep(due)

    assert Claim.objects.filter(snapshot__refund_check__asked_at__isnull=False).count() == 3
