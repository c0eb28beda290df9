"""How the tests have a buyer write a first message."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.urls import reverse

from recours.marketplaces.models import Buyer, Order
from recours.people.models import User


def user_of(buyer: Buyer) -> User:
    assert buyer.user is not None
    return buyer.user


def about(order: Order, topic: str = "") -> str:
    url = reverse("buyer:write_about_order", args=[order.pk])
    return f"{url}?topic={topic}" if topic else url


def written(**fields: Any) -> dict[str, Any]:
    return {"topic": "damaged", "text": "L'arceau est cassé net.", "key": str(uuid4())} | fields
