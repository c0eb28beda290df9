"""Forged, stale, repeated and foreign webhooks: nothing moves but by the first that is Stripe's (section 15)."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.at_once import at_once
from tests.conftest import PRESENT
from tests.factories import a_refund_due, an_order

from recours.claims.models import Claim, ClaimEvent
from recours.refunds.commands import prepare
from recours.refunds.models import ProviderEvent, Refund
from recours.refunds.providers.stripe.simulator.hooks import signature
from recours.refunds.views import LONGEST_BODY
from recours.rules.lifecycle.vocabulary import State

pytestmark = pytest.mark.django_db

SECRET = "whsec_of_this_installation"
NOW = int(PRESENT.timestamp())
Status = Refund.Status


@pytest.fixture
def refund(settings: Settings) -> Refund:
    """A refund that Stripe was asked to pay, and of which nothing was heard."""
    settings.STRIPE_KEY = "sk_test_x"
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.REFUND_ROUTES = [("card", "stripe")]
    order = an_order()
    order.payments.update(ref="pi_ours")
    a_refund_due(order)
    prepare()
    Refund.objects.update(status=Status.SUBMITTED, submitted_at=PRESENT)
    return Refund.objects.get()


def event(refund: Refund, **changes: Any) -> bytes:
    about = {
        "id": "re_1", "object": "refund", "amount": 8990, "currency": "eur", "status": "succeeded", "created": NOW,
        "payment_intent": "pi_ours", "charge": "ch_1", "metadata": {"recours_key": str(refund.key)},
    } | changes  # fmt: skip
    told = {
        "id": "evt_1",
        "object": "event",
        "type": "refund.created",
        "created": NOW,
        "data": {"object": about},
    }
    return json.dumps(told, indent=2).encode()


def post(
    body: bytes, header: str | None = None, *, secrets: tuple[str, ...] = (SECRET,), at: int = NOW
) -> int:
    header = signature(body, list(secrets), at) if header is None else header
    headers = {"Stripe-Signature": header} if header else {}
    return Client(enforce_csrf_checks=True).post(
        "/hooks/refunds/stripe/", body, content_type="application/json", headers=headers
    ).status_code  # fmt: skip


def nothing_moved() -> bool:
    claims = set(Claim.objects.values_list("state", flat=True))
    return (set(Refund.objects.values_list("status", flat=True)), claims) == (
        {Status.SUBMITTED},
        {State.REFUND_DUE},
    )


def test_signed_event_settles_the_refund(refund: Refund) -> None:
    assert post(event(refund)) == 200

    refund.refresh_from_db()
    assert (refund.status, refund.provider_ref) == (Status.SUCCEEDED, "re_1")
    assert Claim.objects.get().state == State.CLOSED


@pytest.mark.parametrize("secrets", [[], ["other"], [""], [" "]])
def test_sec_15_secret_that_is_missing_or_another_accepts_nothing(
    refund: Refund, settings: Settings, secrets: list[str]
) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = secrets

    statuses = {post(event(refund)), post(event(refund), secrets=("",)), post(event(refund), secrets=(" ",))}

    assert statuses == ({404} if not secrets else {400})
    assert nothing_moved()


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=,v1=",
        f"t={NOW}",
        f"t={NOW},v1=",
        f"t={NOW},v0=0000",
        "v1=0000",
        "t=x,v1=0000",
        f"t={'9' * 40},v1=0000",
        "=,=,=",
        "\u00e9",
    ],
)
def test_sec_15_unsigned_or_misshapen_signature_is_refused(refund: Refund, header: str) -> None:
    assert post(event(refund), header or None if header else "") == 400
    assert nothing_moved()
    assert not ProviderEvent.objects.exists()


def test_sec_15_signature_with_an_empty_key_is_refused(refund: Refund) -> None:
    assert post(event(refund), secrets=("",)) == 400
    assert nothing_moved()


def test_sec_15_signature_with_another_key_is_refused(refund: Refund) -> None:
    assert post(event(refund), secrets=("whsec_of_another_installation",)) == 400
    assert nothing_moved()


@pytest.mark.parametrize(
    ("seconds", "status"), [(-301, 400), (-300, 200), (300, 200), (301, 400), (86_400, 400)]
)
def test_sec_15_signature_of_five_minutes_ago_or_of_the_future_is_refused(
    refund: Refund, seconds: int, status: int
) -> None:
    assert post(event(refund), at=NOW + seconds) == status
    assert nothing_moved() is (status == 400)


def test_sec_15_body_written_anew_is_refused(refund: Refund) -> None:
    body = event(refund)
    header = signature(body, [SECRET], NOW)

    for other in (json.dumps(json.loads(body)).encode(), body + b"\n", body.replace(b"8990", b"8991")):
        assert post(other, header) == 400
    assert nothing_moved()
    assert post(body, header) == 200


def test_sec_15_one_of_several_signatures_is_enough(refund: Refund, settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", SECRET]

    assert post(event(refund), secrets=("whsec_gone", SECRET)) == 200
    assert not nothing_moved()


def test_sec_15_replayed_a_hundred_times_acts_once(refund: Refund) -> None:
    body = event(refund)

    assert {post(body) for _ in range(100)} == {200}

    assert ProviderEvent.objects.count() == 1
    assert ClaimEvent.objects.filter(kind="RefundPaid").count() == 1


@pytest.mark.django_db(transaction=True)
def test_sec_15_replayed_at_once_acts_once(refund: Refund) -> None:
    body = event(refund)

    assert at_once(*[lambda: post(body)] * 8) == [200] * 8

    assert ProviderEvent.objects.count() == 1
    assert ClaimEvent.objects.filter(kind="RefundPaid").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 8991},
        {"amount": 1},
        {"currency": "usd"},
        {"payment_intent": "pi_other"},
        {"metadata": {"recours_key": str(uuid4())}},
    ],
)
def test_sec_15_event_that_disagrees_with_our_row_changes_nothing(
    refund: Refund, changes: dict[str, Any]
) -> None:
    assert post(event(refund, **changes)) == 200
    assert nothing_moved()
    assert ProviderEvent.objects.get().verdict == "unexplained"


def test_sec_15_payment_of_somebody_else_leaves_no_trace(refund: Refund) -> None:
    foreign = {"payment_intent": "pi_of_another_marketplace", "metadata": {}}

    assert post(event(refund, **foreign)) == 200
    assert nothing_moved()
    assert not ProviderEvent.objects.exists()


@pytest.mark.parametrize("change", [{"amount": "8990"}, {"status": "paid"}, {"id": None}, {"currency": "€"}])
def test_sec_15_event_in_another_shape_is_refused(refund: Refund, change: dict[str, Any]) -> None:
    assert post(event(refund, **change)) == 400
    assert nothing_moved()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"id": "evt_1"}', b"[" * 5000]
)
def test_sec_15_signed_nonsense_is_refused(refund: Refund, body: bytes) -> None:
    assert post(body, None if body != b"\xff\xfe" else f"t={NOW},v1=00") == 400
    assert nothing_moved()


def test_sec_15_body_too_large_is_not_read(refund: Refund) -> None:
    assert post(event(refund) + b" " * LONGEST_BODY) == 413
    assert nothing_moved()


def test_sec_15_events_of_something_else_are_taken_and_change_nothing(refund: Refund) -> None:
    told = {"id": "evt_2", "type": "customer.created", "created": NOW, "data": {"object": {"id": "cus_1"}}}

    assert post(json.dumps(told).encode()) == 200
    assert nothing_moved()


def test_only_post_is_taken(refund: Refund, settings: Settings) -> None:
    assert Client().get("/hooks/refunds/stripe/").status_code == 405
    settings.STRIPE_WEBHOOK_SECRETS = []
    assert Client().get("/hooks/refunds/stripe/").status_code == 404


def test_sec_20_secrets_are_in_no_log_and_no_answer(
    refund: Refund, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_canary"]
    body = event(refund)

    answer = Client().post(
        "/hooks/refunds/stripe/", body, content_type="application/json",
        headers={"Stripe-Signature": signature(body, [SECRET], NOW)},
    )  # fmt: skip

    assert answer.status_code == 400
    assert "canary" not in caplog.text + answer.content.decode()


def test_dispute_is_heard(refund: Refund) -> None:
    about = {
        "id": "du_1", "object": "dispute", "amount": 8990, "currency": "eur", "status": "needs_response",
        "reason": "fraudulent", "payment_intent": "pi_ours", "charge": "ch_1",
    }  # fmt: skip
    told = {"id": "evt_9", "type": "charge.dispute.created", "created": NOW, "data": {"object": about}}

    assert post(json.dumps(told).encode()) == 200

    heard = ProviderEvent.objects.get()
    assert (heard.kind, heard.verdict, heard.at) == (
        "chargeback_opened",
        "applied",
        PRESENT.replace(microsecond=0),
    )
    assert heard.heard_at - heard.at < dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "re_\0"},
        {"id": "r" * 300},
        {"amount": 10**30},
        {"amount": -8990},
        {"payment_intent": "pi_\0"},
        {"failure_reason": "\0"},
    ],
)
def test_sec_15_signed_event_of_what_cannot_be_stored_is_refused(
    refund: Refund, changes: dict[str, Any]
) -> None:
    """A provider's words are a stranger's: an answer of 500 would have it sent again for three days."""
    assert post(event(refund, **changes)) in (200, 400)
    assert nothing_moved()


@pytest.mark.parametrize("name", ["evt_\0", "e" * 300, ""])
def test_sec_15_signed_event_of_an_impossible_name_is_refused(refund: Refund, name: str) -> None:
    told = json.loads(event(refund)) | {"id": name}

    assert post(json.dumps(told).encode()) == 400
    assert nothing_moved()


@pytest.mark.parametrize("amount", [10**30, -1, 0])
def test_sec_15_dispute_of_an_impossible_amount_is_refused(refund: Refund, amount: int) -> None:
    about = {
        "id": "du_1", "object": "dispute", "amount": amount, "currency": "eur", "status": "needs_response",
        "reason": "fraudulent", "payment_intent": "pi_ours", "charge": "ch_1",
    }  # fmt: skip
    told = {"id": "evt_9", "type": "charge.dispute.created", "created": NOW, "data": {"object": about}}

    assert post(json.dumps(told).encode()) in (200, 400)
    assert nothing_moved()


@pytest.mark.parametrize("length", ["x", "-1", "1e9"])
def test_sec_15_length_that_is_no_number_is_refused(refund: Refund, length: str) -> None:
    body = event(refund)

    answer = Client(raise_request_exception=False).post(
        "/hooks/refunds/stripe/", body, content_type="application/json",
        headers={"Stripe-Signature": signature(body, [SECRET], NOW), "Content-Length": length},
    )  # fmt: skip

    assert answer.status_code == 400
