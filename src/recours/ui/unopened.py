"""An address that only takes what a form sends, opened by itself: it says so, and leads back to the page above it.

One comes there without a mistake: a form that was refused is shown at its address, and reloading it, choosing
another language or signing in again asks for that address alone. A browser draws nothing for a bare 405.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import Resolver404, resolve


def explain_unopened(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Draw a page for who reads pages; a program gets the bare answer."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        reads_pages = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if not (reads_pages and isinstance(response, HttpResponseNotAllowed)):
            return response
        page = render(request, "405.html", {"above": page_above(request.path)}, status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware


def page_above(path: str) -> str:
    """Return the nearest address above this one that leads anywhere."""
    parts = path.strip("/").split("/")
    for length in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:length])}/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return above
    return "/"
