"""The simulated bank, through files in and out: whatever it tells, what we hold agrees with what it did."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.refunds.sepa import an_owed_transfer
from tests.refunds.test_transfer_files import LATER

from recours.cli.simulate import command
from recours.refunds.commands import make_transfer_file, read_bank_file
from recours.refunds.models import ProviderEvent, Refund
from recours.refunds.verify import differences

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_sepa")]


def bank(home: Path, days: int, *options: str) -> list[Path]:
    """Have the bank open on one day, as the program that it is; return what it wrote."""
    day = (LATER + dt.timedelta(days=days)).date().isoformat()
    result = CliRunner().invoke(command, ["bank", "--home", str(home), "--once", "--on", day, *options])
    assert result.exit_code == 0, result.output
    return [Path(line) for line in result.output.split()]


def hand_over(home: Path, count: int) -> bytes:
    for _ in range(count):
        an_owed_transfer()
    content = bytes(make_transfer_file(now=LATER).content)
    (home / "in").mkdir(parents=True)
    (home / "in" / "transfers.xml").write_bytes(content)
    return content


def hear(paths: list[Path], days: int = 9) -> None:
    for path in paths:
        read_bank_file(path.read_bytes(), now=LATER + dt.timedelta(days=days))


def did(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "journal.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("form", ["02", "08"])
def test_well_behaved_bank_pays_each_transfer_once(tmp_path: Path, form: str) -> None:
    content = hand_over(tmp_path, 3)

    hear(bank(tmp_path, 1, "--form", form))
    (tmp_path / "in" / "again.xml").write_bytes(content + b"\n")
    assert bank(tmp_path, 2, "--form", form) == []

    assert set(Refund.objects.filter(surcharge_of=None).values_list("status", flat=True)) == {"succeeded"}
    assert [line["did"] for line in did(tmp_path)].count("transfer.booked") == 3
    assert did(tmp_path)[-1]["did"] == "file.refused"


def test_misbehaving_bank_is_believed_where_it_agrees_and_nowhere_else(tmp_path: Path) -> None:
    # What becomes of each hangs on its random key: of eight, one run in seven missed a kind.
    hand_over(tmp_path, 40)
    rates = (
        "rejected=0.3",
        "returned=0.4",
        "entry_twice=0.5",
        "statement_twice=1",
        "amount_changed=0.3",
        "unknown=0.4",
    )
    options = ["--seed", "7", *(word for rate in rates for word in ("--rate", rate))]

    for days in (1, 2, 5):
        written = bank(tmp_path, days, *options)
        hear(written)
        hear(list(reversed(written)))

    really = {
        line["end_to_end"]: line["did"].removeprefix("transfer.")
        for line in did(tmp_path)
        if line["did"].startswith("transfer.")
    }
    words = {"succeeded": "booked", "reversed": "returned", "failed": "rejected"}
    held = {refund.key.hex: words[refund.status] for refund in Refund.objects.filter(key__in=really)}
    assert held == really
    assert set(really.values()) == {"booked", "returned", "rejected"}
    assert set(ProviderEvent.objects.filter(verdict="unexplained").values_list("why", flat=True)) == {
        "other_amount",
        "unknown_refund",
    }
    assert not list(differences())


def test_same_seed_does_the_same(tmp_path: Path) -> None:
    content = hand_over(tmp_path / "a", 4)
    (tmp_path / "b" / "in").mkdir(parents=True)
    (tmp_path / "b" / "in" / "x.xml").write_bytes(content)

    for home in ("a", "b"):
        bank(tmp_path / home, 1, "--seed", "3", "--rate", "rejected=0.5")

    assert did(tmp_path / "a") == did(tmp_path / "b")


def test_killed_before_it_told_it_tells_the_next_time(tmp_path: Path) -> None:
    hand_over(tmp_path, 1)
    bank(tmp_path, 1)
    journal = tmp_path / "journal.jsonl"
    journal.write_text("".join(line + "\n" for line in journal.read_text().splitlines()[:1]))

    hear(bank(tmp_path, 1))

    assert Refund.objects.get(surcharge_of=None).status == "succeeded"
    assert [line["did"] for line in did(tmp_path)].count("transfer.booked") == 1


def test_unknown_misconduct_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["bank", "--home", str(tmp_path), "--once", "--rate", "polite=1"])

    assert result.exit_code == 1
    assert "polite" in result.output
