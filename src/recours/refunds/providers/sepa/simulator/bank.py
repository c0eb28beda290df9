"""The bank: what it did is in its journal, on the disk before any file tells of it; what its files tell may differ."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from recours.refunds.providers.sepa.simulator.statements import notification, report, statement
from recours.simulators.journal import Journal

Line = dict[str, Any]

RATES = ("rejected", "returned", "entry_twice", "statement_twice", "amount_changed", "unknown")
"""What may go wrong, each with a chance from 0 to 1."""

MOVES = ("transfer.booked", "transfer.returned", "transfer.rejected")


class UnknownMischief(ValueError):
    """There is no such misconduct."""


class Bank:
    """Takes files from `home/in`, writes its own to `home/out`, and keeps `home/journal.jsonl`.

    The same seed does the same to the same transfers, whenever they come. A file that comes again is refused by its
    message id. Killed between journal and statement, it writes the statement at the next pass.
    """

    def __init__(
        self,
        home: Path,
        *,
        seed: int = 0,
        rates: dict[str, float] | None = None,
        return_days: int = 3,
        form: str = "08",
    ) -> None:
        self.rates = rates or {}
        if unknown := set(self.rates) - set(RATES):
            raise UnknownMischief(", ".join(sorted(unknown)))
        self.inbox, self.outbox = home / "in", home / "out"
        for folder in (self.inbox, self.outbox):
            folder.mkdir(parents=True, exist_ok=True)
        self.seed, self.return_days, self.form = seed, return_days, form
        self.taken: dict[str, str] = {}
        self.seen: set[str] = set()
        self.moves: dict[str, Line] = {}
        self.told: set[str] = set()
        self.journal = Journal(home)
        for line in self.journal.read():
            self._know(line)

    def open_for(self, today: dt.date) -> list[Path]:
        """Do a day's work: take what was brought, send back what is due, tell of both. Return the files written."""
        for path in sorted(self.inbox.glob("*.xml")):
            self._take(path, today)
        self._return(today)
        return self._tell(today)

    def close(self) -> None:
        """Leave the folder to another."""
        self.journal.close()

    def _take(self, path: Path, today: dt.date) -> None:
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 in self.seen:
            return
        try:
            root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
            message = _text(root, "GrpHdr/MsgId")
        except etree.XMLSyntaxError:
            message = ""
        if not message or message in self.taken:
            self._write({"did": "file.refused", "sha256": sha256, "message": message})
            return
        account = _text(root, "DbtrAcct/Id/IBAN")
        for number, order in enumerate(root.iterfind(".//{*}CdtTrfTxInf")):
            self._order(order, account, f"{message}/{number}", today)
        # Last: a kill before this line takes the file again, and each order in it is known by its reference.
        self._write({"did": "file.taken", "sha256": sha256, "message": message})

    def _order(self, order: etree._Element, account: str, place: str, today: dt.date) -> None:
        amount = order.find(".//{*}InstdAmt")
        if amount is None:  # no order of a transfer
            return
        key = _text(order, "EndToEndId")
        does = "transfer.rejected" if self._chance("rejected", key) else "transfer.booked"
        ref = f"BK{hashlib.sha256(f'{place}/{key}'.encode()).hexdigest()[:16].upper()}"
        if ref in self.moves:
            return
        self._write(
            {
                "did": does,
                "ref": ref,
                "end_to_end": key,
                "amount": amount.text,
                "currency": amount.get("Ccy"),
                "account": account,
                "on": today.isoformat(),
            }
        )

    def _return(self, today: dt.date) -> None:
        for ref, move in list(self.moves.items()):
            if move["did"] != "transfer.booked" or f"RT{ref}" in self.moves:
                continue
            due = dt.date.fromisoformat(move["on"]) + dt.timedelta(days=self.return_days)
            if due <= today and self._chance("returned", move["end_to_end"]):
                known = {name: move[name] for name in ("end_to_end", "amount", "currency", "account")}
                self._write(
                    {
                        "did": "transfer.returned",
                        "ref": f"RT{ref}",
                        **known,
                        "on": today.isoformat(),
                        "reason": "AC04",
                    }
                )

    def _tell(self, today: dt.date) -> list[Path]:
        moves = [move for ref, move in self.moves.items() if ref not in self.told]
        if not moves:
            return []
        name = f"{today:%Y%m%d}-{self.journal.written + 1}"
        rejected = [move for move in moves if move["did"] == "transfer.rejected"]
        booked = [move for move in moves if move["did"] != "transfer.rejected"]
        contents: dict[str, bytes] = {}
        if rejected:
            contents[f"pain.002-{name}"] = report(f"R{name}", today, rejected)
        if booked:
            contents[f"camt.054-{name}"] = notification(f"N{name}", today, booked, self.form)
            whole = statement(f"S{name}", today, list(self._misquoted(booked)), self.form)
            contents[f"camt.053-{name}"] = whole
            if self._chance("statement_twice", name):
                contents[f"camt.053-{name}-bis"] = whole
                self._misdid("statement_twice", name)
        written = [self._put(file, content) for file, content in contents.items()]
        self._write(
            {"did": "told", "files": [path.name for path in written], "refs": [m["ref"] for m in moves]}
        )
        return written

    def _misquoted(self, moves: Iterable[Line]) -> Iterator[Line]:
        for move in moves:
            told = move
            if self._chance("amount_changed", move["ref"]):
                whole, cents = move["amount"].split(".")
                told = move | {"amount": f"{whole}.{(int(cents) + 1) % 100:02}", "ref": f"{move['ref']}X"}
                self._misdid("amount_changed", move["ref"])
            yield told
            if self._chance("entry_twice", move["ref"]):
                self._misdid("entry_twice", move["ref"])
                yield told
            if self._chance("unknown", move["ref"]):
                key = hashlib.sha256(move["ref"].encode()).hexdigest()[:32]
                self._misdid("unknown", key)
                yield move | {"end_to_end": key, "ref": f"{move['ref']}U"}

    def _chance(self, what: str, about: str) -> bool:
        chosen = random.Random(f"{self.seed}/{what}/{about}")  # noqa: S311 - to be repeated, not to be secret
        return chosen.random() < self.rates.get(what, 0)

    def _misdid(self, what: str, about: str) -> None:
        self._write({"did": "misdid", "what": what, "about": about})

    def _put(self, name: str, content: bytes) -> Path:
        """Whoever watches the folder sees a whole file or none."""
        path = self.outbox / f"{name}.xml"
        (part := path.with_suffix(".part")).write_bytes(content)
        return part.rename(path)

    def _write(self, line: Line) -> None:
        self._know(self.journal.write(line))

    def _know(self, line: Line) -> None:
        if line["did"] in MOVES:
            self.moves[line["ref"]] = line
        elif line["did"] == "file.taken":
            self.taken[line["message"]] = line["sha256"]
            self.seen.add(line["sha256"])
        elif line["did"] == "file.refused":
            self.seen.add(line["sha256"])
        elif line["did"] == "told":
            self.told.update(line["refs"])


def _text(within: etree._Element, path: str) -> str:
    found = within.find(".//" + "/".join(f"{{*}}{step}" for step in path.split("/")))
    return (found.text or "").strip() if found is not None else ""
