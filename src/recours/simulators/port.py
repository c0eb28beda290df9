"""A port of this machine, and what networks do to what is said on it."""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NoReturn


class Gone(Exception):
    """The connection is to end without an answer."""


class Port(ThreadingHTTPServer):
    """A program that answers, each connection by itself."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nobody's error."""


class Connection(BaseHTTPRequestHandler):
    """One connection. `longest_body` is in bytes; what is longer is not read, and ends it."""

    protocol_version = "HTTP/1.1"
    longest_body = 1 << 20

    def do_GET(self) -> None:
        self.attend()

    def do_POST(self) -> None:
        self.attend()

    def do_DELETE(self) -> None:
        self.attend()

    def attend(self) -> None:
        """Read one request, and answer it, or not."""
        raise NotImplementedError

    def log_message(self, format: str, *args: Any) -> None:
        """The journal is the log."""

    def read_body(self) -> bytes | None:
        """Return what was sent, None when it is too long."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > self.longest_body:
            self.close_connection = True
            return None
        return self.rfile.read(length)

    def reset(self) -> NoReturn:
        """End the connection as a crash does: a reset, not an end. Raises Gone."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        raise Gone

    def send(
        self,
        status: int,
        body: bytes,
        kind: str = "application/json",
        more: Mapping[str, str] | None = None,
        *,
        cut: bool = False,
    ) -> None:
        """Answer; `cut`, with half of it."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
