"""Alice at her browser, with an order that she may dispute, and how she walks through the wizard."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.buyer.reading import plain
from tests.factories import a_buyer, a_marketplace, an_order

from recours.claims.models import Draft
from recours.marketplaces.models import Buyer, Order


@pytest.fixture
def alice() -> Buyer:
    return a_buyer(a_marketplace(slug="belle"))


@pytest.fixture
def browser(client: Client, alice: Buyer) -> Client:
    assert alice.user is not None
    client.force_login(alice.user)
    return client


@pytest.fixture
def order(alice: Buyer) -> Order:
    return an_order(alice)


@pytest.fixture
def base(order: Order) -> str:
    return f"/orders/{order.pk}/dispute/"


def photo(name: str = "photo.jpg") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def go(browser: Client, base: str, **answers: Any) -> str:
    """Answer these steps in order; return where the last one led."""
    place = ""
    for step, answer in answers.items():
        response = browser.post(f"{base}{step}/", answer)
        assert response.status_code == 302, plain(response)
        place = response["Location"]
    return place


GOODS: dict[str, Any] = {
    "ground": {"ground": "damaged"},
    "wanted": {"remedy": "refund", "amount": "12,50 €", "goods_return": "no"},
    "story": {"explanation": "L'arceau est cassé net."},
}


def send(browser: Client, base: str) -> Any:
    return browser.post(f"{base}summary/", {"draft": Draft.objects.get(claim=None).pk})
