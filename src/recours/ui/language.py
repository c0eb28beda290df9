"""Which of our languages the present reader reads."""

from __future__ import annotations

from django.utils.translation import get_language

from recours.rules.wording import Lang

LOCALES = {"zh": "zh-hans"}
"""Django's name of a language, where it is not ours."""


def lang() -> Lang:
    """Return the reader's language; "fr" where nothing is active, as in a job."""
    return language_of(get_language() or "fr")


def language_of(locale: str) -> Lang:
    """Return our name of one of Django's languages: "zh" for "zh-hans"; "fr" for one that we do not have."""
    short = locale[:2].lower()
    return short if short in ("en", "zh") else "fr"


def locale_of(language: Lang) -> str:
    """Return what to activate for a language of ours."""
    return LOCALES.get(language, language)
