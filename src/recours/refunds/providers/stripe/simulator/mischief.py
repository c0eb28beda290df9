"""How the simulator misbehaves: by chance with a seed, or the next time, because somebody asked for it.

| name           | what happens                                                                                   |
|----------------|------------------------------------------------------------------------------------------------|
| `held`         | it is done, and the answer never comes: the connection is held, then dropped                   |
| `reset`        | it is done, and the connection is reset instead of an answer                                   |
| `cut`          | it is done, and the answer stops in the middle                                                 |
| `error_after`  | it is done, and the answer is a 500                                                            |
| `garbage`      | it is done, and the answer is not what it should be: a page of HTML, with status 200           |
| `misquoted`    | it is done, and the answer names another amount                                                |
| `error_before` | it is not done: 500                                                                            |
| `error_kept`   | it is not done: 500, and the key remembers this answer for its 24 hours                        |
| `rate_limited` | it is not done: 429 with Retry-After                                                           |
| `lost`         | it is not done: the connection is reset before anything is read                                |
| `slow`         | it is done, late                                                                               |
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from typing import Any, get_type_hints

AFTER = frozenset({"held", "reset", "cut", "error_after", "garbage", "misquoted"})
"""What hides an act that was done."""
BEFORE = frozenset({"error_before", "error_kept", "rate_limited", "lost"})
"""What prevents it."""
NAMES = AFTER | BEFORE | {"slow"}
WRITES_ONLY = frozenset({"error_kept", "misquoted"})
HOOKS = frozenset({"hook_twice", "hook_late", "hook_reordered", "hook_never"})
"""What happens to webhooks: sent twice, much later than the next, in another order, never."""


class UnknownMischief(ValueError):
    """There is no such misbehaviour, or its measure is not a number."""


class Mischief:
    """Chances and measures, which can be changed while it runs. One seed and the same requests: the same troubles."""

    seed: int = 0
    hold_seconds: float = 35.0
    slow_seconds: float = 2.0
    retry_after: int = 1
    stale_seconds: float = 0.0
    """How far the list of refunds lags behind."""
    late_seconds: float = 5.0
    """How late a late webhook is."""
    settle_seconds: float = 2.0
    """How long a pending refund takes."""
    keys_last_seconds: float = 24 * 3600
    reads_too: bool = False
    """Whether chance also meets reads, and not only the making of refunds."""

    def __init__(self) -> None:
        self.rates: dict[str, float] = {}
        self._asked: Counter[str] = Counter()
        self._next: list[str] = []
        self._lock = threading.Lock()

    def set(self, wanted: dict[str, Any]) -> None:
        """Change chances (`rates`, each from 0 to 1) and measures by their names. Raises UnknownMischief."""
        measures = get_type_hints(type(self))
        rates = wanted.get("rates", {})
        for name, chance in rates.items():
            if name not in NAMES | HOOKS or not isinstance(chance, int | float) or not 0 <= chance <= 1:
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
        """Have the next requests that make a refund meet this trouble. Raises UnknownMischief."""
        if name not in NAMES:
            raise UnknownMischief(name)
        with self._lock:
            self._next += [name] * times

    @property
    def armed(self) -> list[str]:
        return list(self._next)

    def meets(self, method: str, path: str, key: str) -> str:
        """Return what befalls this request, "" for nothing."""
        makes_refund = method == "POST" and path == "/v1/refunds"
        with self._lock:
            if makes_refund and self._next:
                return self._next.pop(0)
            if not makes_refund and not (self.reads_too and method == "GET"):
                return ""
            name = key or f"{method} {path}"
            self._asked[name] += 1
            nth = self._asked[name]
        # Drawn for the request and not in turn: which thread comes first does not change what befalls whom.
        usable = NAMES if makes_refund else NAMES - WRITES_ONLY
        return self._draw(f"{name} {nth}", usable)

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
        names = get_type_hints(type(self))
        return {"rates": self.rates, **{name: getattr(self, name) for name in names}}
