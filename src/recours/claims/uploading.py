"""Answering a browser that sends one file by itself: the line for the list of exhibits, or why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.translation import gettext as _

from recours.claims.commands.uploads import Destination, receive
from recours.claims.forms import said
from recours.claims.models import Upload
from recours.claims.queries import OpenedClaim, exhibit_of_upload
from recours.people.models import User
from recours.rules.refusals import Refusal

Listed = Callable[[Upload], tuple[str, dict[str, Any]]]
"""Returns the template of a list's part that shows one upload, and its context."""

FILE, KEY = "exhibits", "key"
LINES = "ui/components/evidence.html"


def side_of(opened: OpenedClaim, user: User) -> Destination:
    """Return where the files of who looks at a claim go."""
    return Destination(user=user, side=opened.role, claim_id=opened.row.pk)


def answer(request: HttpRequest, to: Destination, listed: Listed) -> HttpResponse:
    """Receive the one file of a request: 200 with its line, 422 with why not, 400 for what no page of ours sends."""
    key, upload = _key(request), request.FILES.get(FILE)
    if key is None or not isinstance(upload, UploadedFile):
        return HttpResponseBadRequest()
    try:
        received = receive(upload=upload, key=key, to=to)
    except Refusal as refusal:
        context = {"said": _("refusé : %(why)s") % {"why": said(refusal)}}
        return render(request, "claims/uploads/refused.html", context, status=422)
    template, context = listed(received)
    return render(
        request,
        "claims/uploads/received.html",
        {"said": received_text(received), "template": template, **context},
    )


def received_text(received: Upload) -> str:
    """Say that a file came, and by which number it is cited if it is an exhibit."""
    if received.claim_id is None:
        return _("reçu")
    return _("reçu, pièce %(number)s") % {"number": exhibit_of_upload(received).exhibit}


def _key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get(KEY, ""))
    except ValueError:
        return None
