"""Language and appearance, changed within the guide, whose form carries the answers: a redirect would lose them."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from recours.ui.views import THEME_COOKIE, set_theme


def change_appearance(request: HttpRequest) -> None:
    """Speak to the reader as they have just asked."""
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
    if "theme" in request.POST:
        request.COOKIES[THEME_COOKIE] = request.POST["theme"]


def remember_appearance(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Remember it in the same cookies as the rest of the site does."""
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            samesite="Lax",
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
    if "theme" in request.POST:
        set_theme(request, response, request.POST["theme"])
    return response
