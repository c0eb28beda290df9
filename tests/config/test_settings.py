"""What an installation refuses to start with. Each case is a process of its own: settings are read once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from recours.config.database import EmbeddedServer

SERVER = "postgresql://recours:secret@db.example.org/recours"
SHOW = (
    "from recours.config import settings as s;"
    "print(s.EMBEDDED, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, s.ALLOWED_HOSTS)"
)


def start(home: Path, **environment: str) -> tuple[int, str]:
    """Read the settings in an environment with nothing else of ours; return the status and the last line."""
    ours = ("RECOURS_", "DATABASE_")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        env=plain | {"RECOURS_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).strip().splitlines()[-1]


def test_production_without_a_secret_key_does_not_start(tmp_path: Path) -> None:
    status, says = start(tmp_path, DATABASE_URL=SERVER)

    assert (status, "Set RECOURS_SECRET_KEY" in says) == (1, True)


def test_production_with_a_secret_key_is_closed_to_plain_http_and_unknown_hosts(tmp_path: Path) -> None:
    status, says = start(tmp_path, DATABASE_URL=SERVER, RECOURS_SECRET_KEY="k" * 50)

    assert (status, says) == (0, "False True True []")


def test_demo_on_an_operators_database_does_not_start(tmp_path: Path) -> None:
    status, says = start(tmp_path, DATABASE_URL=SERVER, RECOURS_SECRET_KEY="k" * 50, RECOURS_DEMO="1")

    assert (status, "the demo only runs on its own database" in says) == (1, True)


def test_demo_on_its_own_database_starts(tmp_path: Path) -> None:
    status, says = start(tmp_path, DATABASE_URL=EmbeddedServer(tmp_path).uri, RECOURS_DEMO="1")

    assert (status, says) == (0, "True False False ['localhost', '127.0.0.1', '[::1]']")


def test_embedded_installation_makes_itself_a_key_that_stays_and_is_private(tmp_path: Path) -> None:
    start(tmp_path)
    first = (tmp_path / "secret_key").read_text()
    start(tmp_path)

    assert (tmp_path / "secret_key").read_text() == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DATABASE_URL", "sqlite:///x.db", "must name a PostgreSQL database"),
        ("RECOURS_DEBUG", "maybe", "write 1 or 0"),
        ("RECOURS_MAIL", "smtp:/oops", "RECOURS_MAIL must read"),
        ("RECOURS_POOL_SIZE", "many", "must be a whole number"),
    ],
)
def test_setting_that_cannot_be_read_is_named(tmp_path: Path, name: str, value: str, says: str) -> None:
    status, last = start(tmp_path, **{"RECOURS_SECRET_KEY": "k" * 50, name: value})

    assert (status, says in last) == (1, True)
