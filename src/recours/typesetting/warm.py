"""The processes that set papers, kept warm: started when first wanted, used again, replaced before they grow old."""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Literal

import msgspec

from recours.typesetting.glyphs import FONTS

log = logging.getLogger(__name__)

MEBIBYTE = 1024 * 1024
MEMORY_BYTES = 2048 * MEBIBYTE
"""Address space of a process: the library, its threads' stacks, and twenty-four large pictures unpacked at once."""
SECONDS = 30
"""Wall clock and processor time of one paper. A file of two hundred messages takes less than one."""
PAPERS = 100
"""After so many papers a process is replaced: nothing that it might have gathered lives long."""
KEPT_BYTES = 320 * MEBIBYTE
"""A process that holds more than this after a paper is not kept waiting for the next."""
IDLE_SECONDS = 600
"""A process that nobody has asked for so long ends by itself."""
AT_ONCE = 2
"""Papers being set for one web or worker process, and so the processes that it may keep."""

_CHILD = str(Path(__file__).with_name("child.py"))
# No variable of ours, so no secret; and few threads, whose stacks count against the limit.
_SURROUNDINGS = {"PATH": os.defpath, "RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2"}


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What a process is asked to set."""

    folder: str
    template: str
    standard: str
    timestamp: int
    seconds: float
    format: Literal["pdf", "png"] = "pdf"


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    refused: str | None
    resident_bytes: int
    warnings: list[str] = []


class _NoAnswerError(Exception):
    """The process ended, or said what is no answer."""


class _TooLongError(Exception):
    """The process did not answer in time."""


class _Process:
    """One process. Of one thread at a time."""

    def __init__(self) -> None:
        self.papers = 0
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the process)
        settings = {"fonts": str(FONTS), "memory_bytes": MEMORY_BYTES, "idle_seconds": IDLE_SECONDS}
        self._running = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", _CHILD, msgspec.json.encode(settings).decode()],
            cwd="/",
            env=_SURROUNDINGS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            bufsize=0,
        )

    def set(self, paper: Paper) -> _Answer:
        """Have a paper set. Raises _NoAnswerError, _TooLongError; the process is of no more use then."""
        self.papers += 1
        until = time.monotonic() + paper.seconds
        try:
            self._write(msgspec.json.encode(paper) + b"\n")
            return msgspec.json.decode(self._line(until), type=_Answer)
        except (OSError, msgspec.DecodeError) as error:
            raise _NoAnswerError(self._last_words()) from error

    def end(self) -> None:
        """Stop it, whatever it is doing."""
        self._running.kill()
        self._running.wait()
        self._close()

    def leave(self) -> None:
        """Let go of it in a fork: it is the parent's to stop and to wait for."""
        self._running.returncode = 0
        self._close()

    def _close(self) -> None:
        for end in (self._running.stdin, self._running.stdout, self._said):
            if end is not None:
                with contextlib.suppress(OSError):
                    end.close()

    def _write(self, content: bytes) -> None:
        if self._running.stdin is None:
            raise TypeError("opened without a pipe")
        self._running.stdin.write(content)

    def _line(self, until: float) -> bytes:
        if self._running.stdout is None:
            raise TypeError("opened without a pipe")
        readable = select.poll()  # not `select`, which knows no file past the thousandth
        readable.register(self._running.stdout, select.POLLIN)
        line = b""
        while not line.endswith(b"\n"):
            left = until - time.monotonic()
            if left <= 0 or not readable.poll(left * 1000):
                raise _TooLongError
            read = self._running.stdout.read(65536)
            if not read:
                raise _NoAnswerError(self._last_words())
            line += read
        return line

    def _last_words(self) -> str:
        """Return what it said before it ended, its end at least."""
        self._running.kill()
        ended = self._running.wait()
        self._said.seek(0)
        return self._said.read().decode(errors="replace").strip() or f"ended with {ended}"


class _Waiting:
    """The processes that wait for a paper. A fork begins with none of its own."""

    def __init__(self) -> None:
        self.turn = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._processes: list[_Process] = []

    def take(self) -> _Process | None:
        with self._lock:
            return self._processes.pop() if self._processes else None

    def keep(self, process: _Process) -> None:
        with self._lock:
            self._processes.append(process)

    def leave(self) -> None:
        for process in self._processes:
            process.leave()


_waiting = _Waiting()


def set_paper(paper: Paper) -> str | None:
    """Have a paper set by a process that is warm, or by a new one. Returns None once it is there, or what was said.

    A process that had set others and ends without a word (nobody had asked it for long; it was stopped; what it
    still held left too little memory) proves nothing about this paper: a new one tries once.
    """
    with _waiting.turn:
        if waiting := _waiting.take():
            with contextlib.suppress(_NoAnswerError):
                return _set_by(waiting, paper)
        try:
            return _set_by(_Process(), paper)
        except _NoAnswerError as error:
            return str(error)


def end_all() -> None:
    """Stop the processes that wait; the next paper starts another."""
    while (process := _waiting.take()) is not None:
        process.end()


def _set_by(process: _Process, paper: Paper) -> str | None:
    """Raises _NoAnswerError."""
    try:
        answer = process.set(paper)
    except _TooLongError:
        process.end()
        return f"stopped after {paper.seconds} s"
    except BaseException:
        process.end()
        raise
    for warning in answer.warnings:
        log.warning("Typst on %s: %s", paper.template, warning[:500])
    if answer.refused is None and process.papers < PAPERS and answer.resident_bytes < KEPT_BYTES:
        _waiting.keep(process)
    else:
        process.end()
    return answer.refused


def _begin_anew() -> None:
    global _waiting
    _waiting.leave()
    _waiting = _Waiting()


os.register_at_fork(after_in_child=_begin_anew)
atexit.register(end_all)
