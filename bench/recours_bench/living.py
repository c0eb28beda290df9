"""Five hundred open pages on one process: how soon each hears, and whether ordinary pages notice.

Beside the site, one `recours live`. Every page watches a topic of its own and one that all share. An ordinary page is
asked for before the five hundred come, while they sit there, and while somebody writes all the time.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import signal
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from recours_bench.figures import Figure, median_ms
from recours_bench.http import _cookies, _server, _session, _wait_for

PAGES = 500
ASKED = 200
"""Ordinary pages asked for in each of the three situations."""
ROUNDS = 10
"""Announcements to everybody, one after the other."""
LONGEST_SECONDS = 10.0

T = TypeVar("T")


def figures() -> Iterator[Figure]:
    from recours import live
    from recours.cli.setup import prepare_to_serve
    from recours_bench.world import a_place, orders

    prepare_to_serve()
    place = a_place()
    orders(place, 40, buyers=1)
    session = _session(place.users[0])
    with _server() as web, _stream() as (port, process), _loop() as loop:
        _pages(web, session, 20)
        alone = _pages(web, session, ASKED)
        empty = _resident_mb(process.pid)
        crowd = Crowd(port)
        loop(crowd.come(PAGES))
        full = _resident_mb(process.pid)
        beside = _pages(web, session, ASKED)
        heard: list[float] = []
        for _ in range(ROUNDS):
            heard += loop(crowd.hear("everybody", lambda: live.announce("everybody"), PAGES))
        one_by_one = [
            loop(crowd.hear(f"page:{number}", lambda n=number: live.announce(f"page:{n}"), 1))[0]  # type: ignore[misc]
            for number in range(0, PAGES, 5)
        ]
        with _writing():
            busy = _pages(web, session, ASKED)
        loop(crowd.leave())
    yield Figure("pages ouvertes", PAGES, "pages", note="sur un processus, une connexion à PostgreSQL")
    yield Figure("un message, la page qui l'attend", median_ms(one_by_one), "ms", note="médiane")
    yield Figure("un message, les 500 pages", median_ms(heard), "ms", note="médiane")
    yield Figure("la dernière des 500, au pire", max(heard) * 1000, "ms", aim=2000)
    yield Figure("une page ordinaire, sans personne", median_ms(alone), "ms")
    yield Figure(
        "rapport, 500 pages ouvertes", statistics.median(beside) / statistics.median(alone), "fois", aim=1.1
    )
    yield Figure(
        "rapport, et 20 messages par seconde",
        statistics.median(busy) / statistics.median(alone),
        "fois",
        aim=1.3,
    )
    yield Figure(
        "mémoire d'une page ouverte", (full - empty) * 1024 / PAGES, "ko", note=f"{full:.0f} Mo en tout"
    )


class Crowd:
    """Open pages, as the browser holds them: a connection each that reads what comes."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.heard: dict[str, list[float]] = {}
        self.readers: list[asyncio.Task[None]] = []
        self.open = 0

    async def come(self, number: int) -> None:
        from recours import live

        tickets = [live.ticket("everybody", f"page:{n}") for n in range(number)]
        self.readers = [asyncio.create_task(self._read(ticket)) for ticket in tickets]
        await _until(lambda: self.open == number)

    async def _read(self, ticket: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET /live/?t={ticket} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        try:
            while line := await reader.readline():
                if line.startswith(b"retry:"):
                    self.open += 1
                elif line.startswith(b"data:"):
                    self.heard.setdefault(line[5:].decode().strip(), []).append(time.perf_counter())
        finally:
            writer.close()

    async def hear(self, topic: str, announce: Any, number: int) -> list[float]:
        """Announce, wait until `number` pages have heard, and return the seconds that each took."""
        self.heard.pop(topic, None)
        began = time.perf_counter()
        await asyncio.to_thread(announce)
        await _until(lambda: len(self.heard.get(topic, ())) >= number)
        return [at - began for at in self.heard[topic]]

    async def leave(self) -> None:
        for reader in self.readers:
            reader.cancel()
        await asyncio.gather(*self.readers, return_exceptions=True)


async def _until(done: Any) -> None:
    began = time.perf_counter()
    while not done():
        if time.perf_counter() - began > LONGEST_SECONDS:
            raise RuntimeError("some pages never heard")
        await asyncio.sleep(0.002)


@contextmanager
def _loop() -> Iterator[Any]:
    """An event loop in a thread of its own; what is yielded runs a coroutine there and returns its value."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result()

    yield run
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


@contextmanager
def _stream() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The process that open pages listen to, as `recours live` starts it."""
    from recours.cli.web import live_arguments, live_environment

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environment = os.environ | live_environment(host="127.0.0.1", port=port)
    with subprocess.Popen(live_arguments(), env=environment, start_new_session=True) as process:
        try:
            _wait_for(port, process)
            yield port, process
        finally:
            os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def _writing() -> Iterator[None]:
    """Somebody announces twenty times a second, each time to everybody."""
    from django.db import connection

    from recours import live

    ended = threading.Event()

    def write() -> None:
        while not ended.wait(0.05):
            live.announce("everybody")
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    yield
    ended.set()
    thread.join()


def _pages(port: int, session: str, number: int) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    seconds = []
    for _ in range(number):
        began = time.perf_counter()
        connection.request("GET", "/orders/", headers={"Cookie": _cookies(session)})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"/orders/: {response.status}")
        seconds.append(time.perf_counter() - began)
    return seconds


def _resident_mb(pid: int) -> float:
    """Memory of a process and of those it started."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(fields["Pid"]) == pid or int(fields["PPid"]) == pid:
            total += int(fields.get("VmRSS", "0 kB").split()[0])
    return total / 1024
