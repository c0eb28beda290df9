"""What the bell beside every page needs."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from recours.notices.queries import unseen

_UNSEEN = "_recours_unseen"


def know_unseen(request: HttpRequest, count: int) -> None:
    """Remember what the bell would count, for a page that has counted it together with other things."""
    setattr(request, _UNSEEN, count)


def bell(request: HttpRequest) -> dict[str, Any]:
    """Count what is new for who is signed in; asked of the database only by a page that draws the bell."""
    user = getattr(request, "user", None)
    if user is None:
        return {}

    @cache  # a template asks several times
    def counted() -> int:
        if not user.is_authenticated:
            return 0
        known = getattr(request, _UNSEEN, None)
        return unseen(user.pk) if known is None else int(known)

    return {
        "bell": counted,
        "bell_topic": f"user:{user.pk}",
        "bell_url": reverse("notices:notices"),
        "bell_template": "notices/bell.html",
    }
