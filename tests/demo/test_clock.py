"""Moving time forward, and seeing silence do its work at once."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.factories import a_buyer, a_claim, a_marketplace, a_seller, an_order
from tests.simulators import StripeSimulator

from recours import clock
from recours.claims.models import Claim
from recours.claims.reminders import remind
from recours.demo.commands import advance
from recours.outbox.models import Mail
from recours.refunds.models import Refund
from recours.rules.lifecycle.vocabulary import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def plain(text: str) -> str:
    """The text with ordinary spaces."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


def said(response: object) -> list[str]:
    return [plain(str(message)) for message in response.context["messages"]]  # type: ignore[attr-defined]


def test_advance_lets_silence_grant_and_the_provider_pay(
    demo: Settings, stripe_process: StripeSimulator
) -> None:
    order = an_order()
    order.payments.update(ref=stripe_process.takes_payment(order.payments.get().captured_minor))
    claim = a_claim(order)

    moved = advance(timedelta(days=6))

    claim.refresh_from_db()
    assert (moved.now - moved.before, moved.paid) == (timedelta(days=6), 1)
    assert (claim.state, claim.resolution) == (State.CLOSED, "granted_by_silence")
    assert Refund.objects.get().status == Refund.Status.SUCCEEDED


def test_advance_reminds_who_must_act(demo: Settings) -> None:
    order = an_order()
    a_seller(order.shop)
    remind()
    a_claim(order)

    advance(timedelta(days=3))

    assert Mail.objects.filter(kind="deadline", role="seller").count() == 1


def test_advance_never_goes_back() -> None:
    with pytest.raises(ValueError, match="forward"):
        advance(timedelta(seconds=-1))

    assert clock.offset() == timedelta()


def test_clock_is_moved_to_the_next_deadline_and_says_what_happened(client: Client) -> None:
    claim = a_claim(an_order(method="paypal"))
    due_at = claim.due_at
    assert due_at is not None

    response = client.post("/demo/clock/", {"by": "next", "next": "/demo/"}, follow=True)

    assert response.redirect_chain[-1][0] == "/demo/"
    assert clock.now() >= due_at
    assert Claim.objects.get().state == State.REFUND_DUE
    assert said(response) == [
        "Il est maintenant jeudi 26 novembre, 0 h 00. 1 échéance est tombée : « Casque Nova 1 », "
        "demande acceptée : le vendeur n’a pas répondu."
    ]


def test_clock_can_wait_for_one_claim_alone(client: Client) -> None:
    place = a_marketplace()
    first = a_claim(an_order(a_buyer(place)))
    clock.set_offset(timedelta(days=2))
    second = a_claim(an_order(a_buyer(place)))

    client.post("/demo/clock/", {"by": "next", "claim": second.reference})

    assert second.due_at is not None
    assert first.due_at is not None
    assert second.due_at <= clock.now() < second.due_at + timedelta(minutes=1)


def test_clock_says_that_nothing_waits(client: Client) -> None:
    response = client.post("/demo/clock/", {"by": "next", "next": "/demo/"}, follow=True)

    assert said(response) == ["Aucune échéance n’est en cours : avancer l’horloge ne changerait rien."]
    assert clock.offset() == timedelta()


def test_clock_moves_by_post_and_leads_nowhere_else(client: Client) -> None:
    assert client.get("/demo/clock/").status_code == 405
    assert client.post("/demo/clock/", {"by": "day", "next": "https://example.com/"})["Location"] == "/"


def test_moving_the_clock_keeps_one_signed_in(client: Client) -> None:
    buyer = a_buyer()
    assert buyer.user is not None
    client.force_login(buyer.user)

    client.post("/demo/clock/", {"by": "five"})
    for _ in range(30):
        client.post("/demo/clock/", {"by": "five"})

    assert client.get("/orders/").status_code == 200
