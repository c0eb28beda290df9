"""An installation of its own: PostgreSQL, two web processes, two workers, the simulated provider; all can be killed."""

from __future__ import annotations

import contextlib
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from recours.config.database import EmbeddedServer, EmbeddedServerError
from recours_faults.cutter import Cutter, cutting

WEB, WORKERS = 2, 2
RESTART_SECONDS = 0.5
"""How long a process stays away, as under a supervisor that waits a moment."""


@dataclass
class Process:
    """One program that is kept up: killed by the storm, started again by us."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None
    is_wanted: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    """Who kills and who starts again are two threads: without it one could start what the other has just started."""

    def start(self) -> None:
        with self.lock, self.log.open("ab") as log:
            self.is_wanted = True
            self.running = subprocess.Popen(
                self.arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )

    def kill(self) -> None:
        """End it and what it started at once, as the kernel does when memory is short."""
        with self.lock:
            self.is_wanted = False
            if self.running is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.running.pid, signal.SIGKILL)
                self.running.wait()

    def start_again(self) -> bool:
        """Start it if it ended by itself, and say whether it had: a worker does when it loses its database."""
        with self.lock:
            ended = self.is_wanted and self.running is not None and self.running.poll() is not None
            if ended:
                self.start()
            return ended

    def stop(self) -> None:
        self.is_wanted = False
        if self.running is not None and self.running.poll() is None:
            self.running.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.running.wait(20)
            self.kill()


@dataclass
class Site:
    """What runs, and where."""

    folder: Path
    server: EmbeddedServer
    cutter: Cutter
    provider: str
    """The address of the simulated provider."""
    ports: tuple[int, ...]
    webs: list[Process] = field(default_factory=list)
    workers: list[Process] = field(default_factory=list)
    simulator: Process | None = None
    ended: Counter[str] = field(default_factory=Counter)
    """How often which process ended by itself."""

    def watch(self, over: threading.Event) -> None:
        """Start again what ends by itself, as the supervisor of docs/operator.md does (`Restart=always`)."""
        while not over.wait(RESTART_SECONDS):
            for process in (*self.webs, *self.workers):
                if process.start_again():
                    self.ended[process.name.partition("-")[0]] += 1

    @property
    def journals(self) -> Path:
        return self.folder / "journals"

    @property
    def provider_journal(self) -> Path:
        return self.journals / "provider" / "journal.jsonl"

    def kill_database(self) -> None:
        """SIGKILL the postmaster and everything it started, then start it again as an operator's supervisor would."""
        pid = int((self.server.data / "postmaster.pid").read_text().split("\n", 1)[0])
        children = _children_of(pid)
        for each in (pid, *children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        time.sleep(RESTART_SECONDS)
        until = time.monotonic() + 60
        while True:
            try:
                self.server.revive()
            except EmbeddedServerError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)
            else:
                return

    def is_healthy(self, port: int) -> bool:
        """Whether the web process on this port answers, its database included."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


@contextlib.contextmanager
def installation(folder: Path, *, seed: int) -> Iterator[Site]:
    """Start everything, with tables and nothing in them; stop everything at the end."""
    (folder / "journals").mkdir()
    server = EmbeddedServer(folder)
    wire = folder / "wire"
    with server.running() as uri, cutting(wire, server.socket_folder, seed) as cutter:
        ports = tuple(_free_port() for _ in range(WEB + 1))
        provider = f"http://127.0.0.1:{ports[WEB]}"
        _set_environment(folder, uri, provider)
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "--verbosity=0"], env=os.environ, check=True
        )
        import django  # after the environment

        django.setup()
        from recours.cli.setup import prepare_to_serve

        prepare_to_serve()
        site = Site(folder, server, cutter, provider, ports[:WEB])
        behind = {"DATABASE_URL": f"postgresql://recours@/recours?host={quote(str(wire), safe='')}"}
        _describe(site, behind)
        processes = [site.simulator, *site.webs, *site.workers]
        try:
            for process in processes:
                if process is not None:
                    process.start()
            _wait_until_up(site)
            with _supervised(site):
                yield site
        finally:
            for process in processes:
                if process is not None:
                    process.stop()
            from django.db import connections

            connections.close_all()


@contextlib.contextmanager
def _supervised(site: Site) -> Iterator[None]:
    over = threading.Event()
    supervisor = threading.Thread(target=site.watch, args=(over,), daemon=True)
    supervisor.start()
    try:
        yield
    finally:
        over.set()
        supervisor.join(10)


def _describe(site: Site, behind: Mapping[str, str]) -> None:
    from recours.cli.web import web_arguments, web_environment

    recours = [sys.executable, "-P", "-m", "recours.cli"]
    logs = site.journals
    for number, port in enumerate(site.ports):
        environment = {
            **web_environment(host="127.0.0.1", port=port), "GRANIAN_WORKERS": "1",
            "GRANIAN_RESPAWN_FAILED_WORKERS": "false", **behind,
        }  # fmt: skip
        site.webs.append(Process(f"web-{number}", web_arguments(), environment, logs / f"web-{number}.log"))
    for number in range(WORKERS):
        site.workers.append(
            Process(f"worker-{number}", [*recours, "worker"], behind, logs / f"worker-{number}.log")
        )
    site.simulator = Process(
        "provider",
        [
            *recours, "simulate", "stripe", "--port", site.provider.rpartition(":")[2],
            "--home", str(site.provider_journal.parent),
            "--webhook", f"http://127.0.0.1:{site.ports[0]}/hooks/refunds/stripe/",
            "--secret", os.environ["RECOURS_STRIPE_WEBHOOK_SECRET"],
        ],
        {},
        logs / "provider.log",
    )  # fmt: skip


def _set_environment(folder: Path, uri: str, provider: str) -> None:
    """As production has it: what the developer's shell says must not change what happens."""
    for name in [name for name in os.environ if name.startswith("RECOURS_")]:
        del os.environ[name]
    os.environ |= {
        "RECOURS_HOME": str(folder),
        "DATABASE_URL": uri,
        "DJANGO_SETTINGS_MODULE": "recours.config.settings",
        "RECOURS_LOG_LEVEL": "WARNING",
        "RECOURS_STAFF_SECOND_FACTOR": "0",  # its agents are a program
        "RECOURS_HOSTS": "localhost,127.0.0.1",
        "RECOURS_SECRET_KEY": secrets.token_hex(40),
        "RECOURS_STRIPE_KEY": "sk_test_faults",
        "RECOURS_STRIPE_ADDRESS": provider,
        "RECOURS_STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(16)}",
    }


def _wait_until_up(site: Site) -> None:
    until = time.monotonic() + 60
    while not all(site.is_healthy(port) for port in site.ports):
        if time.monotonic() > until:
            raise RuntimeError(f"the site did not come up: see {site.journals}")
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _children_of(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
