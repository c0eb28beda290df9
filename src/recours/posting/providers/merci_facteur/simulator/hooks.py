"""Telling the site what became of its letters: a form with two fields of JSON, tried three times and no more."""

from __future__ import annotations

import http.client
import json
import threading
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

from recours.posting.providers.merci_facteur.simulator.books import EVENTS, Books
from recours.posting.providers.merci_facteur.simulator.mischief import Mischief

WAITS = (0.0, 3600.0, 86400.0)
"""Seconds before each try after the one before: at once, an hour later, a day later."""
TIMEOUT_SECONDS = 20
TICK_SECONDS = 0.1


class Hooks:
    """Moves letters on as their days come, and sends what was not yet heard."""

    def __init__(self, books: Books, mischief: Mischief, url: str, secret: str) -> None:
        self.books, self.mischief, self.url, self.secret = books, mischief, url, secret

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True, name="hooks").start()

    def _run(self) -> None:
        while True:
            self.send_due()
            time.sleep(TICK_SECONDS)

    def send_due(self) -> None:
        """Move what is due, and send what is to be sent now."""
        with self.books.lock:
            for letter in list(self.books.letters.values()):
                while self.books.is_due(letter):
                    self.books.move(letter)
            waiting = [
                (letter, status, on)
                for letter in self.books.letters.values()
                for status, on in letter["told"]
                if status not in letter["heard"] and self._is_to_send(letter, status, on)
            ]
        for letter, status, on in waiting:
            times = 2 if self.mischief.meets_hook(f"{letter['id']} {status}") == "hook_twice" else 1
            for _ in range(times):
                answered = self._post(body(self.books, letter, status, on)) if self.url else 200
                with self.books.lock:
                    self.books.did("delivered", durable=False, id=letter["id"], about=status, status=answered)

    def _is_to_send(self, letter: dict[str, Any], status: str, on: int) -> bool:
        tries = letter["tries"].get(status, [])
        trouble = self.mischief.meets_hook(f"{letter['id']} {status}")
        if len(tries) >= len(WAITS) or trouble == "hook_never":
            return False
        late = self.mischief.late_seconds if trouble in ("hook_late", "hook_reordered") else 0.0
        return bool(self.books.now() >= (tries[-1] if tries else on + late) + WAITS[len(tries)])

    def _post(self, content: bytes) -> int:
        parts = urlsplit(self.url)
        line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Mf-Webhook-Secret-Key": self.secret,
        }
        try:
            line.request("POST", parts.path or "/", content, headers)
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            line.close()
        return answer.status


def body(books: Books, letter: dict[str, Any], status: str, on: int) -> bytes:
    """Return the webhook of one stage of a letter."""
    detail = {
        **dict(zip(KEYS_OF_ADDRESS, letter["to"], strict=True)),
        "ref_courrier": f"{letter['id']}-1",
        "mode_envoi": letter["mode"],
        "id_envoi": letter["id"],
        "statut_courrier": status,
        "statut_description": "",
        "ref_interne": letter["reference"],
    }
    if status != "wait":
        detail["tracking_number"] = letter["tracking"]
    for named, document in (("scan_pdd", "depot"), ("retour_are", "reception")):
        if status == named and (paper := books.paper(letter, document)):
            detail["pdd_base64_pdf" if named == "scan_pdd" else "are_base64_jpeg"] = paper[0]
    event = {"name_event": EVENTS[status], "id_user": 1, "date_event": on}
    return urlencode({"event": json.dumps(event), "detail": json.dumps([detail])}).encode()


KEYS_OF_ADDRESS = (
    "civilite", "nom", "prenom", "societe", "adresse1", "adresse2", "adresse3", "cp", "ville", "pays",
)  # fmt: skip
