"""Reading what the client sends: forms whose names carry their structure, `metadata[recours_key]=…`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from recours.refunds.providers.stripe.simulator.errors import bad

Parameters = dict[str, Any]

_PART = re.compile(r"\[([^\]]*)\]")
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)


def read(text: str) -> Parameters:
    """Return the parameters of a query or of a form, nested as their names say."""
    found: Parameters = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        head, _, rest = name.partition("[")
        place, last = found, head
        for part in _PART.findall("[" + rest) if rest else []:
            inner = place.setdefault(last, {})
            if not isinstance(inner, dict):
                raise bad(head, f"Invalid {head}", "parameter_invalid_empty")
            place, last = inner, part
        place[last] = value
    return found


def whole(
    given: Parameters, name: str, *, least: int, most: int = 99_999_999, default: int | None = None
) -> int:
    """Return a parameter that is a whole number within bounds; `default` when it is left out."""
    text = given.get(name)
    if text is None and default is not None:
        return default
    if text is None:
        raise bad(name, f"Missing required param: {name}.", "parameter_missing")
    if not isinstance(text, str) or not _WHOLE.fullmatch(text):
        raise bad(name, f"Invalid integer: {text}")
    number = int(text)
    if number < least:
        raise bad(name, f"This value must be greater than or equal to {least}.")
    if number > most:
        raise bad(name, f"Amount must be no more than {most}", "amount_too_large")
    return number


def bounds(given: Parameters, name: str) -> tuple[float, float]:
    """Return the range that a filter such as `created[gte]` asks for, both ends included."""
    asked = given.get(name)
    if asked is None:
        return float("-inf"), float("inf")
    if isinstance(asked, str):
        asked = {"gte": asked, "lte": asked}
    least, most = float("-inf"), float("inf")
    for how, text in asked.items():
        number = whole({name: text}, name, least=0, most=10**12)
        match how:
            case "gte":
                least = number
            case "gt":
                least = number + 1
            case "lte":
                most = number
            case "lt":
                most = number - 1
            case _:
                raise bad(name, f"Invalid {name}[{how}]", "parameter_unknown")
    return least, most
