"""What the simulator knows: everything follows from its journal, so that a kill at any instant changes nothing."""

from __future__ import annotations

import base64
import threading
import time
from pathlib import Path
from typing import Any

from recours import clock
from recours.posting.providers.merci_facteur.simulator.papers import acknowledgement, deposit
from recours.simulators.journal import Journal, Line

DAY = 86400.0
KEYS_LAST_SECONDS = 30 * DAY
"""`antidoublon` holds for thirty days."""

EVENTS = {
    "wait": "new",
    "imprime": "printed",
    "pris_en_charge": "new-state",
    "attente_au_guichet": "new-state",
    "distribue": "delivered",
    "distribue_expediteur": "pnd",
    "archivage_pnd": "pnd",
    "retour_are": "are",
    "scan_pdd": "pdd",
}
"""The event under which each status is told."""

RECEIVED = (
    ("wait", 0.0),
    ("imprime", 0.0),
    ("pris_en_charge", 1.0),
    ("scan_pdd", 1.0),
    ("attente_au_guichet", 2.0),
    ("distribue", 4.0),
    ("retour_are", 6.0),
)
RETURNED = (*RECEIVED[:5], ("distribue_expediteur", 20.0), ("archivage_pnd", 21.0))
LIVES = {"received": RECEIVED, "returned": RETURNED}
"""What becomes of a letter, and on which day after it was taken: fifteen days at the post office, then back."""


class Books:
    """Letters, keys and what was told. Every method is called with `lock` held."""

    def __init__(self, folder: Path) -> None:
        self.lock = threading.RLock()
        self.ahead = 0.0
        self.print_seconds = 0.0
        """How long a letter waits before it is printed: until then it can be cancelled."""
        self.letters: dict[str, dict[str, Any]] = {}
        self.recent: list[Line] = []
        self.journal = Journal(folder)
        for line in self.journal.read():
            self._learn(line)

    def now(self) -> float:
        """Its own clock: this installation's, moved by whoever asked."""
        return time.time() + clock.offset().total_seconds() + self.ahead

    def did(self, act: str, /, *, durable: bool = True, **facts: Any) -> Line:
        """Write an act down, on the disk, and know it."""
        line = self.journal.write({"at": round(self.now(), 3), "did": act, **facts}, durable=durable)
        self._learn(line)
        return line

    def _learn(self, line: Line) -> None:
        match line["did"]:
            case "letter.taken":
                made = {
                    **line["letter"],
                    "at": line["at"],
                    "life": "received",
                    "told": [],
                    "tries": {},
                    "heard": [],
                }
                self.letters[made["id"]] = made
            case "letter.cancelled":
                self.letters[line["id"]]["is_cancelled"] = True
            case "letter.led":
                self.letters[line["id"]]["life"] = line["life"]
            case "letter.moved":
                self.letters[line["id"]]["told"].append([line["status"], line["on"]])
            case "delivered":
                letter = self.letters[line["id"]]
                letter["tries"].setdefault(line["about"], []).append(line["at"])
                if line["status"] == 200:
                    letter["heard"].append(line["about"])
            case "clock.moved":
                self.ahead = line["ahead"]
        self.recent = [*self.recent[-199:], line]

    def of_key(self, key: str) -> dict[str, Any] | None:
        """Return the letter of a key that it still knows."""
        since = self.now() - KEYS_LAST_SECONDS
        return next(
            (one for one in self.letters.values() if key and one["key"] == key and one["at"] > since), None
        )

    def of_tracking(self, number: str) -> dict[str, Any] | None:
        """Return the letter of a number, which it has once it is printed."""
        found = (one for one in self.letters.values() if one["tracking"] == number)
        return next((one for one in found if self.has(one, "imprime")), None)

    def has(self, letter: dict[str, Any], status: str) -> bool:
        """Whether a letter has come to this stage."""
        return any(told == status for told, _ in letter["told"])

    def cancel(self, letter: dict[str, Any]) -> bool:
        """Take a letter out while it waits to be printed; afterwards it goes."""
        if letter.get("is_cancelled") or self.has(letter, "imprime"):
            return False
        self.did("letter.cancelled", id=letter["id"])
        return True

    def is_due(self, letter: dict[str, Any]) -> bool:
        """Whether a letter's next stage has come."""
        stage = self.next_stage(letter)
        if stage is None:
            return False
        wait = 0 if stage[0] == "wait" else self.print_seconds
        return bool(letter["at"] + stage[1] * DAY + wait <= self.now())

    def next_stage(self, letter: dict[str, Any]) -> tuple[str, float] | None:
        """Return the next stage of a letter and its day, None when its way has ended."""
        stages = LIVES[letter["life"]]
        done = len(letter["told"])
        return None if letter.get("is_cancelled") or done >= len(stages) else stages[done]

    def move(self, letter: dict[str, Any]) -> str:
        """Take a letter to its next stage; return it. "" where there is none."""
        stage = self.next_stage(letter)
        if stage is None:
            return ""
        self.did("letter.moved", id=letter["id"], status=stage[0], on=int(self.now()))
        return stage[0]

    def paper(self, letter: dict[str, Any], document: str) -> tuple[str, str] | None:
        """Return a document of the post in base64 and its format, None while there is none."""
        if document == "depot" and self.has(letter, "scan_pdd"):
            return base64.b64encode(deposit(letter, self.day_of(letter, "pris_en_charge"))).decode(), "pdf"
        if document == "reception" and self.has(letter, "retour_are"):
            return base64.b64encode(
                acknowledgement(letter, self.day_of(letter, "distribue"))
            ).decode(), "jpeg"
        return None

    def day_of(self, letter: dict[str, Any], status: str) -> str:
        """Return the day of a stage as a stamp has it."""
        at = next((on for told, on in letter["told"] if told == status), self.now())
        return time.strftime("%d.%m.%Y", time.localtime(at))
