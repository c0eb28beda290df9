"""Windows as they are written in the data files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recours.rules.windows import Unit, Window
from recours.rules.written_windows import parse_window, write_window


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("5 days", Window(5, Unit.DAYS)),
        ("1 day", Window(1, Unit.DAYS)),
        (" 48  Hours ", Window(48, Unit.HOURS)),
        ("3 working days", Window(3, Unit.WORKING_DAYS)),
        ("13 months", Window(13, Unit.MONTHS)),
        ("2 years", Window(2, Unit.YEARS)),
        ("14 days rolling", Window(14, Unit.DAYS, rolls=True)),
    ],
)
def test_windows_are_read(text: str, window: Window) -> None:
    assert parse_window(text) == window


@pytest.mark.parametrize(
    "text", ["", "5", "days", "5days", "5.5 days", "five days", "5 jours", "5 days later"]
)
def test_other_texts_are_not_windows(text: str) -> None:
    with pytest.raises(ValueError, match="window"):
        parse_window(text)


@given(st.integers(0, 50), st.sampled_from([u for u in Unit if u is not Unit.HOURS]), st.booleans())
def test_what_is_written_is_read_again(count: int, unit: Unit, rolls: bool) -> None:
    window = Window(count, unit, rolls=rolls)

    assert parse_window(write_window(window)) == window
