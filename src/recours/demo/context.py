"""What the banner above every page of the demo needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from recours import clock
from recours.demo.cast import FIRST, MARKETPLACE_NAME, PERSONAS, Persona
from recours.demo.queries import next_deadline

OPEN = "demo_banner_open"
"""In the session after a use of the banner, so that it stays open for the next."""


def banner(request: HttpRequest) -> dict[str, Any]:
    """Name the marketplace and draw the banner: who one is, who one can become, and the clock."""
    match = request.resolver_match
    session = getattr(request, "session", None)
    return {
        "site_name": MARKETPLACE_NAME,
        "demo_template": "demo/banner.html",
        "demo_now": clock.now(),
        "demo_days_ahead": clock.offset().days,
        "demo_persona": persona_of(request),
        "demo_people": [PERSONAS[key] for key in PERSONAS],
        "demo_first": FIRST,
        "demo_claim": claim_shown(match.kwargs.get("reference", "") if match else ""),
        "demo_phone": settings.META_ADDRESS.rpartition("/")[0],
        "demo_page": settings.FACEBOOK_ADDRESS.rpartition("/")[0],
        "demo_open": bool(session is not None and session.pop(OPEN, False)),
    }


def persona_of(request: HttpRequest) -> Persona | None:
    """Return whom of the cast the visitor is; None for nobody, and for an account of their own making."""
    email = getattr(getattr(request, "user", None), "email", "")
    return next((persona for persona in PERSONAS.values() if persona.email == email), None)


def claim_shown(reference: str) -> str:
    """Return the reference of the page's claim when it waits for a deadline of its own."""
    return reference if reference and next_deadline(reference) is not None else ""
