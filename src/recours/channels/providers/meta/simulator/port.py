"""The port that the simulators of Meta's services listen on: requests, troubles on the way, and their doors."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from recours import clock
from recours.channels.providers.meta.simulator.hooks import Hooks
from recours.channels.providers.meta.simulator.journal import Journal, Line

LONGEST_BODY = 32 * 1024 * 1024
BEFORE = frozenset({"lost", "error_before", "rate_limited"})
"""What keeps a message from being taken: the connection is reset, 500, 429 with Retry-After."""
AFTER = frozenset({"held", "reset", "error_after", "garbage", "cut"})
"""What hides that one was: the answer is held and dropped, reset, a 500, a page of HTML, half of itself."""


class Gone(Exception):
    """The connection ends without an answer."""


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


class Simulator(ThreadingHTTPServer):
    """A program that answers as one of Meta's services does, and can misbehave."""

    daemon_threads = True
    request_queue_size = 128

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
        self.lock = threading.RLock()
        self.armed: list[str] = []
        self.hold_seconds, self.ahead = hold_seconds, 0.0
        self.journal = Journal(folder, self.apply)
        self.hooks = Hooks(webhook, secret, self.journal.did) if webhook else None
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

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nobody's error."""

    def apply(self, line: Line) -> None:
        """Let a line of the journal count."""
        raise NotImplementedError

    def answer(self, method: str, path: str, token: str, body: bytes, kind: str) -> None:
        """Answer a request by raising Said; a message that is sent meets its trouble through `meet`."""
        raise NotImplementedError

    def steer(self, door: str, query: dict[str, str], given: dict[str, Any]) -> object:
        """Do what tests and the demo ask. Raises KeyError for no such door."""
        match door:
            case "next":
                if given["what"] not in BEFORE | AFTER:
                    raise KeyError(given["what"])
                self.armed += [given["what"]] * int(given.get("times", 1))
            case "next_hook" if self.hooks is not None:
                self.hooks.arm(given["what"], int(given.get("times", 1)))
            case "clock":
                self.ahead += float(given["forward"])
            case _:
                raise KeyError(door)
        return {}

    def trouble(self) -> str:
        """Return what befalls the present message, "" for nothing. Raises what keeps it from being taken."""
        with self.lock:
            name = self.armed.pop(0) if self.armed else ""
        if name:
            self.journal.did(act="misdid", what=name)
        match name:
            case "lost":
                raise Gone
            case "error_before":
                raise refused(500, 1, "An unknown error occurred")
            case "rate_limited":
                raise refused(429, 130429, "Rate limit hit", **{"Retry-After": "7"})
        return name

    def hide(self, name: str, said: object) -> Said:
        """Return the answer to a message that was taken, as the trouble leaves it. Raises Gone."""
        match name:
            case "held":
                time.sleep(self.hold_seconds)
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


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Simulator

    def do_GET(self) -> None:
        self._attend()

    def do_POST(self) -> None:
        self._attend()

    def log_message(self, format: str, *args: Any) -> None:
        """The journal is the log."""

    def _attend(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LONGEST_BODY:
            self.close_connection = True
            self._say(Said(413))
            return
        body, url = self.rfile.read(length), urlsplit(self.path)
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            if url.path.startswith("/_/"):
                given = json.loads(body) if body else {}
                raise Said(200, self.server.steer(url.path[3:], dict(parse_qsl(url.query)), given))
            self.server.answer(self.command, url.path, token, body, self.headers.get("Content-Type", ""))
            raise refused(404, 100, "Unsupported request")
        except Said as said:
            self._say(said)
        except Gone:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        except (KeyError, TypeError, ValueError) as error:
            self._say(refused(400, 100, f"Invalid parameter: {error!r}"))

    def _say(self, said: Said) -> None:
        content = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
        self.send_response(said.status)
        for name, value in {"Content-Type": said.kind, **said.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
