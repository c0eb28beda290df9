"""A role that the table of who may do what does not know is kept by nobody."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from tests import factories

from recours.people.models import DeskRole, DeskStaff, ShopRole, ShopStaff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["", "owner", "ADMINISTRATOR", "lead", "shop_staff"])
def test_role_that_no_shop_has_is_refused(role: str) -> None:
    shop, user = factories.a_shop(factories.a_marketplace()), factories.a_user()

    with pytest.raises(IntegrityError, match="shop_staff_role_known"), transaction.atomic():
        ShopStaff.objects.create(user=user, shop=shop, role=role)

    assert ShopStaff.objects.count() == 0


@pytest.mark.parametrize("role", ["", "owner", "ADMINISTRATOR", "staff", "second_factor"])
def test_role_that_no_desk_has_is_refused(role: str) -> None:
    place, user = factories.a_marketplace(), factories.a_user()

    with pytest.raises(IntegrityError, match="desk_staff_role_known"), transaction.atomic():
        DeskStaff.objects.create(user=user, marketplace=place, role=role)

    assert DeskStaff.objects.count() == 0


def test_each_role_is_kept() -> None:
    place = factories.a_marketplace()
    shop = factories.a_shop(place)

    for desk_role in DeskRole:
        DeskStaff.objects.create(user=factories.a_user(), marketplace=place, role=desk_role)
    for shop_role in ShopRole:
        ShopStaff.objects.create(user=factories.a_user(), shop=shop, role=shop_role)

    assert (DeskStaff.objects.count(), ShopStaff.objects.count()) == (4, 2)
