"""`recours profile`, as who writes a profile uses it."""

from pathlib import Path

from click.testing import CliRunner, Result

from recours.cli.profile import command
from recours.marketplaces.profiles import profile_text


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def test_a_good_profile_says_what_nobody_verified() -> None:
    result = run("check", "aliexpress_fr", "--lang", "en")

    assert result.exit_code == 0
    assert "aliexpress_2024" in result.stdout
    assert "address" in result.stderr


def test_a_profile_without_address_says_so() -> None:
    result = run("check", "grandbazar_exemple")

    assert result.exit_code == 0
    assert "n’a pas d’adresse postale" in result.stderr


def test_a_bad_file_names_each_line(tmp_path: Path) -> None:
    file = tmp_path / "bazar.toml"
    file.write_text(
        profile_text("grandbazar_exemple").replace('policy = "default"', 'policy = "nobody"'), "utf-8"
    )

    result = run("check", str(file))

    assert result.exit_code == 1
    assert "Ligne 8" in result.stderr


def test_a_file_that_is_not_there_names_the_profiles() -> None:
    result = run("check", "nowhere.toml")

    assert result.exit_code == 2
    assert "aliexpress_fr, grandbazar_exemple" in result.stderr


def test_show_prints_a_profile_as_it_is() -> None:
    assert run("show", "grandbazar_exemple").stdout == profile_text("grandbazar_exemple")
