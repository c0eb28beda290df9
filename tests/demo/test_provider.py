"""The demo's page of the simulated provider: what it really did, and a refund whose answer is lost."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.factories import a_refund_due, an_order
from tests.simulators import StripeSimulator

from recours.refunds.commands import prepare, submit_due
from recours.refunds.models import Refund

pytestmark = pytest.mark.django_db


def test_answer_that_is_lost_is_on_the_page(demo: Settings, stripe_process: StripeSimulator) -> None:
    order = an_order()
    order.payments.update(ref=stripe_process.takes_payment())
    a_refund_due(order)
    prepare()

    asked = Client().post("/demo/provider/next/", {"what": "reset"})
    paid = submit_due()

    page = Client().get("/demo/provider/").content.decode()
    assert (asked.status_code, paid, Refund.objects.get().status) == (302, 0, "submitted")
    assert "Réponse perdue" in page
    assert "le versement est fait, le site ne l’a pas su" in page


def test_provider_that_is_down_is_said(demo: Settings) -> None:
    demo.STRIPE_ADDRESS = "http://127.0.0.1:1"

    page = Client().get("/demo/provider/")
    asked = Client().post("/demo/provider/next/", {"what": "reset"})

    assert (page.status_code, asked.status_code) == (200, 302)
    assert "Il ne répond pas pour l’instant" in page.content.decode()


def test_payment_is_disputed_from_the_page(demo: Settings, stripe_process: StripeSimulator) -> None:
    payment = stripe_process.takes_payment()

    for ref in (payment, "pi_nobody"):
        assert Client().post("/demo/provider/dispute/", {"payment": ref}).status_code == 302

    disputed = [line["dispute"] for line in stripe_process.journal() if line["did"] == "dispute.created"]
    assert payment in {each["payment_intent"] for each in disputed}
