"""The file of transfers: pain.001, with nothing in it that a bank would refuse."""

from __future__ import annotations

import datetime as dt
import importlib.resources
import re
from collections.abc import Sequence
from functools import cache

from lxml import etree
from msgspec import Struct
from sepaxml import SepaTransfer
from text_unidecode import unidecode

NAME_LENGTH = 70
REMARK_LENGTH = 140
NOT_ALLOWED = re.compile(r"[^a-zA-Z0-9/\-?:().,'+ ]+")
"""All but the signs that every bank of SEPA must take. Source: EPC217-08, SEPA requirements for an extended character
set, which also asks not to begin or end with a slash nor to double it."""


class Account(Struct, frozen=True, kw_only=True):
    """The account that transfers leave from."""

    name: str
    iban: str
    bic: str


class Line(Struct, frozen=True, kw_only=True):
    """One transfer: our reference of 32 signs, so many cents, to whom."""

    end_to_end: str
    minor: int
    holder: str
    iban: str
    remark: str


class NotValid(Exception):
    """What was written is not what the schema asks for: nothing leaves."""


def plain(text: str, most: int = NAME_LENGTH) -> str:
    """Write a text in the signs that every bank takes; "NOTPROVIDED" where none is left."""
    words = NOT_ALLOWED.sub(" ", unidecode(text)).replace("//", "/")
    return " ".join(words.split())[:most].strip("/ ") or "NOTPROVIDED"


def write(
    lines: Sequence[Line],
    *,
    message_id: str,
    made_at: dt.datetime,
    execute_on: dt.date,
    account: Account,
    message: str,
) -> bytes:
    """Write the file of these transfers, one booking each, all on one day. The same arguments give the same bytes.

    `made_at` is written as it stands, in the zone it has. Raises NotValid.
    """
    config = {
        "name": plain(account.name),
        "IBAN": account.iban,
        "BIC": account.bic,
        "currency": "EUR",
        "batch": True,
    }
    document = SepaTransfer(config, schema=message)
    for line in lines:
        document.add_payment(
            {
                "name": plain(line.holder),
                "IBAN": line.iban,
                "amount": line.minor,
                "description": plain(line.remark, REMARK_LENGTH),
                "execution_date": execute_on,
                "endtoend_id": line.end_to_end,
            }
        )
    root = etree.fromstring(document.export(validate=False))
    # The library makes up ids and reads the clock by itself, and asks for one booking of the sum: then no statement
    # would say which transfer came back.
    for name, value in (
        ("MsgId", message_id),
        ("CreDtTm", made_at.strftime("%Y-%m-%dT%H:%M:%S")),
        ("PmtInfId", message_id),
        ("BtchBookg", "false"),
    ):
        for found in root.iter(f"{{*}}{name}"):
            found.text = value
    schema = _schema(message)
    if not schema.validate(root):
        raise NotValid(str(schema.error_log))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


@cache
def _schema(message: str) -> etree.XMLSchema:
    return etree.XMLSchema(
        etree.fromstring((importlib.resources.files("sepaxml") / "schemas" / f"{message}.xsd").read_bytes())
    )
