"""What a shop says of itself."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict

from recours.marketplaces.models import Shop
from recours.rules.holidays import Holiday, checked_holiday


class ShopDetails(Struct, frozen=True, kw_only=True):
    """What the staff of a shop may change. Its name, reference and country are the marketplace's to say."""

    sells: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    return_address: str = ""
    legal_name: str = ""
    registration: str = ""
    vat_number: str = ""
    mediator: str = ""
    mediator_url: str = ""


def describe_shop(*, shop_id: UUID, details: ShopDetails) -> None:
    """Write down all of it, empty where something is withdrawn. The caller has checked who asks and what they typed."""
    Shop.objects.filter(pk=shop_id).update(**asdict(details))


def announce_holiday(*, shop_id: UUID, holiday: Holiday, today: dt.date) -> None:
    """Tell buyers that the shop is away, instead of what it announced before. No date of any claim is touched.

    Raises HolidayBackwards, HolidayOver, HolidayTooLong, HolidayWithoutWords.
    """
    kept = checked_holiday(holiday, today)
    Shop.objects.filter(pk=shop_id).update(
        away_first_on=kept.first_on,
        away_last_on=kept.last_on,
        away_fr=kept.fr,
        away_en=kept.en,
        away_zh=kept.zh,
    )


def withdraw_holiday(*, shop_id: UUID) -> None:
    """Take the notice down; nothing else depended on it."""
    Shop.objects.filter(pk=shop_id).update(
        away_first_on=None, away_last_on=None, away_fr="", away_en="", away_zh=""
    )
