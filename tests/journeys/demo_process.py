"""Starting `recours demo` as a process, with nothing of the tests' environment in it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(home: Path, port: int, *, web_processes: int | None = None) -> subprocess.Popen[str]:
    """Start it with as many processes that answer the browser as visitors get, unless told."""
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith(("RECOURS_", "DATABASE_"))
    }
    if web_processes:
        plain["GRANIAN_WORKERS"] = str(web_processes)
    return subprocess.Popen(
        [sys.executable, "-m", "recours.cli", "demo", "--home", str(home), "--port", str(port)],
        env=plain,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_until_ready(demo: subprocess.Popen[str]) -> None:
    """Read what the demo says until it is ready; fail with all of it when it ends before."""
    assert demo.stdout is not None
    said = []
    for line in demo.stdout:
        said.append(line)
        if "Ctrl-C to stop" in line:
            break
    assert demo.poll() is None, "".join(said)
    assert said, "the demo said nothing"
    assert "Ctrl-C to stop" in said[-1], "".join(said)


def stop(demo: subprocess.Popen[str]) -> int:
    """End it as Ctrl-C in a terminal does; return its status."""
    os.killpg(demo.pid, signal.SIGINT)
    return demo.wait(timeout=60)
