"""The door for an ASGI server, in a process of its own: `granian --interface asgi recours.live.stream:application`.

Each open page holds one connection here for as long as it is open. In the processes that draw pages that would take
a thread each, and they have four: eight readers would be the end of it. Here a page is a coroutine that sleeps.

Nothing but names of topics leaves this door, to who shows a ticket that names them, so it needs no session, and any
origin may ask.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recours.config.settings")

from django.db import connection as djangos

from recours.live.hub import Hub
from recours.live.tickets import GOOD_FOR, BadTicket, read_ticket

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HEARTBEAT_SECONDS = 20.0
"""Shorter than the minute after which proxies cut a silent connection."""
MOST_TICKETS = 8
HEADERS = [
    (b"access-control-allow-origin", b"*"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would keep events until it has a page full
    (b"x-content-type-options", b"nosniff"),
]

hub = Hub()


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer `/live/?t=TICKET…` with a stream of events, `/healthz` with whether the database is heard."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] != "http":
        return
    elif scope["path"] == "/healthz":
        await _plain(send, 200 if hub.is_listening else 503, str(hub.count).encode())
    elif scope["path"] != "/live/" or scope["method"] != "GET":
        await _plain(send, 404, b"")
    else:
        await _listen(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    await receive()
    hearing = asyncio.create_task(hub.hear(_connection))
    await send({"type": "lifespan.startup.complete"})
    await receive()
    hearing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await hearing
    await send({"type": "lifespan.shutdown.complete"})


async def _connection() -> psycopg.AsyncConnection[Any]:
    parameters = djangos.get_connection_params()
    parameters.pop("cursor_factory", None)
    return await psycopg.AsyncConnection.connect(**parameters, autocommit=True)


async def _listen(scope: Message, receive: Receive, send: Send) -> None:
    tickets = parse_qs(scope["query_string"].decode("latin-1")).get("t", [])[:MOST_TICKETS]
    try:
        read = [read_ticket(ticket) for ticket in tickets]
    except BadTicket:
        read = []
    if not read:
        await _plain(send, 403, b"")
        return
    topics = {topic for one in read for topic in one.topics}
    since = min(one.given_at for one in read)
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [*HEADERS, (b"content-type", b"text/event-stream; charset=utf-8")],
        }
    )
    telling = asyncio.create_task(_tell(topics, since, send))
    leaving = asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in (telling, leaving):
            one.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await one


async def _tell(topics: Iterable[str], since: float, send: Send) -> None:
    """Send what changes until the ticket is too old; the page then comes back with a new one."""
    until = since + GOOD_FOR.total_seconds()
    with hub.listening(topics, since=since) as listener:
        await _chunk(send, b"retry: 3000\n\n")
        while time.time() < until:
            changed = await listener.changed(within=HEARTBEAT_SECONDS)
            if changed:
                lines = "".join(f"event: live\ndata: {topic}\n\n" for topic in sorted(changed))
                await _chunk(send, lines.encode())
            else:
                await _chunk(send, b":\n\n")
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _chunk(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _plain(send: Send, status: int, body: bytes) -> None:
    headers = [*HEADERS, (b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
