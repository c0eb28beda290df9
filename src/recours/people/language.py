"""The language that somebody chose: of the pages from now on, and of the mails."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.i18n import set_language

from recours.people.models import User
from recours.ui.language import language_of


def choose_language(request: HttpRequest) -> HttpResponse:
    """Do what Django does, and remember the choice with the account of who is signed in."""
    response = set_language(request)
    wanted = request.POST.get("language", "")
    if request.method == "POST" and request.user.is_authenticated and wanted in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=language_of(wanted))
    return response
