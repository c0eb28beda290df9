"""Asking clamd, over its socket, whether a file is known to be harmful. The protocol is INSTREAM of clamd(8)."""

from __future__ import annotations

import re
import socket
import struct

import msgspec

_CHUNK_BYTES = 65_536
_LONGEST_ANSWER = 4_096
_FOUND = re.compile(rb"stream: (.{1,200}) FOUND")
TIMEOUT_SECONDS = 60.0
"""For each exchange: ten megabytes of a packed document take a slow machine some seconds."""


class ScannerUnavailable(Exception):
    """The scanner did not answer, or not in words that we know: the file is neither good nor bad."""


class ClamAddress(msgspec.Struct, frozen=True):
    """Where clamd listens: a path of this machine, or a host and port."""

    path: str = ""
    host: str = ""
    port: int = 0


def clam_address(text: str) -> ClamAddress:
    """Read `unix:/run/clamav/clamd.ctl` or `tcp:host:3310`. Raises ValueError."""
    kind, _, rest = text.partition(":")
    if kind == "unix" and rest.startswith("/"):
        return ClamAddress(path=rest)
    host, _, port = rest.rpartition(":")
    if kind == "tcp" and host and port.isascii() and port.isdigit() and 0 < int(port) < 65_536:
        return ClamAddress(host=host.strip("[]"), port=int(port))
    raise ValueError("unix:/path/to/socket or tcp:host:port")


def scan(content: bytes, address: ClamAddress, *, timeout: float = TIMEOUT_SECONDS) -> str:
    """Return the name of what was recognised in `content`, empty for nothing. Raises ScannerUnavailable."""
    chunks = (content[at : at + _CHUNK_BYTES] for at in range(0, len(content), _CHUNK_BYTES))
    sent = [
        b"zINSTREAM\0",
        *(struct.pack(">I", len(chunk)) + chunk for chunk in chunks),
        struct.pack(">I", 0),
    ]
    answer = _asked(sent, address, timeout)
    if answer == b"stream: OK":
        return ""
    if found := _FOUND.fullmatch(answer):
        return found.group(1).decode("ascii", "replace")
    raise ScannerUnavailable(repr(answer[:200]))


def answers(address: ClamAddress) -> bool:
    """Whether clamd is there and well."""
    try:
        return _asked([b"zPING\0"], address, 5.0) == b"PONG"
    except ScannerUnavailable:
        return False


def _asked(parts: list[bytes], address: ClamAddress, timeout: float) -> bytes:
    try:
        with _connected(address, timeout) as line:
            for part in parts:
                line.sendall(part)
            answer = b""
            while not answer.endswith(b"\0"):
                more = line.recv(_LONGEST_ANSWER)
                answer += more
                if not more or len(answer) > _LONGEST_ANSWER:
                    raise ScannerUnavailable(f"answer cut short: {answer[:200]!r}")
    except OSError as error:
        raise ScannerUnavailable(str(error)) from error
    return answer[:-1]


def _connected(address: ClamAddress, timeout: float) -> socket.socket:
    if not address.path:
        return socket.create_connection((address.host, address.port), timeout)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(timeout)
        line.connect(address.path)
    except OSError:
        line.close()
        raise
    return line
