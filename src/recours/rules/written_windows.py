"""How a window is written in the data files: "5 days", "48 hours", "3 working days", "14 days rolling"."""

from __future__ import annotations

import re
from fractions import Fraction

from recours.rules.windows import Unit, Window

_WRITTEN = re.compile(
    r"(?P<count>[0-9]{1,6}) +(?P<unit>hours?|days?|working days?|months?|years?)(?P<rolls> +rolling)?"
)
#: Lengths that are only compared, never counted: a month of 30 days, five working days a week.
_DAYS = {
    Unit.HOURS: Fraction(1, 24),
    Unit.DAYS: Fraction(1),
    Unit.WORKING_DAYS: Fraction(7, 5),
    Unit.MONTHS: Fraction(30),
    Unit.YEARS: Fraction(365),
}


def parse_window(text: str) -> Window:
    """Read a window. Raises ValueError when the text is not one, or counts more than a window may."""
    match = _WRITTEN.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(f"not a window: {text!r}")
    unit = Unit(match["unit"].removesuffix("s").replace(" ", "_") + "s")
    return Window(int(match["count"]), unit, rolls=match["rolls"] is not None)


def write_window(window: Window) -> str:
    """Write a window as the data files have it; reading it again gives the same."""
    unit = window.unit.replace("_", " ")
    if window.count == 1:
        unit = unit.removesuffix("s")
    return f"{window.count} {unit}{' rolling' if window.rolls else ''}"


def nominal_days(window: Window) -> Fraction:
    """Return a window's length in days, good enough to compare two of them."""
    return window.count * _DAYS[window.unit]
