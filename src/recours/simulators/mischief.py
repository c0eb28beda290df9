"""How a simulator misbehaves: by chance with a seed, or the next time, because somebody asked for it.

| name           | what happens                                                                                   |
|----------------|------------------------------------------------------------------------------------------------|
| `held`         | it is done, and the answer never comes: the connection is held, then dropped                   |
| `reset`        | it is done, and the connection is reset instead of an answer                                   |
| `cut`          | it is done, and the answer stops in the middle                                                 |
| `error_after`  | it is done, and the answer is a 500                                                            |
| `garbage`      | it is done, and the answer is not what it should be: a page of HTML, with status 200           |
| `error_before` | it is not done: 500                                                                            |
| `rate_limited` | it is not done: 429                                                                            |
| `lost`         | it is not done: the connection is reset before anything is read                                |
| `slow`         | it is done, late                                                                               |
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from typing import Any, ClassVar, get_type_hints

AFTER = frozenset({"held", "reset", "cut", "error_after", "garbage"})
"""What hides an act that was done."""
BEFORE = frozenset({"error_before", "rate_limited", "lost"})
"""What prevents it."""
NAMES = AFTER | BEFORE | {"slow"}
HOOKS = frozenset({"hook_twice", "hook_late", "hook_reordered", "hook_never"})
"""What happens to webhooks: sent twice, much later than the next, in another order, never."""


class UnknownMischief(ValueError):
    """There is no such misbehaviour, or its measure is not a number."""


class Mischief:
    """Chances and measures, which can be changed while it runs. One seed and the same requests: the same troubles.

    What a class of its own adds as an annotated field is a measure; `names` is what may befall a request.
    """

    names: ClassVar[frozenset[str]] = NAMES
    seed: int = 0
    hold_seconds: float = 35.0
    slow_seconds: float = 2.0
    late_seconds: float = 5.0
    """How late a late webhook is."""

    def __init__(self) -> None:
        self.rates: dict[str, float] = {}
        self._asked: Counter[str] = Counter()
        self._next: list[str] = []
        self._lock = threading.Lock()

    def set(self, wanted: dict[str, Any]) -> None:
        """Change chances (`rates`, each from 0 to 1) and measures by their names. Raises UnknownMischief."""
        measures = self._measures()
        rates = wanted.get("rates", {})
        for name, chance in rates.items():
            known = name in self.names | HOOKS
            if not known or not isinstance(chance, int | float) or not 0 <= chance <= 1:
                raise UnknownMischief(f"{name}={chance}")
        for name, value in wanted.items():
            if name == "rates":
                continue
            if name not in measures or not isinstance(value, int | float) or value < 0:
                raise UnknownMischief(f"{name}={value}")
        for name, value in wanted.items():
            if name == "rates":
                self.rates |= rates
            else:
                setattr(self, name, measures[name](value))

    def arm(self, name: str, times: int = 1) -> None:
        """Have the next requests that do something meet this trouble. Raises UnknownMischief."""
        if name not in self.names:
            raise UnknownMischief(name)
        with self._lock:
            self._next += [name] * times

    @property
    def armed(self) -> list[str]:
        return list(self._next)

    def befalls(self, name: str, among: frozenset[str], *, is_act: bool) -> str:
        """Return what befalls the next request of this name, "" for nothing; what was armed waits for acts."""
        with self._lock:
            if is_act and self._next:
                return self._next.pop(0)
            self._asked[name] += 1
            nth = self._asked[name]
        # Drawn for the request and not in turn: which thread comes first does not change what befalls whom.
        return self._draw(f"{name} {nth}", among)

    def meets_hook(self, event: str) -> str:
        """Return what befalls the webhook of this event, "" for nothing."""
        return self._draw(event, HOOKS)

    def _draw(self, name: str, among: frozenset[str]) -> str:
        left = random.Random(f"{self.seed} {name}").random()  # noqa: S311 -- chance, not a secret
        for trouble in sorted(among):
            left -= self.rates.get(trouble, 0.0)
            if left < 0:
                return trouble
        return ""

    def measures(self) -> dict[str, Any]:
        return {"rates": self.rates, **{name: getattr(self, name) for name in self._measures()}}

    def _measures(self) -> dict[str, Any]:
        hints = get_type_hints(type(self))
        return {name: kind for name, kind in hints.items() if name != "names"}
