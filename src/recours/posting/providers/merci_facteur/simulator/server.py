"""The port: reads requests, lets them meet their troubles, answers; and under `/_/` the doors that steer it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pikepdf

from recours.posting.providers.merci_facteur.simulator.books import LIVES, Books
from recours.posting.providers.merci_facteur.simulator.hooks import KEYS_OF_ADDRESS, Hooks
from recours.posting.providers.merci_facteur.simulator.mischief import Mischief
from recours.simulators import mischief
from recours.simulators.mischief import UnknownMischief
from recours.simulators.port import Connection, Gone, Port

BASE = "/api/1.2/prod/service"
SIGNATURE_SECONDS = 300
STAMP_CENTS, PAGE_CENTS, TAX = 574, 30, 120
"""What it asks: a stamp, and each page, without tax; and the percentage of the total with it. Its own."""

Said = tuple[int, dict[str, Any]]


class Simulator(Port):
    """The program: its books, its troubles, its webhook."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        service: str = "service",
        secret: str = "",
        webhook: str = "",
        webhook_secret: str = "",
    ) -> None:
        self.books = Books(folder)
        self.mischief = Mischief()
        self.hooks = Hooks(self.books, self.mischief, webhook, webhook_secret)
        self.service, self.secret = service, secret
        self.tokens: set[str] = set()
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_address[1]}{BASE}"

    def behave(self, wanted: dict[str, Any]) -> None:
        """Take chances and measures. Raises UnknownMischief."""
        self.mischief.set(wanted)
        self.books.print_seconds = self.mischief.print_seconds

    def server_close(self) -> None:
        """Stop listening, and let go of the journal."""
        super().server_close()
        self.books.journal.close()


class Handler(Connection):
    """One connection. A letter of fifty megabytes comes in base64, in a form."""

    server: Simulator
    longest_body = 80 << 20

    def attend(self) -> None:
        raw = self.read_body()
        if raw is None:
            self._say(413, _refused("TOO_LARGE"))
            return
        url = urlsplit(self.path)
        path = url.path.removeprefix(BASE)
        try:
            if url.path.startswith("/_/"):
                self._say(200, steer(self.server, url.path[3:], json.loads(raw) if raw else {}))
            elif path == "/getToken":
                self._say(*self._token())
            elif self.headers.get("ww-access-token") not in self.server.tokens:
                self._say(401, _refused("TOKEN_INVALID"))
            else:
                query = {name: values[-1] for name, values in parse_qs(url.query).items()}
                form = {
                    name: values[-1]
                    for name, values in parse_qs(raw.decode(), keep_blank_values=True).items()
                }
                self._answer(path, query | form)
        except Gone:
            self.close_connection = True
        except (UnknownMischief, KeyError, ValueError, TypeError) as error:
            self._say(400, _refused("BAD_REQUEST", repr(error)))

    def _token(self) -> Said:
        service, at = self.headers.get("ww-service-id", ""), self.headers.get("ww-timestamp", "0")
        signed = hmac.new(self.server.secret.encode(), f"{service}{at}".encode(), hashlib.sha256).hexdigest()
        is_fresh = abs(time.time() - int(at)) < SIGNATURE_SECONDS
        given = self.headers.get("ww-service-signature")
        if service != self.server.service or not is_fresh or signed != given:
            return 401, _refused("SIGNATURE_INVALID")
        token = os.urandom(12).hex()
        self.server.tokens.add(token)
        return 200, {"success": True, "token": token, "expire": int(time.time()) + 86400}

    def _answer(self, path: str, given: dict[str, str]) -> None:
        """Let the request meet its trouble before, do it, let it meet its trouble after."""
        server = self.server
        trouble = server.mischief.meets(path, given.get("antidoublon", "") or given.get("idEnvoi", ""))
        if trouble:
            with server.books.lock:
                server.books.did("misdid", what=trouble, path=path, key=given.get("antidoublon", ""))
        match trouble:
            case "slow":
                time.sleep(server.mischief.slow_seconds)
            case "lost":
                self.reset()
            case "rate_limited":
                self._say(429, _refused("TOO_MANY_REQUESTS"))
                return
            case "error_before":
                self._say(500, _refused("SERVER_ERROR"))
                return
        status, said = (
            ACTS[path](server.books, given, trouble) if path in ACTS else (404, _refused("NOT_FOUND"))
        )
        if trouble in mischief.AFTER:
            self._hide(trouble, status, said)
        else:
            self._say(status, said)

    def _hide(self, trouble: str, status: int, said: dict[str, Any]) -> None:
        match trouble:
            case "held":
                time.sleep(self.server.mischief.hold_seconds)
                self.reset()
            case "reset":
                self.reset()
            case "cut":
                self.send(status, json.dumps(said).encode(), cut=True)
                self.reset()
            case "garbage":
                self.send(200, b"<html><body>502 Bad Gateway</body></html>", "text/html")
            case "error_after":
                self._say(500, _refused("SERVER_ERROR"))

    def _say(self, status: int, said: dict[str, Any]) -> None:
        self.send(status, json.dumps(said).encode())


