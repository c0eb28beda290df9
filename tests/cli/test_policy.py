"""`recours policy`, as an operator uses it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from recours.cli.policy import command
from recours.rules.policy import PRESETS, preset

DEFAULT = preset("default")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def test_a_policy_below_the_law_is_accepted_with_a_warning_that_names_each_article() -> None:
    result = run("check", "default")

    assert result.exit_code == 0
    for article in ("L221-18", "L221-23", "L221-24", "L217-3", "L217-17", "L216-7", "L133-24"):
        assert article in result.stderr


@pytest.mark.parametrize("name", PRESETS)
def test_strict_refuses_it(name: str) -> None:
    assert run("check", "--strict", name).exit_code == 1


def test_strict_accepts_a_policy_as_good_as_the_law(tmp_path: Path) -> None:
    text = DEFAULT
    for before, after in (
        ('open_after_delivery = "10 days"', 'open_after_delivery = "2 years"'),
        ('open_payment = "60 days"', 'open_payment = "13 months"'),
        ('ship_back = "10 days"', 'ship_back = "14 days"'),
        ('not_before = "33 days"', 'not_before = "0 days"'),
        ('not_after = "50 days"', 'not_after = "14 days"'),
    ):
        text = text.replace(before, after)
    file = tmp_path / "good.toml"
    file.write_text(text)

    result = run("check", "--strict", str(file), "--lang", "en")

    assert result.exit_code == 0
    assert "nowhere gives less than the law" in result.stdout


def test_a_country_without_law_is_checked_for_form_only(tmp_path: Path) -> None:
    file = tmp_path / "austrian.toml"
    file.write_text(DEFAULT.replace('country = "FR"', 'country = "AT"'))

    result = run("check", "--strict", str(file), "--lang", "en")

    assert result.exit_code == 0
    assert "The law of AT is not in Recours" in result.stdout


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(
        DEFAULT.replace('"48 hours"', '"48 ours"').replace('zone = "Europe/Paris"', 'zone = "Paris"')
    )

    result = run("check", str(file))

    assert result.exit_code == 1
    assert "Ligne 13" in result.stderr
    assert "calendar.zone" in result.stderr
    assert "contact.seller_answers" in result.stderr


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"caf\xe9 = 1"])
def test_a_file_in_another_encoding_is_answered(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "latin.toml"
    file.write_bytes(content)

    assert run("check", str(file)).exit_code == 2


def test_a_file_that_begins_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "windows.toml"
    file.write_bytes(b"\xef\xbb\xbf" + DEFAULT.replace("\n", "\r\n").encode())

    assert run("check", str(file)).exit_code == 0


@pytest.mark.parametrize("name", ["/nowhere.toml", "/", "", "nul\0l"])
def test_a_file_that_cannot_be_read_names_the_presets(name: str) -> None:
    result = run("check", name)

    assert result.exit_code == 2
    assert "aliexpress_2024" in result.stderr


def test_show_prints_a_preset_that_can_be_read_again() -> None:
    assert run("show").stdout == DEFAULT
    assert run("show", "paypal_like").stdout == preset("paypal_like")
