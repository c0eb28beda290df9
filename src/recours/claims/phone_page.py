"""The computer's side of a telephone's link: the QR code, what came through it, and the button that ends it.

The same for the three places that take files; their faces give the address, the way back and the lines. The secret
is in no table: the browser that asked for it keeps it in a cookie until the link ends, so that the page can be
loaded again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from recours.claims.commands.phone_links import link_digest, make_link, revoke_links
from recours.claims.commands.uploads import Destination
from recours.claims.models import PHONE_LINK_LASTS, Upload
from recours.claims.queries import living_link, uploads_through
from recours.claims.slips import qr_code

COOKIE = "recours_phone"


@dataclass(frozen=True)
class Place:
    """Where a link of this page leads, and what its face gives: addresses, a template, lines for what came."""

    to: Destination
    here: str
    back: str
    template: str
    lines: Callable[[Sequence[Upload]], list[dict[str, Any]]]
    context: dict[str, Any]


def phone_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Show the code, make a new one, or end it. With htmx: nothing while nothing came, else what is new."""
    if request.method == "POST":
        if "stop" in request.POST:
            revoke_links(to=place.to)
            return _forgetting(redirect(place.back), place)
        return show_new_code(request, place)
    secret = request.COOKIES.get(COOKIE, "")
    link = living_link(digest=link_digest(secret), user=place.to.user, **place.to.key) if secret else None
    sent = uploads_through(link) if link else []
    is_part = bool(getattr(request, "htmx", False))
    if is_part and link is not None and request.GET.get("seen") == str(len(sent)):
        return HttpResponse(status=204)
    context = place.context | {
        "link": link,
        "code": _code(request, secret) if link else None,
        "files": place.lines(sent),
        "here": place.here,
        "back": place.back,
    }
    template = "claims/phone/received.html" if is_part else place.template
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def show_new_code(request: HttpRequest, place: Place) -> HttpResponse:
    """Make a link, and lead to the page that shows it."""
    secret = make_link(to=place.to)
    response = redirect(place.here)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(PHONE_LINK_LASTS.total_seconds()),
        path=place.here,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def _forgetting(response: HttpResponse, place: Place) -> HttpResponse:
    response.delete_cookie(COOKIE, path=place.here, samesite="Strict")
    return response


def _code(request: HttpRequest, secret: str) -> dict[str, Any]:
    # The address by which this browser came: a demo on the local network has no other.
    url = request.build_absolute_uri(reverse("phone:open", args=[secret]))
    return {"url": url, "drawn": qr_code(url, scale=6)}
