"""What the bell beside every page needs."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from recours.notices.queries import unseen


def bell(request: HttpRequest) -> dict[str, Any]:
    """Count what is new for who is signed in; asked of the database only by a page that draws the bell."""
    user = getattr(request, "user", None)
    if user is None:
        return {}

    @cache  # a template asks several times
    def counted() -> int:
        return unseen(user.pk) if user.is_authenticated else 0

    return {
        "bell": counted,
        "bell_topic": f"user:{user.pk}",
        "bell_url": reverse("notices:notices"),
        "bell_template": "notices/bell.html",
    }
