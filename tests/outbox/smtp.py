"""A real SMTP server on loopback, which keeps what it is given and misbehaves on demand."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

NEVER = 10.0**9
"""Seconds: the tests' clock jumps by days, and the server would take that for a silent client."""


@dataclass
class Delivery:
    """One message as it arrived: its envelope and its bytes."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def part(self, subtype: str) -> str:
        """The text of the part text/plain or text/html."""
        body = self.message.get_body((subtype,))
        assert body is not None
        return str(body.get_content())


@dataclass
class Server:
    """What the server was given and how it behaves. Replies are whole lines: "451 4.7.1 Later"."""

    port: int = 0
    deliveries: list[Delivery] = field(default_factory=list)
    connections: int = 0
    rcpt_replies: dict[str, str] = field(default_factory=dict)
    """By address: refused at RCPT TO."""
    mail_reply: str = ""
    """Refused at MAIL FROM."""
    data_replies: list[str] = field(default_factory=list)
    """One for each message, in order, after DATA; nothing is kept of these."""
    hang_up_after_data: int = 0
    """For so many messages: kept, and the connection cut before the client hears of it."""
    slow_seconds: float = 0

    def subjects(self) -> list[str]:
        return [str(one.message["Subject"]) for one in self.deliveries]

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mail_reply:
            return self.mail_reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.rcpt_replies:
            return self.rcpt_replies[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.slow_seconds:
            await asyncio.sleep(self.slow_seconds)
        if self.data_replies:
            return self.data_replies.pop(0)
        content = envelope.original_content or b""
        self.deliveries.append(Delivery(envelope.mail_from or "", list(envelope.rcpt_tos), content))
        if self.hang_up_after_data:
            self.hang_up_after_data -= 1
            server.transport.abort()
        return "250 OK"


class _Counting(Controller):
    def factory(self) -> SMTP:
        handler: Any = self.handler
        handler.connections += 1
        return super().factory()


@contextlib.contextmanager
def smtp_server() -> Iterator[Server]:
    """Run a server for as long as a test."""
    server = Server()
    controller = _Counting(server, hostname="127.0.0.1", port=free_port(), ready_timeout=10, timeout=NEVER)
    controller.start()
    # The controller's own look whether it listens is a connection too.
    server.port, server.connections = controller.port, 0
    try:
        yield server
    finally:
        controller.stop()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
