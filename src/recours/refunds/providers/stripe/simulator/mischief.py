"""How Stripe's simulator misbehaves besides what every simulator does (`recours.simulators.mischief`).

| name           | what happens                                                                                   |
|----------------|------------------------------------------------------------------------------------------------|
| `misquoted`    | it is done, and the answer names another amount                                                |
| `error_kept`   | it is not done: 500, and the key remembers this answer for its 24 hours                        |
"""

from __future__ import annotations

from typing import ClassVar

from recours.simulators import mischief as shared
from recours.simulators.mischief import HOOKS, UnknownMischief

__all__ = ["AFTER", "BEFORE", "HOOKS", "NAMES", "Mischief", "UnknownMischief"]

AFTER = shared.AFTER | {"misquoted"}
BEFORE = shared.BEFORE | {"error_kept"}
NAMES = AFTER | BEFORE | {"slow"}
WRITES_ONLY = frozenset({"error_kept", "misquoted"})


class Mischief(shared.Mischief):
    """Its own measures, and which requests meet troubles: those that make a refund."""

    names: ClassVar[frozenset[str]] = NAMES
    retry_after: int = 1
    stale_seconds: float = 0.0
    """How far the list of refunds lags behind."""
    settle_seconds: float = 2.0
    """How long a pending refund takes."""
    keys_last_seconds: float = 24 * 3600
    reads_too: bool = False
    """Whether chance also meets reads, and not only the making of refunds."""

    def meets(self, method: str, path: str, key: str) -> str:
        """Return what befalls this request, "" for nothing."""
        name = key or f"{method} {path}"
        if method == "POST" and path == "/v1/refunds":
            return self.befalls(name, NAMES, is_act=True)
        if self.reads_too and method == "GET":
            return self.befalls(name, NAMES - WRITES_ONLY, is_act=False)
        return ""
