"""A real IMAP server on loopback: pymap, in a process of its own."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from imap_tools import MailBoxUnencrypted
from tests.outbox.smtp import free_port

USER, PASSWORD = "reponse", "a-long-password-1"
START = "from pymap.main import main; main()"


class Box:
    """One mailbox of the server, as its owner sees it."""

    def __init__(self, port: int) -> None:
        self.port = port

    @contextlib.contextmanager
    def opened(self, folder: str = "INBOX") -> Iterator[MailBoxUnencrypted]:
        with MailBoxUnencrypted("127.0.0.1", self.port, timeout=5).login(USER, PASSWORD, folder) as box:
            yield box

    def bring(self, *mails: bytes) -> None:
        with self.opened() as box:
            for raw in mails:
                box.append(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))

    def left(self, folder: str = "INBOX") -> int:
        with self.opened(folder) as box:
            return len(box.uids())

    def settings(self) -> dict[str, Any]:
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "user": USER,
            "password": PASSWORD,
            "folder": "INBOX",
            "tls": "",
        }


@contextlib.contextmanager
def imap_server() -> Iterator[Box]:
    """Run a server for as long as a test."""
    port = free_port()
    said = [
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-service",
        "admin",
        "--no-service",
        "managesieve",
    ]
    account = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", START, *said, "--no-tls", *account],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    box = Box(port)
    try:
        for _ in range(100):
            assert process.poll() is None, "the IMAP server ended"
            try:
                box.left()
                break
            except OSError:
                time.sleep(0.1)
        yield box
    finally:
        process.terminate()
        process.wait(10)
