"""The embedded server, for real: made, shared, stopped by the last to leave, started again after a crash."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.conftest import short_folder

from recours.config.database import EmbeddedServer, EmbeddedServerError


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    with short_folder() as folder:
        # A space and an accent, as in many a home folder.
        yield EmbeddedServer(folder / "é h", durable=False)


def test_database_answers_while_held_and_not_after(server: EmbeddedServer) -> None:
    with server.running() as uri, psycopg.connect(uri) as connection:
        row = connection.execute("SELECT current_database(), current_setting('listen_addresses')").fetchone()
        assert row == ("recours", "")

    assert server.is_running() is False


def test_last_to_leave_stops_it(server: EmbeddedServer) -> None:
    with server.running():
        with EmbeddedServer(server.home, durable=False).running():
            pass
        assert server.is_running() is True

    assert server.is_running() is False


def test_holder_that_was_killed_does_not_count(server: EmbeddedServer) -> None:
    script = (
        "import sys, pathlib; from recours.config.database import EmbeddedServer\n"
        "with EmbeddedServer(pathlib.Path(sys.argv[1]), durable=False).running():\n"
        "    print('up', flush=True)\n"
        "    input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(server.home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"up\n"
        other.kill()
    assert server.is_running() is True

    with server.running():
        pass

    assert server.is_running() is False


def test_server_that_was_killed_starts_again_with_its_data(server: EmbeddedServer) -> None:
    with server.running() as uri:
        with psycopg.connect(uri) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        postmaster = int((server.data / "postmaster.pid").read_text().split("\n", 1)[0])
        # A checkpoint first: this cluster of the tests does not sync what it writes.
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        os.kill(postmaster, signal.SIGKILL)

    with server.running() as uri, psycopg.connect(uri) as connection:
        row = connection.execute("SELECT one FROM kept").fetchone()

    assert row == (1,)


def test_pid_file_that_names_another_process_is_ignored(server: EmbeddedServer) -> None:
    with server.running():
        pass
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n1\n5432\n\n\n\n")

    with server.running():
        assert server.is_running() is True


def test_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / ("long" * 30))

    assert len(str(server.socket_folder)) < 60


def test_somebody_elses_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "pg").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(EmbeddedServerError, match="not ours"), EmbeddedServer(tmp_path).running():
        pass