def _send(books: Books, given: dict[str, str], trouble: str) -> Said:
    """Take a letter, or say why not: the checks that the documentation names."""
    adress, content = json.loads(given["adress"]), json.loads(given["content"])
    for place in (adress["exp"], *adress["dest"]):
        is_named = place.get("nom") or place.get("societe")
        if not all(key in place for key in KEYS_OF_ADDRESS) or not (
            is_named and place["cp"] and place["ville"]
        ):
            return 400, _refused("INFO_ADDRESS_MISSING")
    files = content["letter"]["base64files"]
    if content["letter"]["files"] != "" or not files:
        return 400, _refused("LETTER_INVALID_FILES")
    pdf = base64.b64decode(files[0], validate=True)
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            pages = len(opened.pages)
    except pikepdf.PdfError:
        return 400, _refused("LETTER_INVALID_BASE64_FILES", "Le fichier n'est pas un PDF.")
    if given["modeEnvoi"] not in {"lrar", "lrare", "suivi", "normal"}:
        return 400, _refused("INVALID_MODE_ENVOI")
    key, to = given.get("antidoublon", ""), adress["dest"][0]
    with books.lock:
        if books.of_key(key):
            named = (
                ("UNKNOWN_ERROR", "") if trouble == "unnamed" else ("ANTIDOUBLON", "Doublon : déjà envoyé.")
            )
            return 400, _refused(*named)
        number = str(1000 + len(books.letters))
        price = {"ht": _euros(_cents(pages)), "ttc": _euros(_cents(pages) * TAX // 100)}
        letter = {
            "id": number,
            "key": key,
            "mode": given["modeEnvoi"],
            "reference": to.get("reference", ""),
            "to": [to[name] for name in KEYS_OF_ADDRESS],
            "pages": pages,
            "tracking": f"2C{number}0000000",
            "sha256": hashlib.sha256(pdf).hexdigest(),
            "price": price["ttc"],
        }
        books.did("letter.taken", letter=letter)
    resume = {"nb_dest": 1, "nb_page": pages}
    return 200, {"success": True, "envoi_id": [int(number)], "price": {"total": price}, "resume": resume}


def _cancel(books: Books, given: dict[str, str], trouble: str) -> Said:
    with books.lock:
        letter = books.letters.get(given["idEnvoi"])
        if letter is None:
            return 400, _refused("ENVOI_UNKNOWN")
        if trouble == "deaf" or books.cancel(letter):
            return 200, {"success": True}
    return 400, _refused("ENVOI_TOO_LATE", "L'envoi est trop avancé pour être annulé.")


def _quote(books: Books, given: dict[str, str], trouble: str) -> Said:
    pages = int(given["letterPageNumber"])
    content = {"photoHt": "0", "lettreHt": _euros(PAGE_CENTS * pages), "carteHt": "0"}
    content["totalContentHt"] = content["lettreHt"]
    stamp = {given["paysDestinataire[]"]: {"amount": _euros(STAMP_CENTS), "zone": "fr"}}
    return 200, {"success": True, "poids": str(5 * pages + 6), "affranchissement": stamp, "content": content}


def _follow(books: Books, given: dict[str, str], trouble: str) -> Said:
    with books.lock:
        letter = books.letters.get(given["idEnvoi"])
        if letter is None:
            return 400, _refused("ENVOI_UNKNOWN")
        is_printed = books.has(letter, "imprime")
        scan = books.paper(letter, "reception")
        one = {
            "dest": " ".join(letter["to"][1:4]).strip(),
            "refCourrier": f"{letter['id']}-1",
            "refTracking": letter["tracking"] if is_printed else "",
            "modeEnvoi": letter["mode"],
            "lastState": letter["told"][-1][0] if letter["told"] else "",
            "historique": ", ".join(status for status, _ in letter["told"]),
            "pnd": "1" if books.has(letter, "distribue_expediteur") else "0",
            "are_base64_jpeg": scan[0] if scan else "pending",
        }
    printing = "Impression terminée" if is_printed else "Impression en attente"
    return 200, {"success": True, "statutPrintEnvoi": printing, "suiviCourrier": [one]}


def _prove(books: Books, given: dict[str, str], trouble: str) -> Said:
    with books.lock:
        letter = books.of_tracking(given["trackingNumber"])
        paper = books.paper(letter, given["document"]) if letter else None
    if paper is None:
        return 400, _refused("PROOF_UNAVAILABLE")
    return 200, {"success": True, "format_return": paper[1], "document": paper[0]}


ACTS = {
    "/sendCourrier": _send,
    "/deleteEnvoi": _cancel,
    "/getPostagePrice": _quote,
    "/getSuiviEnvoi": _follow,
    "/getProof": _prove,
}


def steer(simulator: Simulator, door: str, given: dict[str, Any]) -> dict[str, Any]:
    """What tests and the demo ask of the simulator itself. Raises UnknownMischief, KeyError.

    | door           | what it does                                                                       |
    |----------------|------------------------------------------------------------------------------------|
    | `letters`      | every letter that it really took, with what became of it                           |
    | `led`          | a letter (`id`) is led to a `life`: received or returned                           |
    | `forward`      | a letter (`id`) comes to its next stage now                                        |
    | `behave`       | chances and measures: `rates`, `hold_seconds`, `print_seconds`…                    |
    | `next`         | the next letters meet this: `what`, `times`                                        |
    | `clock`        | its clock goes `forward` by so many seconds                                        |
    | `tokens`       | every token is forgotten                                                           |
    """
    books = simulator.books
    match door:
        case "behave":
            simulator.behave(given)
            return simulator.mischief.measures()
        case "next":
            simulator.mischief.arm(given["what"], int(given.get("times", 1)))
            return {"armed": simulator.mischief.armed}
        case "tokens":
            simulator.tokens.clear()
            return {}
    with books.lock:
        match door:
            case "letters":
                return {"data": list(books.letters.values()), "armed": simulator.mischief.armed}
            case "led" if given["life"] in LIVES and not books.has(books.letters[given["id"]], "distribue"):
                books.did("letter.led", id=given["id"], life=given["life"])
                return {}
            case "forward":
                return {"status": books.move(books.letters[given["id"]])}
            case "clock":
                books.did("clock.moved", ahead=books.ahead + float(given["forward"]))
                return {"now": books.now()}
    raise KeyError(door)


def _cents(pages: int) -> int:
    return STAMP_CENTS + PAGE_CENTS * pages


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _refused(code: str, text: str = "") -> dict[str, Any]:
    return {"success": False, "error": {"code": code, "text": text}}
