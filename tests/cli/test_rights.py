"""`recours rights`, as someone at a terminal uses it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner, Result

from recours.cli.rights import command
from recours.rules.policy import preset


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def data(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_the_comparison_is_printed_with_its_traces() -> None:
    result = run("--country", "FR", "--delivered", "2026-11-02")

    output = plain(result.stdout)
    assert result.exit_code == 0
    for words in (
        "lundi 16 novembre 2026 *",
        "lundi 30 novembre 2026 *",
        "+ 14 jours : droit de rétractation, art. L221-18 du code de la consommation",
        "= jeudi 12 novembre 2026, 23 h 59 inclus (heure de Paris)",
        "Donnez --claimed et --amount",
        "Ceci n’est pas un conseil juridique.",
    ):
        assert words in output


def test_json_has_codes_instants_and_texts() -> None:
    found = data("--delivered", "2026-11-02", "--claimed", "2026-11-05", "--ground", "damaged")

    refund = next(line for line in found["entitlements"] if line["kind"] == "refund")
    assert refund["better"] == "law"
    assert refund["counted"]["due_at"] == "2026-11-19T23:00:00+00:00"
    assert refund["counted"]["last_on"] == "2026-11-19"
    assert refund["law"]["articles"] == ["art. L221-24 du code de la consommation"]
    assert refund["policy"]["dates"][0]["last_on"] == "2026-12-25"
    assert found["law"] == {"country": "FR", "checked_on": "2026-11-22"}
    assert found["meter"] is None


def test_the_meter_runs_to_the_day_of_payment() -> None:
    arguments = ["--delivered", "2026-11-02", "--claimed", "2026-11-05", "--amount", "129,90 €"]

    meter = data(*arguments, "--refund-paid", "2026-12-15")["meter"]

    assert (meter["due_on"], meter["days_late"]) == ("2026-11-19", 26)
    assert meter["surcharge"] == {"minor": 1299, "currency": "EUR"}
    assert meter["next_on"] == "2026-12-20"
    assert "10 % : 12,99 €" in plain(run(*arguments, "--refund-paid", "2026-12-15").stdout)


@time_machine.travel("2026-12-01T09:00:00Z", tick=False)
def test_the_meter_runs_to_today_without_a_payment() -> None:
    meter = data("--delivered", "2026-11-02", "--claimed", "2026-11-05", "--amount", "100")["meter"]

    assert (meter["on"], meter["days_late"], meter["basis_points"]) == ("2026-12-01", 12, 500)


def test_an_unpublished_rate_is_said() -> None:
    result = run(
        "--delivered", "2026-11-02", "--claimed", "2026-11-05", "--amount", "100", "--refund-paid", "2026-11-25",
        "--lang", "en",
    )  # fmt: skip

    assert "The legal rate for part of this time is not in our data" in result.stdout


def test_a_country_without_law_says_so() -> None:
    result = run("--country", "at", "--delivered", "2026-11-02", "--lang", "en")

    assert result.exit_code == 0
    assert "The law of AT is not in Recours yet" in result.stdout


def test_another_policy_can_be_compared(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(preset("default").replace('"10 days" # from receiving', '"20 days" # from receiving'))

    found = data("--delivered", "2026-11-02", "--policy", str(file))

    assert found["entitlements"][0]["better"] == "policy"
    assert data("--delivered", "2026-11-02", "--policy", "ebay_like")["policy"]["name"] == "ebay_like"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--delivered", "2026-02-31"], "ce jour n’existe pas"),
        (["--delivered", "31/02/2026"], "ce jour n’existe pas"),
        (["--delivered", "hier"], "n’est pas une date"),
        (["--delivered", "0001-01-01"], "trop éloignée"),
        (["--delivered", "2026-11-02", "--claimed", "2026-11-01"], "datée d’avant la livraison"),
        (
            ["--delivered", "2026-11-02", "--claimed", "2026-11-05", "--refund-paid", "2026-11-04"],
            "daté d’avant la réclamation",
        ),
        (["--delivered", "2026-11-02", "--amount=-5"], "montant négatif"),
        (["--delivered", "2026-11-02", "--amount", "1,234"], "sans risque d’erreur"),
        (["--delivered", "2026-11-02", "--amount", "12 $"], "attendu en EUR"),
        (["--delivered", "2026-11-02", "--country", "France"], "« France »"),
        (["--delivered", "2026-11-02", "--policy", "/nowhere.toml"], "ni un fichier lisible"),
    ],
)
def test_bad_input_is_answered_clearly(arguments: list[str], says: str) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert says in plain(result.stderr)
    assert result.stdout == ""


def test_a_parcel_that_never_came_is_claimed_from_the_promised_day() -> None:
    found = data("--delivered", "2026-11-02", "--claimed", "2026-11-05", "--ground", "lost")

    assert [line["kind"] for line in found["entitlements"]] == ["claim", "refund"]


def test_neither_command_needs_django() -> None:
    code = "import sys, recours.cli.rights, recours.cli.policy; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
