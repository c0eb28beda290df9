"""A program that answers as Merci facteur does, keeps its own journal, and can misbehave: `recours simulate letters`.

| door                | what it does                                                                      |
|---------------------|-----------------------------------------------------------------------------------|
| `GET /_/letters`    | every letter that it really printed, by its key                                   |
| `POST /_/next`      | the next `sendCourrier` meets `what`, see below                                   |
| `POST /_/clock`     | keys are as old as if so many `days` had passed                                   |
| `POST /_/tell`      | tell our webhook of a letter: `key`, `status`, `at`, `times`, `proof`             |

`lost`, `error_before` and `rate` come before the letter is taken; `held`, `reset`, `error`, `garbage` and `cut` after.
The journal, one line of JSON per act, is on the disk before anybody hears of it, and is read again at the start.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

BASE = "/api/1.2/prod/service"
SIGNATURE_SECONDS = 300
KEYS_LAST_SECONDS = 30 * 86400
KEYS_OF_ADDRESS = (
    "civilite", "nom", "prenom", "societe", "adresse1", "adresse2", "adresse3", "cp", "ville", "pays",
)  # fmt: skip


class Gone(Exception):
    """The connection ends without an answer."""


class Simulator(ThreadingHTTPServer):
    """The program: its letters, its troubles, its webhook."""

    daemon_threads = True

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        service: str = "service",
        secret: str = "",
        webhook: str = "",
        webhook_secret: str = "",
        hold_seconds: float = 5,
    ) -> None:
        self.lock = threading.Lock()
        self.service, self.secret = service, secret
        self.webhook, self.webhook_secret, self.hold_seconds = webhook, webhook_secret, hold_seconds
        self.letters: dict[str, dict[str, Any]] = {}
        self.armed: list[str] = []
        self.ahead = 0.0
        self.tokens: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)
        self._journal = (folder / "journal.jsonl").open("a+", encoding="utf-8")
        self._journal.seek(0)
        for line in self._journal:
            self._apply(json.loads(line))
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_address[1]}{BASE}"

    def server_close(self) -> None:
        """Stop listening, and let go of the journal."""
        super().server_close()
        self._journal.close()

    def now(self) -> float:
        """Its clock, which may be ahead."""
        return time.time() + self.ahead

    def did(self, **line: Any) -> None:
        """Write an act down, durably, and let it count; under the lock."""
        self._journal.write(json.dumps(line) + "\n")
        self._journal.flush()
        os.fsync(self._journal.fileno())
        self._apply(line)

    def _apply(self, line: dict[str, Any]) -> None:
        match line["act"]:
            case "printed":
                self.letters[line["id"]] = line
            case "deleted":
                self.letters[line["id"]]["deleted"] = True

    def holds(self, key: str) -> dict[str, Any] | None:
        """Return the letter of a key that it still knows."""
        since = self.now() - KEYS_LAST_SECONDS
        return next(
            (one for one in self.letters.values() if key and one["key"] == key and one["at"] > since), None
        )

    def tell(self, given: dict[str, Any]) -> list[int]:
        """Send a webhook, as often as wanted; return how it was answered."""
        letter = next(one for one in self.letters.values() if one["key"] == given["key"])
        detail = {
            "ref_courrier": f"{letter['id']}-1",
            "id_envoi": letter["id"],
            "mode_envoi": "lrare",
            "ref_interne": letter["reference"],
            "statut_courrier": given["status"],
            "statut_description": "",
            "tracking_number": letter["tracking"],
            **given.get("more", {}),
        }
        event = {"name_event": "new-state", "id_user": 1, "date_event": int(given["at"])}
        body = urlencode({"event": json.dumps(event), "detail": json.dumps([detail])}).encode()
        answers = []
        for _ in range(int(given.get("times", 1))):
            request = urllib.request.Request(  # noqa: S310 -- an address of the settings
                self.webhook, data=body, headers={"X-Mf-Webhook-Secret-Key": self.webhook_secret}
            )
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                answers.append(answer.status)
        return answers

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nobody's error."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Simulator

    def do_GET(self) -> None:
        self._attend()

    def do_POST(self) -> None:
        self._attend()

    def do_DELETE(self) -> None:
        self._attend()

    def log_message(self, format: str, *args: Any) -> None:
        """The journal is the log."""

    def _attend(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        try:
            if url.path.startswith("/_/"):
                self._say(200, self._steer(url.path[3:], json.loads(body) if body else {}))
            elif url.path == f"{BASE}/getToken":
                self._say(*self._token())
            elif self.headers.get("ww-access-token") not in self.server.tokens:
                self._say(401, _refused("TOKEN_INVALID"))
            else:
                form = {name: values[-1] for name, values in parse_qs(body, keep_blank_values=True).items()}
                self._answer(url.path.removeprefix(BASE), query, form)
        except Gone:
            self.close_connection = True
        except (KeyError, ValueError, TypeError, StopIteration) as error:
            self._say(400, _refused("BAD_REQUEST", repr(error)))

    def _token(self) -> tuple[int, dict[str, Any]]:
        service, at = self.headers.get("ww-service-id", ""), self.headers.get("ww-timestamp", "0")
        signed = hmac.new(self.server.secret.encode(), f"{service}{at}".encode(), hashlib.sha256).hexdigest()
        fresh = abs(time.time() - int(at)) < SIGNATURE_SECONDS
        if service != self.server.service or not fresh or signed != self.headers.get("ww-service-signature"):
            return 401, _refused("SIGNATURE_INVALID")
        token = os.urandom(12).hex()
        self.server.tokens.add(token)
        return 200, {"success": True, "token": token, "expire": int(time.time()) + 86400}

    def _answer(self, path: str, query: dict[str, str], form: dict[str, str]) -> None:
        match path:
            case "/sendCourrier":
                self._send(form)
            case "/deleteEnvoi":
                with self.server.lock:
                    if query["idEnvoi"] not in self.server.letters:
                        self._say(400, _refused("ENVOI_UNKNOWN"))
                        return
                    self.server.did(act="deleted", id=query["idEnvoi"])
                self._say(200, {"success": True})
            case "/getPostagePrice":
                self._say(200, {"success": True, "price": {"total": {"ht": 7.2, "ttc": 8.64}}})
            case "/getProof":
                known = any(
                    one["tracking"] == query["trackingNumber"] for one in self.server.letters.values()
                )
                if not known:
                    self._say(400, _refused("PROOF_UNAVAILABLE"))
                    return
                content = base64.b64encode(b"%PDF-1.4 proof").decode()
                self._say(200, {"success": True, "format_return": "pdf", "document": content})
            case _:
                self._say(404, _refused("NOT_FOUND"))

    def _send(self, form: dict[str, str]) -> None:
        with self.server.lock:
            trouble = self.server.armed.pop(0) if self.server.armed else ""
        if trouble == "lost":
            raise Gone
        if trouble == "error_before":
            self._say(500, _refused("SERVER_ERROR"))
            return
        if trouble == "rate":
            self._say(429, _refused("TOO_MANY_REQUESTS"))
            return
        status, said = self._print(form)
        match trouble:
            case "held":
                time.sleep(self.server.hold_seconds)
                raise Gone
            case "reset":
                raise Gone
            case "error":
                self._say(500, _refused("SERVER_ERROR"))
            case "garbage":
                self._say_bytes(200, b"<html><body>502 Bad Gateway</body></html>")
            case "cut":
                self._say_bytes(200, b'{"success": true, "envo')
            case _:
                self._say(status, said)

    def _print(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Take a letter, or say why not: the checks that its documentation names."""
        adress, content = json.loads(form["adress"]), json.loads(form["content"])
        for place in (adress["exp"], *adress["dest"]):
            if not all(key in place for key in KEYS_OF_ADDRESS) or not (place["cp"] and place["ville"]):
                return 400, _refused("INFO_ADDRESS_MISSING")
        files = content["letter"]["base64files"]
        if content["letter"]["files"] != "" or not files:
            return 400, _refused("LETTER_INVALID_FILES")
        pdf = base64.b64decode(files[0], validate=True)
        if not pdf.startswith(b"%PDF"):
            return 400, _refused("LETTER_INVALID_BASE64_FILES", "Le fichier n'est pas un PDF.")
        with self.server.lock:
            if self.server.holds(form.get("antidoublon", "")):
                return 400, _refused("ANTIDOUBLON", "Un envoi a déjà cette référence.")
            number = str(1000 + len(self.server.letters))
            self.server.did(
                act="printed",
                id=number,
                key=form.get("antidoublon", ""),
                mode=form["modeEnvoi"],
                at=self.server.now(),
                reference=adress["dest"][0]["reference"],
                to=[adress["dest"][0][key] for key in KEYS_OF_ADDRESS],
                tracking=f"2C{number}00000",
                sha256=hashlib.sha256(pdf).hexdigest(),
            )
        return 200, {"success": True, "envoi_id": int(number), "price": {"total": {"ht": 7.2, "ttc": 8.64}}}

    def _steer(self, door: str, given: dict[str, Any]) -> dict[str, Any]:
        match door:
            case "letters":
                return {"data": list(self.server.letters.values())}
            case "next":
                self.server.armed += [given["what"]] * int(given.get("times", 1))
            case "clock":
                self.server.ahead += float(given["days"]) * 86400
            case "tell":
                return {"answers": self.server.tell(given)}
            case "tokens":
                self.server.tokens.clear()
            case _:
                raise KeyError(door)
        return {}

    def _say(self, status: int, said: dict[str, Any]) -> None:
        self._say_bytes(status, json.dumps(said).encode())

    def _say_bytes(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _refused(code: str, text: str = "") -> dict[str, Any]:
    return {"success": False, "error": {"code": code, "text": text}}
