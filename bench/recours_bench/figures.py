"""What a bench says: a number, its unit, what it is held against and what was aimed at."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Figure:
    """One measure. `aim` is a bound on `value`: at most, or at least, it."""

    name: str
    value: float
    unit: str
    aim: float | None = None
    bound: Literal["at most", "at least"] = "at most"
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        if self.aim is None:
            return None
        return self.value <= self.aim if self.bound == "at most" else self.value >= self.aim

    def plain(self) -> dict[str, Any]:
        return asdict(self) | {"is_met": self.is_met}


class Stopwatch:
    """Seconds of wall time, once the block has ended."""

    seconds = 0.0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    watch = Stopwatch()
    began = time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - began


def median_ms(seconds: Sequence[float]) -> float:
    return statistics.median(seconds) * 1000


def show(name: str, figures: Sequence[Figure]) -> None:
    """Print the figures of one bench as a table."""
    print(f"\n{name}")
    width = max((len(figure.name) for figure in figures), default=0)
    for figure in figures:
        mark = {True: "✓", False: "✗", None: " "}[figure.is_met]
        aim = f"  ({figure.bound} {figure.aim:g})" if figure.aim is not None else ""
        note = f"  {figure.note}" if figure.note else ""
        print(f"  {mark} {figure.name:{width}}  {figure.value:>12,.2f} {figure.unit}{aim}{note}")
