"""The clock, and the demo's way of moving it."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import PRESENT

from recours import clock


@pytest.fixture
def clock_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(clock, "_FILE", str(tmp_path / "clock"))
    monkeypatch.setattr(clock, "_seen", (0, 0))
    monkeypatch.setattr(clock, "_offset", timedelta())
    return tmp_path / "clock"


def test_now_is_the_machines_time_in_utc() -> None:
    assert clock.now() == PRESENT
    assert clock.now().utcoffset() == timedelta()


def test_real_clock_cannot_be_moved() -> None:
    with pytest.raises(clock.ClockIsReal):
        clock.set_offset(timedelta(days=1))


def test_moved_clock_is_read_by_all(clock_file: Path) -> None:
    clock.set_offset(timedelta(days=5))
    assert clock.now() == PRESENT + timedelta(days=5)

    clock.set_offset(timedelta(days=6, hours=1))
    assert clock.now() == PRESENT + timedelta(days=6, hours=1)
    assert clock.to_machine_time(clock.now()) == PRESENT


def test_spoilt_file_keeps_the_last_offset(clock_file: Path) -> None:
    clock.set_offset(timedelta(days=5))
    clock.now()

    clock_file.write_text("five days")
    os.utime(clock_file, (4e9, 4e9))

    assert clock.now() == PRESENT + timedelta(days=5)
