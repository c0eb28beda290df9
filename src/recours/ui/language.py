"""Which of our two languages the present reader reads."""

from __future__ import annotations

from django.utils.translation import get_language

from recours.rules.wording import Lang


def lang() -> Lang:
    """Return "en" for a reader who asked for it; "fr" for all others, and where nothing is active, as in a job."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"
