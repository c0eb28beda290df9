from pathlib import Path

import pytest

from recours.config.home import HomeNotWritable, home, own_secret_key, prepared_home


def test_named_folder_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RECOURS_HOME", str(tmp_path / "here"))

    assert home() == tmp_path / "here"


def test_read_only_home_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RECOURS_HOME")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", "/proc/1")

    assert str(home()).startswith(("/var/lib/recours", "/tmp/recours-"))


def test_folder_that_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOURS_HOME", "/proc/nowhere")

    with pytest.raises(HomeNotWritable, match="/proc/nowhere"):
        prepared_home()


def test_secret_key_left_open_is_closed(tmp_path: Path) -> None:
    key = own_secret_key(tmp_path)
    (tmp_path / "secret_key").chmod(0o644)

    assert own_secret_key(tmp_path) == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
