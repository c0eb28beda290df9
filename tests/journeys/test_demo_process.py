"""`recours demo` as a visitor meets it: from an empty folder to a page, and back to nothing running."""

import http.client
import os
import signal
import time
from pathlib import Path

from tests.conftest import short_folder
from tests.journeys.demo_process import free_port, start, wait_until_ready

from recours.config.database import EmbeddedServer


def test_demo_starts_answers_and_leaves_nothing_behind() -> None:
    port = free_port()
    with short_folder() as folder, start(folder / "home", port) as demo:
        home = folder / "home"
        assert demo.stdout is not None
        wait_until_ready(demo)

        web = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        web.request("GET", "/readyz")
        assert web.getresponse().status == 200
        web.close()

        assert "tourne déjà" in start(home, free_port()).communicate(timeout=60)[0]
        assert f"Le port {port} est déjà pris" in start(folder / "other", port).communicate(timeout=60)[0]

        os.killpg(demo.pid, signal.SIGINT)  # as a terminal does on Ctrl-C
        rest = demo.stdout.read()
        assert (demo.wait(timeout=60), "Traceback" in rest) == (0, False), rest
        assert EmbeddedServer(home).is_running() is False
        assert _mentioning(str(home)) == []


def _mentioning(text: str) -> list[str]:
    """Command lines of live processes that hold `text`, ended ones given a moment to go."""
    deadline = time.monotonic() + 10
    found: list[str] = []
    while time.monotonic() < deadline:
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if text in line:
                found.append(line)
        if not found:
            break
        time.sleep(0.1)
    return found
