"""Who may keep a copy of a page: nobody, when it was made for one reader."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import has_vary_header


def private_pages(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Keep what depends on the reader's session out of every cache, the browser's own too.

    On a shared computer the Back button must not show, after signing out, what was claimed and by whom (OWASP ASVS
    5.0, 14.3.2). Outside the session's middleware, which says what depends on it; an answer that says itself how long
    it keeps (evidence, health) is left alone.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if has_vary_header(response, "Cookie") and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store"
        return response

    return middleware
