"""Keeping several processes up together: started together, restarted when one falls, stopped together."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

POLL_SECONDS = 0.2
STOP_SECONDS = 25
"""How long a process may take to end its work, more than the grace it gives its own: then it is killed."""
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0
STEADY_AFTER_SECONDS = 60.0
"""A process that ran this long has recovered: its next fall waits as the first one did."""


PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)  # loaded here: between fork and exec as little as possible


@dataclass
class Child:
    """A process to keep up."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    wait: float = FIRST_WAIT_SECONDS

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.arguments,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **self.environment},
            # Its own session: Ctrl-C reaches the supervisor alone, which stops the others in good order.
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        self.started_at = time.monotonic()

    def signal(self, number: int) -> None:
        """Send `number` to the process and to those it started."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


@contextlib.contextmanager
def stopping_on_signals() -> Iterator[Callable[[], bool]]:
    """Yield a question, "were we asked to stop?", that SIGINT, SIGTERM and SIGHUP turn to yes."""
    asked = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def ending_on_sigterm() -> Iterator[None]:
    """While preparing, end on SIGTERM and SIGHUP as on Ctrl-C: at once, undoing what was begun."""

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def supervise(
    children: Sequence[Child],
    *,
    asked_to_stop: Callable[[], bool],
    on_tick: Callable[[], None] = lambda: None,
    say: Callable[[str], None],
) -> None:
    """Run `children` until asked to stop, then stop them; one that ends restarts after a wait that doubles.

    `on_tick` is called between looks, some times a second.
    """
    try:
        for child in children:
            child.start()
        while not asked_to_stop():
            for child in children:
                _look_after(child, say)
            on_tick()
            time.sleep(POLL_SECONDS)
    finally:
        _stop(children)


def _look_after(child: Child, say: Callable[[str], None]) -> None:
    present = time.monotonic()
    if child.process is None:
        if present >= child.start_at:
            child.start()
        return
    code = child.process.poll()
    if code is None:
        return
    child.signal(signal.SIGKILL)  # what it left behind would hold its port
    child.process = None
    if present - child.started_at > STEADY_AFTER_SECONDS:
        child.wait = FIRST_WAIT_SECONDS
    child.start_at = present + child.wait
    say(f"{child.name} s'est arrêté (code {code}) ; redémarrage dans {child.wait:.0f} s.")
    child.wait = min(child.wait * 2, LONGEST_WAIT_SECONDS)


def _stop(children: Sequence[Child]) -> None:
    for child in children:
        # The process alone: a server passes the request on to its own workers, in its own order.
        if child.process and child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        if child.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
            child.signal(signal.SIGKILL)
            child.process.wait()


def _die_with_parent() -> None:
    """Ask Linux to send us SIGTERM when the supervisor dies, however it dies: nothing is left behind."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
