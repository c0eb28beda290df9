"""A wire to PostgreSQL that can be cut at the worst moment: after a COMMIT has left, before its answer is back.

The application connects to a socket of ours; every byte goes on to the real one. Whoever sends COMMIT may find that it
arrived and was answered to nobody, or that it never arrived. Both look the same from outside.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SOCKET = ".s.PGSQL.5432"
CHUNK = 1 << 16
COMMIT = b"COMMIT"


class Cutter:
    """`share` of the commits are cut, one before it was done and one after it in turn: a short run meets both.

    Which commits they are is drawn from the seed as the distance from one to the next.
    """

    def __init__(self, listen: Path, target: Path, seed: int) -> None:
        self.listen, self.target = listen, target
        self.random = random.Random(seed)
        self.share = 0.0
        self.counts: Counter[str] = Counter()
        self._left: int | None = None
        self._cuts = 0

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        self.listen.mkdir(mode=0o700, exist_ok=True)
        server = await asyncio.start_unix_server(self._wire, self.listen / SOCKET)
        ready.set()
        async with server:
            await stop.wait()
        wires = asyncio.all_tasks() - {asyncio.current_task()}
        for wire in wires:
            wire.cancel()
        await asyncio.gather(*wires, return_exceptions=True)

    async def _wire(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Cancelled when all is over, it is done: its server would report it as a failure.
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            try:
                there, back = await asyncio.open_unix_connection(self.target / SOCKET)
            except OSError:  # PostgreSQL is down
                writer.close()
                return
            answers = asyncio.create_task(self._copy(there, writer))
            try:
                await self._ask(reader, back, answers)
            finally:
                answers.cancel()
                for end in (back, writer):
                    end.close()

    async def _ask(
        self, reader: asyncio.StreamReader, back: asyncio.StreamWriter, answers: asyncio.Task[None]
    ) -> None:
        while data := await reader.read(CHUNK):
            if COMMIT in data and self._is_cut():
                if self._cuts % 2 == 0:
                    self.counts["commit_lost"] += 1
                    return
                # From here on its answers go nowhere; PostgreSQL has the time to do it.
                answers.cancel()
                back.write(data)
                await back.drain()
                await asyncio.sleep(0.05)
                self.counts["commit_answer_lost"] += 1
                return
            back.write(data)
            await back.drain()

    def _is_cut(self) -> bool:
        """Whether the wire is cut at this commit."""
        if not self.share:
            return False
        if self._left is None or self._left == 0:
            self._left = self.random.randrange(1, round(2 / self.share))
        self._left -= 1
        self._cuts += self._left == 0
        return self._left == 0

    async def _copy(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await there.read(CHUNK):
                writer.write(data)
                await writer.drain()
        writer.close()


@contextlib.contextmanager
def cutting(listen: Path, target: Path, seed: int) -> Iterator[Cutter]:
    """Serve the wire from a thread of its own until the block ends."""
    cutter = Cutter(listen, target, seed)
    ready, loop = threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(cutter.serve(ready, stop),), daemon=True)
    thread.start()
    if not ready.wait(10):
        raise RuntimeError("the wire to the database did not come up")
    try:
        yield cutter
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
