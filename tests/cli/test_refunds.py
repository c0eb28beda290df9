"""`recours refunds sepa-file` and `bank-file`: what is written, what the bank said of it, and exit codes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.conftest import PRESENT
from tests.refunds.sepa import Said, an_owed_transfer, statement

from recours.cli import refunds
from recours.refunds.models import Refund, TransferFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_sepa")]


@pytest.fixture(autouse=True)
def _database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' database is up already."""

    @contextlib.contextmanager
    def ready() -> Iterator[None]:
        yield

    monkeypatch.setattr(refunds, "database", ready)


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(refunds.command, [str(each) for each in arguments])
    return done.exit_code, done.output


def a_file(target: Path) -> Refund:
    """A transfer that is in the file `target`."""
    refund = an_owed_transfer()
    Refund.objects.update(pay_from=PRESENT)
    code, said = run("sepa-file", "--output", target)
    assert code == 0, said
    refund.refresh_from_db()
    return refund


def test_file_holds_what_is_ready_and_its_bytes_can_be_had_again(tmp_path: Path) -> None:
    a_file(tmp_path / "ordre.xml")
    made = TransferFile.objects.get()

    code, said = run("sepa-file", "--output", tmp_path / "encore.xml", "--again", made.message_id)

    assert code == 0
    assert f"{made.message_id} : 1 virements, 89.90 EUR" in said
    assert made.sha256 in said
    assert (tmp_path / "encore.xml").read_bytes() == (tmp_path / "ordre.xml").read_bytes()


def test_nothing_to_pay_is_an_error_and_leaves_no_file(tmp_path: Path) -> None:
    target = tmp_path / "ordre.xml"

    code, _ = run("sepa-file", "--output", target)

    assert code == 1
    assert not target.exists()


def test_file_that_is_there_is_not_written_over_and_nothing_is_recorded(tmp_path: Path) -> None:
    target = tmp_path / "ordre.xml"
    target.write_text("à garder", encoding="utf-8")
    an_owed_transfer()
    Refund.objects.update(pay_from=PRESENT)

    code, _ = run("sepa-file", "--output", target)

    assert code == 1
    assert target.read_text(encoding="utf-8") == "à garder"
    assert not TransferFile.objects.exists()


def test_statement_says_what_became_of_each_line(tmp_path: Path) -> None:
    refund = a_file(tmp_path / "ordre.xml")
    bank = tmp_path / "releve.xml"
    bank.write_bytes(statement(Said(refund.key)))

    code, said = run("bank-file", bank)

    refund.refresh_from_db()
    assert (code, refund.status) == (0, "succeeded")
    assert f"89.90 EUR {refund.claim.reference} : applied" in said


def test_line_that_agrees_with_nothing_is_an_error(tmp_path: Path) -> None:
    refund = a_file(tmp_path / "ordre.xml")
    bank = tmp_path / "releve.xml"
    bank.write_bytes(statement(Said(refund.key, amount="89.91")))

    code, said = run("bank-file", bank)

    refund.refresh_from_db()
    assert (code, refund.status) == (1, "pending")
    assert "unexplained other_amount" in said


def test_file_that_is_none_of_the_banks_is_refused_in_words(tmp_path: Path) -> None:
    bank = tmp_path / "releve.xml"
    bank.write_bytes(b"PK\x03\x04")

    code, said = run("bank-file", bank)

    assert code == 1
    assert "ne se lit pas" in said
