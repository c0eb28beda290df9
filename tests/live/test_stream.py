"""The stream against the real database: what is announced in a transaction is heard when it commits."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from recours import live
from recours.live import stream
from recours.live.hub import Hub

pytestmark = pytest.mark.django_db(transaction=True)


class Page:
    """A browser that holds the stream open."""

    def __init__(self, query: str, path: str = "/live/", method: str = "GET") -> None:
        self.scope = {"type": "http", "path": path, "method": method, "query_string": query.encode()}
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.left = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.sent.get(), 5)


def with_page(query: str, act: Any, **more: str) -> Any:
    """Run the stream with one page open, and `act` on it."""

    async def run() -> Any:
        stream.hub = Hub()
        hearing = asyncio.create_task(stream.hub.hear(stream._connection))
        while not stream.hub.is_listening:
            await asyncio.sleep(0)
        page = Page(query, **more)
        serving = asyncio.create_task(stream.application(page.scope, page.receive, page.sent.put))
        try:
            return await act(page)
        finally:
            page.left.set()
            await serving
            hearing.cancel()

    return asyncio.run(run())


def in_the_database(act: Any) -> Coroutine[Any, Any, None]:
    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    return asyncio.to_thread(run)


def test_what_is_announced_is_heard_by_who_watches_it() -> None:
    async def act(page: Page) -> tuple[int, bytes]:
        start, _ = await page.next(), await page.next()
        await in_the_database(lambda: live.announce("user:2", "user:1"))
        return start["status"], (await page.next())["body"]

    assert with_page(f"t={live.ticket('user:1')}", act) == (200, b"event: live\ndata: user:1\n\n")


def test_what_is_rolled_back_is_never_heard() -> None:
    def write() -> None:
        with transaction.atomic():
            live.announce("user:1")
            transaction.set_rollback(True)
        live.announce("user:2")

    async def act(page: Page) -> bytes:
        await page.next()
        await page.next()
        await in_the_database(write)
        heard: bytes = (await page.next())["body"]
        return heard

    both = live.ticket("user:1", "user:2")
    assert with_page(f"t={both}", act) == b"event: live\ndata: user:2\n\n"


def test_one_stream_serves_several_tickets() -> None:
    async def act(page: Page) -> set[bytes]:
        await page.next()
        await page.next()
        await in_the_database(lambda: live.announce("user:1"))
        first = (await page.next())["body"]
        await in_the_database(lambda: live.announce("conversation:2"))
        return {first, (await page.next())["body"]}

    heard = with_page(f"t={live.ticket('user:1')}&t={live.ticket('conversation:2')}", act)
    assert heard == {b"event: live\ndata: user:1\n\n", b"event: live\ndata: conversation:2\n\n"}


@pytest.mark.parametrize("query", ["", "t=", "t=forged", "t=%00", "x=1"])
def test_without_a_good_ticket_nothing_is_told(query: str) -> None:
    async def act(page: Page) -> int:
        status: int = (await page.next())["status"]
        return status

    assert with_page(query, act) == 403


def test_one_bad_ticket_among_good_ones_refuses_all() -> None:
    async def act(page: Page) -> int:
        status: int = (await page.next())["status"]
        return status

    assert with_page(f"t={live.ticket('user:1')}&t=forged", act) == 403


@pytest.mark.parametrize(
    ("path", "method", "status"), [("/", "GET", 404), ("/live/", "POST", 404), ("/healthz", "GET", 200)]
)
def test_other_addresses(path: str, method: str, status: int) -> None:
    async def act(page: Page) -> int:
        answered: int = (await page.next())["status"]
        return answered

    assert with_page("", act, path=path, method=method) == status


def test_a_broken_connection_is_replaced_and_every_page_asks_again() -> None:
    def cut() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query = 'LISTEN recours_live' AND datname = current_database()"
            )

    async def act(page: Page) -> bytes:
        await page.next()
        await page.next()
        await in_the_database(cut)
        heard: bytes = (await page.next())["body"]
        return heard

    assert with_page(f"t={live.ticket('user:1')}", act) == b"event: live\ndata: *\n\n"


def test_the_connection_takes_what_the_settings_say() -> None:
    async def connect() -> str:
        async with await stream._connection() as opened:
            assert isinstance(opened, psycopg.AsyncConnection)
            return opened.info.dbname

    assert asyncio.run(connect()) == connection.settings_dict["NAME"]
