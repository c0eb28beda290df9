"""What the bank's files say: camt.053 (statement), camt.054 (notification), pain.002 (report on our own file).

A file is input from outside, whoever brings it: no entity is resolved, nothing is fetched, and a file that cannot be
read to its end says nothing at all.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from lxml import etree
from msgspec import Struct

from recours.refunds.refusals import BankFileOfOtherKind, BankFileTooLarge, BankFileUnreadable
from recours.rules.money import Money, exponent
from recours.rules.refusals import Refusal

MOST_BYTES = 5 * 1024 * 1024

KINDS = {
    **{f"camt.053.001.{version}": "Stmt" for version in ("02", "08")},
    **{f"camt.054.001.{version}": "Ntfctn" for version in ("02", "08")},
    **{f"pain.002.001.{version}": "" for version in ("03", "10")},
}
"""The messages that are read, and what holds the entries in each."""

NAMESPACE = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:([a-z0-9.]+)\}Document")
LONGEST_ID = 35
"""Source: ISO 20022, Max35Text."""

RETURN_REASONS = {
    "AC01": "Le compte indiqué est faux.",
    "AC04": "Le compte est fermé.",
    "AC06": "Le compte est bloqué.",
    "AG01": "Ce compte ne reçoit pas de virements.",
    "AM05": "La banque y voit un doublon.",
    "BE01": "Le nom ne correspond pas au compte.",
    "FOCR": "Le virement a été rappelé.",
    "MD07": "Le titulaire est décédé.",
    "MS02": "Le titulaire a refusé la somme.",
    "MS03": "La banque n’a pas dit pourquoi.",
    "RC01": "La banque indiquée est inconnue.",
}
"""Source: ISO 20022 external code sets, return and status reasons."""


class Happened(StrEnum):
    """What one line says of a transfer."""

    DEBITED = "debited"
    RETURNED = "returned"
    REJECTED = "rejected"
    NOT_YET = "not_yet"


class BankLine(Struct, frozen=True, kw_only=True):
    """One transaction. `entry` is the bank's own name of it within its statement; `amount` None where none is given.

    `doubt` is a key of `hearing.why`: the line contradicts itself.
    """

    statement: str
    entry: str
    end_to_end: str
    happened: Happened
    amount: Money | None
    at: dt.datetime
    reason: str = ""
    doubt: str = ""


class BankFile(Struct, frozen=True, kw_only=True):
    """A file read to its end. `ibans` are the accounts it is of, where it says so."""

    kind: str
    ibans: tuple[str, ...]
    lines: tuple[BankLine, ...]


def read(content: bytes, zone: ZoneInfo) -> BankFile:
    """Read a file; days without an hour begin in `zone`.

    Raises BankFileTooLarge, BankFileUnreadable, BankFileOfOtherKind.
    """
    if len(content) > MOST_BYTES:
        raise BankFileTooLarge(megabytes=MOST_BYTES // 1024 // 1024)
    root = _parse(content)
    named = NAMESPACE.fullmatch(str(root.tag))
    kind = named[1] if named else ""
    if kind not in KINDS:
        raise BankFileOfOtherKind(kind=kind or "?")
    reader = _Reader(zone)
    try:
        if not KINDS[kind]:
            return BankFile(kind=kind, ibans=(), lines=tuple(reader.report(root)))
        statements = list(root.iterfind(f"{{*}}*/{{*}}{KINDS[kind]}"))
        ibans = tuple(_text(one, "Acct/Id/IBAN") for one in statements)
        lines = tuple(line for one in statements for line in reader.statement(one))
    except (ValueError, ArithmeticError, Refusal) as error:
        # A date, an amount or a currency that is none: what else does such a file say wrongly?
        raise BankFileUnreadable from error
    return BankFile(kind=kind, ibans=tuple(sorted({iban for iban in ibans if iban})), lines=lines)


def _parse(content: bytes) -> etree._Element:
    if b"<!DOCTYPE" in content:
        raise BankFileUnreadable
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BankFileUnreadable from error
    if root.getroottree().docinfo.internalDTD is not None:  # written in an encoding that hid it above
        raise BankFileUnreadable
    return root


class _Reader:
    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def statement(self, statement: etree._Element) -> Iterator[BankLine]:
        name = _id(_text(statement, "Id"))
        for number, entry in enumerate(statement.iterfind("{*}Ntry"), 1):
            yield from self._entry(name, entry, number)

    def _entry(self, statement: str, entry: etree._Element, number: int) -> Iterator[BankLine]:
        booked = (_text(entry, "Sts/Cd") or _text(entry, "Sts")) == "BOOK"
        at = self._at(_first(entry, "BookgDt/DtTm", "BookgDt/Dt", "ValDt/DtTm", "ValDt/Dt"))
        own = _first(entry, "AcctSvcrRef", "NtryRef") or f"no. {number}"
        details = list(entry.iterfind("{*}NtryDtls/{*}TxDtls"))
        for each in details:
            inner = _text(each, "Refs/AcctSvcrRef")
            amount = _amount(each, "Amt") or _amount(each, "AmtDtls/TxAmt/Amt")
            if amount is None and len(details) == 1:
                amount = _amount(entry, "Amt")
            happened, doubt = _direction(entry, each)
            yield BankLine(
                statement=statement,
                entry=_id(inner or own),
                end_to_end=_text(each, "Refs/EndToEndId"),
                happened=happened if booked else Happened.NOT_YET,
                amount=amount,
                at=at,
                reason=_reason(each, "RtrInf/Rsn/Cd", "RtrInf/AddtlInf")
                if happened is Happened.RETURNED
                else "",
                doubt=doubt,
            )

    def report(self, root: etree._Element) -> Iterator[BankLine]:
        """Yield what was rejected; what was accepted is not paid yet, and a statement will say so."""
        name = _id(_text(root, "CstmrPmtStsRpt/GrpHdr/MsgId"))
        at = self._at(_text(root, "CstmrPmtStsRpt/GrpHdr/CreDtTm"))
        for number, each in enumerate(root.iterfind(".//{*}TxInfAndSts"), 1):
            is_rejected = _text(each, "TxSts") == "RJCT"
            yield BankLine(
                statement=name,
                entry=_id(_text(each, "StsId") or f"no. {number}"),
                end_to_end=_text(each, "OrgnlEndToEndId"),
                happened=Happened.REJECTED if is_rejected else Happened.NOT_YET,
                amount=_amount(each, "OrgnlTxRef/Amt/InstdAmt"),
                at=at,
                reason=_reason(each, "StsRsnInf/Rsn/Cd", "StsRsnInf/AddtlInf") if is_rejected else "",
            )

    def _at(self, text: str) -> dt.datetime:
        """Return the instant (UTC) of a date or a time. Raises ValueError."""
        found = dt.datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(dt.UTC)


def _direction(entry: etree._Element, details: etree._Element) -> tuple[Happened, str]:
    """Say which way the money went. A debit that calls itself a return says two things, and is believed in neither."""
    way = _text(details, "CdtDbtInd") or _text(entry, "CdtDbtInd")
    is_return = _text(entry, "RvslInd") in ("true", "1") or details.find("{*}RtrInf") is not None
    if way == "CRDT":
        return Happened.RETURNED, ""
    if way != "DBIT":
        raise ValueError(way)
    return Happened.DEBITED, "return_debited" if is_return else ""


def _reason(within: etree._Element, code: str, words: str) -> str:
    found = _text(within, code)
    said = RETURN_REASONS.get(found, _text(within, words)[:140])
    return f"{said} ({found})" if found and said else said or found


def _amount(within: etree._Element, path: str) -> Money | None:
    found = _find(within, path)
    if found is None:
        return None
    currency = found.get("Ccy", "")
    # Decimal("1e9") and " 1" are numbers to Python, and none of a bank's.
    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,5})?", (found.text or "").strip()):
        raise ValueError(found.text)
    minor = Decimal((found.text or "").strip()).scaleb(exponent(currency))
    if minor != int(minor):
        raise ValueError(found.text)
    return Money(minor=int(minor), currency=currency)


def _first(within: etree._Element, *paths: str) -> str:
    return next((text for path in paths if (text := _text(within, path))), "")


def _text(within: etree._Element, path: str) -> str:
    found = _find(within, path)
    return (found.text or "").strip() if found is not None else ""


def _find(within: etree._Element, path: str) -> etree._Element | None:
    return within.find("/".join(f"{{*}}{step}" for step in path.split("/")))


def _id(text: str) -> str:
    """Raises ValueError for an id longer than ids are."""
    if not text or len(text) > LONGEST_ID:
        raise ValueError("an id")
    return text
