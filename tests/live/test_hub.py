import asyncio
import time

import pytest

from recours.live.hub import EVERYTHING, Hub

pytestmark = pytest.mark.rules


def test_a_page_hears_its_own_topics_only() -> None:
    hub = Hub()

    async def listen() -> set[str]:
        with hub.listening(["user:1", "conversation:2"], since=time.time() + 1) as listener:
            hub.heard("conversation:2")
            hub.heard("conversation:3")
            return await listener.changed(within=1)

    assert asyncio.run(listen()) == {"conversation:2"}


def test_a_page_that_reads_slowly_holds_each_topic_once() -> None:
    hub = Hub()

    async def listen() -> tuple[set[str], set[str]]:
        with hub.listening(["user:1"], since=time.time() + 1) as listener:
            for _ in range(1000):
                hub.heard("user:1")
            return await listener.changed(within=1), await listener.changed(within=0)

    assert asyncio.run(listen()) == ({"user:1"}, set())


def test_a_change_between_drawing_and_connecting_is_heard() -> None:
    hub = Hub()
    drawn_at = time.time()
    hub.heard("user:1")

    async def listen(since: float) -> set[str]:
        with hub.listening(["user:1"], since=since) as listener:
            return await listener.changed(within=0)

    assert asyncio.run(listen(drawn_at)) == {"user:1"}
    assert asyncio.run(listen(time.time() + 1)) == set()


def test_who_has_left_is_forgotten() -> None:
    hub = Hub()

    with hub.listening(["user:1", "user:2"], since=0), hub.listening(["user:1"], since=0):
        assert hub.count == 2

    assert hub.count == 0
    assert hub._listeners == {}


def test_every_page_asks_again_after_the_database_was_away() -> None:
    hub = Hub()

    async def listen() -> set[str]:
        with hub.listening(["user:1", "user:2"], since=time.time() + 1) as listener:
            hub.missed()
            return await listener.changed(within=1)

    assert asyncio.run(listen()) == {EVERYTHING}
