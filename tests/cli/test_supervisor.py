"""Real processes: kept up, restarted, stopped."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from recours.cli import supervisor
from recours.cli.supervisor import Child, supervise


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 2)


def child(code: str, *, wait: float = 0.05) -> Child:
    return Child("child", [sys.executable, "-c", code], wait=wait)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_stop_ends_the_process_and_what_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    one = child(
        "import subprocess, os, sys, time\n"
        "other = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(pids)!r} + '.new', 'w').write(f'{{os.getpid()}} {{other.pid}}')\n"
        f"os.rename({str(pids)!r} + '.new', {str(pids)!r})\n"
        "time.sleep(60)"
    )

    supervise([one], asked_to_stop=pids.exists, say=print)

    _wait_until(lambda: not any(is_alive(int(pid)) for pid in pids.read_text().split()))


def test_process_that_falls_is_started_again_after_a_longer_wait_each_time(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    said: list[str] = []
    one = child(f"open({str(starts)!r}, 'a').write('x'); raise SystemExit(3)")

    supervise([one], asked_to_stop=lambda: len(said) >= 3, say=said.append)

    assert [line.split(" ;")[0] for line in said] == ["child s'est arrêté (code 3)"] * 3
    assert len(starts.read_text()) == 3
    assert one.wait == 0.4


def test_process_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    deaf = child(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"open({str(ready)!r}, 'w').close()\n"
        "time.sleep(60)"
    )
    started = time.monotonic()

    supervise([deaf], asked_to_stop=ready.exists, say=print)

    assert deaf.process is not None
    assert deaf.process.returncode == -9
    assert time.monotonic() - started < 20


def test_children_do_not_outlive_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    script = (
        "from recours.cli.supervisor import Child, supervise; import sys\n"
        f"code = \"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(60)\"\n"
        "supervise([Child('c', [sys.executable, '-c', code])], asked_to_stop=lambda: False, say=print)"
    )
    parent = os.posix_spawn(sys.executable, [sys.executable, "-c", script], os.environ)
    _wait_until(lambda: pid_file.exists() and pid_file.read_text() != "")
    child_pid = int(pid_file.read_text())

    os.kill(parent, 9)
    os.waitpid(parent, 0)

    _wait_until(lambda: not is_alive(child_pid))


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
