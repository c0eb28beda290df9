"""The bank's files, as small as a bank may write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

Line = dict[str, Any]


def statement(name: str, day: dt.date, moves: Sequence[Line], form: str) -> bytes:
    """Write a day's statement, camt.053."""
    return _camt("camt.053", "BkToCstmrStmt", "Stmt", name, day, moves, form)


def notification(name: str, day: dt.date, moves: Sequence[Line], form: str) -> bytes:
    """Write what was booked as it was booked, camt.054."""
    return _camt("camt.054", "BkToCstmrDbtCdtNtfctn", "Ntfctn", name, day, moves, form)


def report(name: str, day: dt.date, rejected: Sequence[Line]) -> bytes:
    """Write which orders were not taken, pain.002."""
    lines = "".join(
        f"<TxInfAndSts><StsId>{escape(move['ref'])}</StsId>"
        f"<OrgnlEndToEndId>{escape(move['end_to_end'])}</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
        f"<StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf>"
        f'<OrgnlTxRef><Amt><InstdAmt Ccy="{move["currency"]}">{move["amount"]}</InstdAmt></Amt></OrgnlTxRef>'
        "</TxInfAndSts>"
        for move in rejected
    )
    return _document(
        "pain.002.001.10",
        f"<CstmrPmtStsRpt><GrpHdr><MsgId>{name}</MsgId><CreDtTm>{day}T18:00:00</CreDtTm></GrpHdr>"
        "<OrgnlGrpInfAndSts><OrgnlMsgId>NOTPROVIDED</OrgnlMsgId><OrgnlMsgNmId>pain.001</OrgnlMsgNmId>"
        "</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>NOTPROVIDED</OrgnlPmtInfId>"
        f"{lines}</OrgnlPmtInfAndSts></CstmrPmtStsRpt>",
    )


def _camt(
    kind: str, root: str, holder: str, name: str, day: dt.date, moves: Sequence[Line], form: str
) -> bytes:
    account = moves[0]["account"] if moves else ""
    entries = "".join(_entry(move, form) for move in moves)
    return _document(
        f"{kind}.001.{form}",
        f"<{root}><GrpHdr><MsgId>M{name}</MsgId><CreDtTm>{day}T18:00:00</CreDtTm></GrpHdr>"
        f"<{holder}><Id>{name}</Id><CreDtTm>{day}T18:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{escape(account)}</IBAN></Id></Acct>{entries}</{holder}></{root}>",
    )


def _entry(move: Line, form: str) -> str:
    came_back = move["did"] == "transfer.returned"
    amount = f'<Amt Ccy="{move["currency"]}">{move["amount"]}</Amt>'
    way = f"<CdtDbtInd>{'CRDT' if came_back else 'DBIT'}</CdtDbtInd>"
    status = "BOOK" if form == "02" else "<Cd>BOOK</Cd>"
    inner = f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>" if form == "02" else amount + way
    why = f"<RtrInf><Rsn><Cd>{move['reason']}</Cd></Rsn></RtrInf>" if came_back else ""
    return (
        f"<Ntry>{amount}{way}<Sts>{status}</Sts><BookgDt><Dt>{move['on']}</Dt></BookgDt>"
        f"<AcctSvcrRef>{move['ref']}</AcctSvcrRef><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>{escape(move['end_to_end'])}</EndToEndId></Refs>{inner}{why}</TxDtls></NtryDtls></Ntry>"
    )


def _document(message: str, inside: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{message}">{inside}</Document>'.encode()
