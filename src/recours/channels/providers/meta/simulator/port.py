"""The port that the simulators of Meta's services listen on: requests, troubles on the way, and their doors."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from recours import clock
from recours.channels.providers.meta.signing import proof
from recours.channels.providers.meta.simulator.hooks import Hooks
from recours.simulators import mischief
from recours.simulators.journal import Journal, Line
from recours.simulators.port import Connection, Gone, Port


class Mischief(mischief.Mischief):
    """What befalls a message that is sent to it. Nothing is `slow` here: `held` is."""

    names = mischief.BEFORE | mischief.AFTER


class Said(Exception):
    """An answer that ends a request."""

    def __init__(
        self, status: int, body: object = None, *, kind: str = "application/json", **headers: str
    ) -> None:
        super().__init__(status)
        self.status, self.body, self.kind, self.headers = status, body, kind, headers


def refused(status: int, code: int, message: str, **headers: str) -> Said:
    """An error as the Graph writes one."""
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "simulated"}
    return Said(status, {"error": error}, **headers)


def form(body: bytes, kind: str, field: str = "file") -> dict[str, Any]:
    """Read a form: fields, and the file of `field` in base64 with its type and name."""
    head = f"Content-Type: {kind}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    given: dict[str, Any] = {}
    for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
        content = part.get_payload(decode=True)
        name = part.get_param("name", header="content-disposition")
        if not isinstance(content, bytes) or not isinstance(name, str):
            continue
        if name != field:
            given[name] = content.decode()
        elif content:
            given |= {"file": base64.b64encode(content).decode(), "mime": part.get_content_type()}
            given["filename"] = part.get_filename() or "document"
    return given


class Simulator(Port):
    """A program that answers as one of Meta's services does, and can misbehave."""

    too_fast = 130429
    """The code by which it asks for patience."""

    def __init__(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        webhook: str = "",
        secret: str = "",
        hold_seconds: float = 30,
    ) -> None:
        self.lock, self.ahead, self.secret = threading.RLock(), 0.0, secret
        self.chats: dict[str, list[Line]] = {}
        self.files: dict[str, Line] = {}
        self.mischief = Mischief()
        self.mischief.set({"hold_seconds": hold_seconds})
        self.uploads = Mischief()
        self.uploads.set({"hold_seconds": hold_seconds})
        self.journal = Journal(folder)
        for line in self.journal.read():
            self.apply(line)
        self.hooks = Hooks(webhook, secret, self.did) if webhook else None
        super().__init__((host, port), Handler)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def now(self) -> float:
        """Its clock: the demo's own, which may be ahead."""
        return time.time() + clock.offset().total_seconds() + self.ahead

    def server_close(self) -> None:
        """Stop listening, and let go of the journal."""
        super().server_close()
        self.journal.close()

    def did(self, **line: Any) -> None:
        """Write an act down, durably, and let it count."""
        with self.lock:
            self.apply(self.journal.write(line))

    def apply(self, line: Line) -> None:
        """Let a line of the journal count: what was said, by customer, what became of it, and files."""
        match line["act"]:
            case "took" | "wrote":
                self.chats.setdefault(line["customer"], []).append(line)
            case "file":
                self.files[line["id"]] = line
            case "became":
                for said in self.chats.get(line["customer"], []):
                    if said["id"] == line["id"]:
                        said["state"] = line["state"]

    def answer(self, method: str, path: str, token: str, body: bytes, kind: str) -> None:
        """Answer a request by raising Said; a message that is sent meets its trouble through `meet`."""
        raise NotImplementedError

    def steer(self, door: str, query: dict[str, str], given: dict[str, Any]) -> object:
        """Do what tests and the demo ask. Raises KeyError for no such door, UnknownMischief."""
        match door:
            case "next":
                self.mischief.arm(given["what"], int(given.get("times", 1)))
            case "file":
                return self.files[query["id"]]
            case "next_upload":
                self.uploads.arm(given["what"], int(given.get("times", 1)))
            case "next_hook" if self.hooks is not None:
                self.hooks.arm(given["what"], int(given.get("times", 1)))
            case "clock":
                self.ahead += float(given["forward"])
            case _:
                raise KeyError(door)
        return {}

    def take_file(self, body: bytes, kind: str, field: str, most: Callable[[str], int]) -> tuple[Line, str]:
        """Keep a file of a form, and return it with the trouble that hides it. Raises what keeps it from being taken.

        `most` tells how many bytes a media type may have, and refuses the others by raising Said.
        """
        name = self.trouble(self.uploads)
        given = form(body, kind, field)
        if "file" not in given:
            raise refused(400, 100, f"(#100) The parameter {field} is required.")
        content = base64.b64decode(given["file"])
        if len(content) > most(given["mime"]):
            raise refused(400, 131053, "(#131053) Media upload error")
        line = {"id": str(secrets.randbelow(10**16)), "mime": given["mime"], "content": given["file"]}
        line |= {
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
            "name": given["filename"],
        }
        self.did(act="file", fields={key: given[key] for key in given.keys() - {"file"}}, **line)
        return line, name

    def trouble(self, among: Mischief | None = None) -> str:
        """Return what befalls the present message, "" for nothing. Raises what keeps it from being taken."""
        among = among or self.mischief
        name = among.befalls("message", mischief.BEFORE | mischief.AFTER, is_act=True)
        if name:
            self.did(act="misdid", what=name)
        match name:
            case "lost":
                raise Gone
            case "error_before":
                raise refused(500, 1, "An unknown error occurred")
            case "rate_limited":
                raise refused(429, self.too_fast, "Rate limit hit", **{"Retry-After": "7"})
        return name

    def hide(self, name: str, said: object) -> Said:
        """Return the answer to a message that was taken, as the trouble leaves it. Raises Gone."""
        match name:
            case "held":
                time.sleep(self.mischief.hold_seconds)
                raise Gone
            case "reset":
                raise Gone
            case "error_after":
                return refused(500, 2, "Service temporarily unavailable")
            case "garbage":
                return Said(200, b"<html><body>502 Bad Gateway</body></html>", kind="text/html")
            case "cut":
                return Said(200, json.dumps(said).encode()[:-9])
        return Said(200, said)


class Handler(Connection):
    """One connection. A file comes in base64, in JSON."""

    server: Simulator
    longest_body = 32 << 20

    def attend(self) -> None:
        body, url = self.read_body(), urlsplit(self.path)
        if body is None:
            self._say(Said(413))
            return
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            if url.path.startswith("/_/"):
                given = json.loads(body) if body else {}
                raise Said(200, self.server.steer(url.path[3:], dict(parse_qsl(url.query)), given))
            self._prove(token, dict(parse_qsl(url.query)).get("appsecret_proof"))
            self.server.answer(self.command, url.path, token, body, self.headers.get("Content-Type", ""))
            raise refused(404, 100, "Unsupported request")
        except Said as said:
            self._say(said)
        except Gone:
            with contextlib.suppress(Gone):
                self.reset()
            self.close_connection = True
        except (KeyError, TypeError, ValueError) as error:
            self._say(refused(400, 100, f"Invalid parameter: {error!r}"))

    def _prove(self, token: str, given: str | None) -> None:
        """Check a proof that comes along; Meta asks for none unless the app is set to."""
        if given is not None and given != proof(token, self.server.secret):
            raise refused(400, 100, "Invalid appsecret_proof provided in the API argument")

    def _say(self, said: Said) -> None:
        content = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
        self.send(said.status, content, said.kind, said.headers)
