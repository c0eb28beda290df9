"""`recours mail ingest`: what became of each file, and an exit code."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.channels.stage import Stage, written

from recours.cli import mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' database is up already."""

    @contextlib.contextmanager
    def ready() -> Iterator[None]:
        yield

    monkeypatch.setattr(mail, "database", ready)


def test_files_are_taken_and_each_outcome_is_said(tmp_path: Path) -> None:
    stage = Stage()
    good, stray = tmp_path / "bon.eml", tmp_path / "égaré.eml"
    good.write_bytes(written(stage.to_alice, sender=stage.alice.email, text="Par la ligne de commande."))
    stray.write_bytes(written("contact@example.org", sender="x@example.org", text="Bonjour"))

    done = CliRunner().invoke(mail.command, ["ingest", str(good), str(stray)])

    assert done.exit_code == 0, done.output
    first, second = done.output.splitlines()
    assert "devenu un message" in first
    assert str(stage.conversation.pk) in first
    assert "non rattaché" in second
    assert stage.messages() == ["Par la ligne de commande."]


def test_standard_input_is_read_and_twice_is_said() -> None:
    stage = Stage()
    raw = written(stage.to_alice, sender=stage.alice.email, text="Une fois.")
    runner = CliRunner()

    runner.invoke(mail.command, ["ingest", "-"], input=raw)
    done = runner.invoke(mail.command, ["ingest", "--lang", "en", "-"], input=raw)

    assert "(received before)" in done.output
    assert stage.messages() == ["Une fois."]


def test_unreadable_and_empty_files_do_not_stop_the_others(tmp_path: Path) -> None:
    stage = Stage()
    empty, good = tmp_path / "vide.eml", tmp_path / "bon.eml"
    empty.write_bytes(b"")
    good.write_bytes(written(stage.to_alice, sender=stage.alice.email, text="Bien."))

    done = CliRunner().invoke(mail.command, ["ingest", str(tmp_path / "absent.eml"), str(empty), str(good)])

    assert done.exit_code == 1
    assert stage.messages() == ["Bien."]
