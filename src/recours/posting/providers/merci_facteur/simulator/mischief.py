"""How Merci facteur's simulator misbehaves besides what every simulator does (`recours.simulators.mischief`).

| name           | what happens                                                                                   |
|----------------|------------------------------------------------------------------------------------------------|
| `deaf`         | a cancellation is answered with success, and the letter goes all the same                      |
| `unnamed`      | a letter that is sent again is refused with a code that says nothing of duplicates             |
"""

from __future__ import annotations

from typing import ClassVar

from recours.simulators import mischief as shared

OWN = frozenset({"deaf", "unnamed"})
NAMES = shared.NAMES | OWN


class Mischief(shared.Mischief):
    """Which requests meet troubles: those that send a letter, or cancel one."""

    names: ClassVar[frozenset[str]] = NAMES
    print_seconds: float = 0.0
    """How long a letter waits before it is printed."""

    def meets(self, path: str, key: str) -> str:
        """Return what befalls this request, "" for nothing."""
        if path == "/sendCourrier":
            return self.befalls(key, NAMES - {"deaf"}, is_act=True)
        if path == "/deleteEnvoi":
            return self.befalls(f"cancel {key}", shared.NAMES | {"deaf"}, is_act=True)
        return ""
