"""An installation of its own for each bench: an embedded PostgreSQL, durable as in production, in a passing folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recours.config.database import EmbeddedServer

PRISTINE = "pristine"
"""A database with the tables and nothing in them."""


@contextmanager
def rig() -> Iterator[None]:
    """Make Django ready on an empty, migrated database; everything is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="recours-bench-") as name:
        home = Path(name)
        home.chmod(0o755)  # PostgreSQL runs under another account when we are root
        server = EmbeddedServer(home)
        with server.running() as uri:
            _set_environment(home, uri)
            arguments = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
            subprocess.run(arguments, env=os.environ, check=True)
            import django  # after the environment
            from django.db import connections

            django.setup()
            _create(PRISTINE)
            try:
                yield
            finally:
                connections.close_all()


def _set_environment(home: Path, uri: str) -> None:
    """As production has it: what the developer's shell says must not change what is measured."""
    for name in [name for name in os.environ if name.startswith("RECOURS_") and "BENCH" not in name]:
        del os.environ[name]
    os.environ |= {
        "RECOURS_HOME": str(home),
        "DATABASE_URL": uri,
        "DJANGO_SETTINGS_MODULE": "recours.config.settings",
        "RECOURS_LOG_LEVEL": "ERROR",
        "RECOURS_STAFF_SECOND_FACTOR": "0",  # its agents are a program
    }


def _create(name: str) -> None:
    """Copy the migrated database while nobody uses it."""
    from django.db import connection

    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {connection.settings_dict['NAME']}")


def uri_of(database: str = "recours") -> str:
    """The address of this rig's database, or of another one on the same server."""
    return os.environ["DATABASE_URL"].replace("/recours?", f"/{database}?")
