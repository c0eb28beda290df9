"""The columns of a file of orders: what each is called, how it is read, where it is staged."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    EMAIL = "email"
    COUNTRY = "country"
    CURRENCY = "currency"
    POSITION = "position"
    QUANTITY = "quantity"
    AMOUNT = "amount"
    DATE = "date"
    PAST_DATE = "past_date"
    PAST_INSTANT = "past_instant"
    SOURCE = "source"
    YES_NO = "yes_no"
    EXCLUSION = "exclusion"


class Level(StrEnum):
    """What a column describes: in JSON Lines, where its key stands."""

    ORDER = "order"
    LINE = "line"
    PARCEL = "parcel"
    PAYMENT = "payment"


class Column(Struct, frozen=True):
    name: str
    kind: Kind
    level: Level
    required: bool = False
    max_chars: int = 0

    @property
    def sql_type(self) -> str:
        return _SQL_TYPES.get(self.kind, "text")


_SQL_TYPES = {
    Kind.POSITION: "integer",
    Kind.QUANTITY: "integer",
    Kind.AMOUNT: "bigint",
    Kind.DATE: "date",
    Kind.PAST_DATE: "date",
    Kind.PAST_INSTANT: "timestamptz",
    Kind.YES_NO: "boolean",
}

COLUMNS: tuple[Column, ...] = (
    Column("order_number", Kind.TEXT, Level.ORDER, required=True, max_chars=64),
    Column("ordered_at", Kind.PAST_INSTANT, Level.ORDER, required=True),
    Column("buyer_email", Kind.EMAIL, Level.ORDER, required=True, max_chars=254),
    Column("buyer_name", Kind.TEXT, Level.ORDER, max_chars=120),
    Column("buyer_country", Kind.COUNTRY, Level.ORDER),
    Column("shop_ref", Kind.TEXT, Level.ORDER, required=True, max_chars=64),
    Column("shop_name", Kind.TEXT, Level.ORDER, max_chars=120),
    Column("shop_country", Kind.COUNTRY, Level.ORDER),
    Column("shop_email", Kind.EMAIL, Level.ORDER, max_chars=254),
    Column("currency", Kind.CURRENCY, Level.ORDER, required=True),
    Column("shipping", Kind.AMOUNT, Level.ORDER),
    Column("shipping_standard", Kind.AMOUNT, Level.ORDER),
    Column("withdrawal_told", Kind.YES_NO, Level.ORDER),
    Column("line", Kind.POSITION, Level.LINE, required=True),
    Column("sku", Kind.TEXT, Level.LINE, max_chars=64),
    Column("title", Kind.TEXT, Level.LINE, required=True, max_chars=300),
    Column("quantity", Kind.QUANTITY, Level.LINE, required=True),
    Column("line_total", Kind.AMOUNT, Level.LINE, required=True),
    Column("exclusion", Kind.EXCLUSION, Level.LINE, max_chars=20),
    Column("parcel", Kind.TEXT, Level.PARCEL, max_chars=64),
    Column("carrier", Kind.TEXT, Level.PARCEL, max_chars=64),
    Column("tracking", Kind.TEXT, Level.PARCEL, max_chars=64),
    Column("shipped_on", Kind.DATE, Level.PARCEL),
    Column("promised_on", Kind.DATE, Level.PARCEL),
    Column("delivered_on", Kind.PAST_DATE, Level.PARCEL),
    Column("delivery_source", Kind.SOURCE, Level.PARCEL),
    Column("payment_ref", Kind.TEXT, Level.PAYMENT, max_chars=100),
    Column("payment_method", Kind.TEXT, Level.PAYMENT, max_chars=32),
    Column("paid_at", Kind.PAST_INSTANT, Level.PAYMENT),
    Column("payment_amount", Kind.AMOUNT, Level.PAYMENT),
)

NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)
REQUIRED: tuple[str, ...] = tuple(column.name for column in COLUMNS if column.required)
REASON = "reason"
"""The column that a rejects file has on top of these; ignored when the mended file comes back."""


def of_level(level: Level) -> tuple[str, ...]:
    return tuple(column.name for column in COLUMNS if column.level is level)
