"""`recours doctor`, on the tests' own database and on installations with something wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from recours.config.database import EmbeddedServer


def doctor(home: Path, **environment: str) -> tuple[int, dict[str, str]]:
    """Run the command as an operator would; return its status and what it found, name by name."""
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith(("RECOURS_", "DATABASE_"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "recours.cli", "doctor", "--json"],
        env=plain | {"RECOURS_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, {finding["name"]: finding["status"] for finding in json.loads(done.stdout)}


def test_empty_database_wants_migrating(embedded_server: EmbeddedServer, tmp_path: Path) -> None:
    status, found = doctor(embedded_server.home, RECOURS_FILES=str(tmp_path))

    assert status == 1
    assert found["Base de données"] == "ok"
    assert found["Tables"] == "fail"
    assert found["Clé secrète"] == "ok"
    assert found["Courriel"] == "warn"


def test_setting_that_is_missing(tmp_path: Path) -> None:
    status, found = doctor(tmp_path, DATABASE_URL="postgresql://db.example.org/recours")

    assert (status, found["Réglages"]) == (1, "fail")


def test_database_that_does_not_answer(tmp_path: Path) -> None:
    url = f"postgresql://recours@/recours?host={tmp_path}"

    status, found = doctor(tmp_path, DATABASE_URL=url, RECOURS_SECRET_KEY="k" * 50, RECOURS_HOSTS="*")

    assert status == 1
    assert (found["Base de données"], found["Noms d'hôte"]) == ("fail", "fail")
    assert found["HTTPS"] == "warn"
    assert "Tables" not in found


@pytest.mark.parametrize("variable", ["RECOURS_FILES"])
def test_folder_that_cannot_be_written(embedded_server: EmbeddedServer, variable: str) -> None:
    status, found = doctor(embedded_server.home, **{variable: "/proc/nowhere"})

    assert (status, found["Pièces"]) == (1, "fail")
