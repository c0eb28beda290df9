"""A return from the agreement to the money, through the pages of both sides: three sent, two counted, two refunded."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.conftest import PRESENT
from tests.factories import a_buyer, a_claim, a_marketplace, a_seller, a_shop, an_order
from tests.files.samples import picture

from recours.claims.models import Claim, Evidence
from recours.outbox.models import Mail
from recours.refunds.commands import prepare
from recours.refunds.models import Refund
from recours.rules.lifecycle.vocabulary import State

pytestmark = pytest.mark.django_db


def photo(name: str, shade: int) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(size=(shade, shade)), "image/jpeg")


def test_return_goes_through_with_a_missing_piece() -> None:
    place = a_marketplace()
    shop = a_shop(place, email="boutique@example.org")
    buyer, bob = a_buyer(place), a_seller(shop)
    order = an_order(buyer, shop, lines=[(8970, 3)])
    claim = a_claim(order, goods_return=True)
    line = order.lines.get()
    alice_at, bob_at = Client(), Client()
    alice_at.force_login(buyer.user)
    bob_at.force_login(bob)
    mine, theirs = f"/claims/{claim.reference}/", f"/seller/claims/{claim.reference}/"

    def post(at: Client, url: str, **typed: Any) -> Any:
        return at.post(url, {"expected_seq": Claim.objects.get(pk=claim.pk).seq, **typed}, follow=True)

    def state() -> str:
        return Claim.objects.get(pk=claim.pk).state

    post(bob_at, f"{theirs}accept/")
    assert state() == State.AWAITING_RETURN
    assert alice_at.get(f"{mine}return/").status_code == 200
    assert alice_at.get(f"{mine}return/slip/").status_code == 200

    parcel = {"shipped_on": PRESENT.date().isoformat(), "carrier": "UPS", "tracking": "1Z5R89390357567127"}
    post(
        alice_at, f"{mine}ship_return/", **parcel, exhibits=photo("colis.jpg", 90), **{f"sent_{line.pk}": "3"}
    )
    assert state() == State.RETURN_IN_TRANSIT
    assert Evidence.objects.filter(claim=claim, side="buyer").count() == 1

    arrived = {"arrived_on": PRESENT.date().isoformat(), "condition": "Carton recollé."}
    post(bob_at, f"{theirs}record_return_arrival/", **arrived, exhibits=photo("carton.jpg", 120))
    post(bob_at, f"{theirs}contest_return/", reasons="Deux sur trois.", **{f"came_{line.pk}": "2"})
    assert state() == State.WITH_PLATFORM
    assert "59,80" in alice_at.get(mine).content.decode()

    post(alice_at, f"{mine}accept_offer/", number="1")
    assert state() == State.REFUND_DUE
    prepare(PRESENT)
    assert [refund.amount_minor for refund in Refund.objects.filter(claim=claim)] == [5980]
    assert Mail.objects.filter(role="buyer").exists()
