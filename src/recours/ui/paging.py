"""Keyset pages: a place in a list is the sort key of its last row, kept in the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar
from uuid import UUID

from django.http import HttpRequest
from msgspec import Struct

Row = TypeVar("Row")
Place = tuple[dt.datetime, UUID]

PARAMETER = "after"


class Page(Struct, Generic[Row], frozen=True):
    """Rows to show, and the addresses of the next page and of the first; "" where there is none to go to."""

    rows: list[Row]
    next_url: str = ""
    first_url: str = ""


def place_in(request: HttpRequest) -> Place | None:
    """Return the place that the address names; None at the beginning, and for an address that was tampered with."""
    at, _, key = request.GET.get(PARAMETER, "").partition("~")
    try:
        found = dt.datetime.fromisoformat(at)
        return (found, UUID(key)) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def page_of(
    request: HttpRequest, rows: Sequence[Row], limit: int, place: Callable[[Row], Place]
) -> Page[Row]:
    """Cut `rows`, read with one more than `limit`, into a page; other parts of the address are kept."""
    shown = list(rows[:limit])
    more = len(rows) > limit
    address = request.GET.copy()
    began = address.pop(PARAMETER, None)
    first_url = f"{request.path}?{address.urlencode()}".rstrip("?") if began else ""
    if not more:
        return Page(shown, "", first_url)
    at, key = place(shown[-1])
    address[PARAMETER] = f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%S.%fZ}~{key}"
    return Page(shown, f"{request.path}?{address.urlencode()}", first_url)
