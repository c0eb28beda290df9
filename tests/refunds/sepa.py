"""A bank for tests of transfers: its files, written by hand, and an installation that has an account there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from tests.conftest import PRESENT
from tests.factories import a_refund_due, an_order

from recours.refunds.commands import give_account, prepare
from recours.refunds.models import Refund

OURS = "FR7630006000011234567890189"
ALICES = "FR1420041010050500013M02606"


def an_owed_transfer(*, with_account: bool = True, **order: object) -> Refund:
    """A refund of 89.90 euros that goes back by transfer."""
    claim = a_refund_due(an_order(method="transfer", **order))  # type: ignore[arg-type]
    prepare()
    if with_account:
        give_account(claim.pk, holder="Alice Martin", iban=ALICES, by=None)
    return Refund.objects.get(claim=claim)


@dataclass
class Said:
    """One entry of a statement."""

    key: UUID | str
    amount: str = "89.90"
    currency: str = "EUR"
    way: str = "DBIT"
    ref: str = "BANK-1"
    status: str = "BOOK"
    inside: str = ""
    on: dt.date | None = None


def statement(
    *said: Said, version: str = "08", kind: str = "camt.053", name: str = "STMT-1", iban: str = OURS
) -> bytes:
    """A statement (camt.053) or notification (camt.054) with these entries."""
    root, holder = ("BkToCstmrStmt", "Stmt") if kind == "camt.053" else ("BkToCstmrDbtCdtNtfctn", "Ntfctn")
    entries = "".join(_entry(one, version) for one in said)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{kind}.001.{version}"><{root}>
<GrpHdr><MsgId>M-{name}</MsgId><CreDtTm>2026-11-24T18:00:00+01:00</CreDtTm></GrpHdr>
<{holder}><Id>{name}</Id><CreDtTm>2026-11-24T18:00:00+01:00</CreDtTm>
<Acct><Id><IBAN>{iban}</IBAN></Id></Acct>{entries}</{holder}></{root}></Document>""".encode()


def _entry(one: Said, version: str) -> str:
    key = one.key.hex if isinstance(one.key, UUID) else one.key
    amount = f'<Amt Ccy="{one.currency}">{one.amount}</Amt>'
    status = one.status if version == "02" else f"<Cd>{one.status}</Cd>"
    inner = (
        f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>"
        if version == "02"
        else f"{amount}<CdtDbtInd>{one.way}</CdtDbtInd>"
    )
    return f"""<Ntry>{amount}<CdtDbtInd>{one.way}</CdtDbtInd><Sts>{status}</Sts>
<BookgDt><Dt>{one.on or PRESENT.date()}</Dt></BookgDt><AcctSvcrRef>{one.ref}</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><EndToEndId>{key}</EndToEndId></Refs>{inner}{one.inside}</TxDtls></NtryDtls></Ntry>"""


RETURNED = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"


def report(
    key: UUID, *, amount: str = "89.90", status: str = "RJCT", version: str = "10", on: dt.date | None = None
) -> bytes:
    """A report (pain.002) on one transfer of our file."""
    return f"""<?xml version="1.0"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt>
<GrpHdr><MsgId>R-1</MsgId><CreDtTm>{on or PRESENT.date()}T09:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>X</OrgnlMsgId><OrgnlMsgNmId>pain.001</OrgnlMsgNmId></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>X</OrgnlPmtInfId>
<TxInfAndSts><StsId>S-1</StsId><OrgnlEndToEndId>{key.hex}</OrgnlEndToEndId>
<TxSts>{status}</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf>
<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">{amount}</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts></OrgnlPmtInfAndSts>
</CstmrPmtStsRpt></Document>""".encode()
