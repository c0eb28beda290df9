"""The pages of a telephone that adds files for somebody who is signed in elsewhere.

It may add, and see what it has added; of the claim it learns nothing. Whatever does not open answers in the same words,
so that trying links tells nothing about them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recours.claims.commands.phone_links import count_use
from recours.claims.commands.uploads import Destination, keep_judged
from recours.claims.forms import LIST, ExhibitsField, said
from recours.claims.models import PHONE_LINK_LASTS, PhoneLink, Upload
from recours.claims.phone_links import LinkOpensNothing, destination, link_numbered, link_with
from recours.claims.queries import uploads_through
from recours.claims.uploading import LINES, answer
from recours.files.forms import Uploads
from recours.files.refusals import FileUnavailable
from recours.files.responses import serve
from recours.files.showing import Hidden, shown_to
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal

COOKIE = "recours_upload"
SALT = "recours.claims.phone_link"

View = Callable[..., HttpResponseBase]


class PhoneForm(forms.Form):
    """Files, and nothing else."""

    exhibits = ExhibitsField(required=True)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        exhibits = self.fields["exhibits"]
        if isinstance(exhibits, ExhibitsField):
            exhibits.help_text = _(
                "Photo, PDF, courte vidéo, courriel (.eml) ou texte (.txt) ; 10 Mo par fichier."
            )
            exhibits.send_to(reverse("phone:one"), into=LIST)


def _private(view: View) -> View:
    """Tell nobody where the reader came from, keep nothing, and say the same of every link that opens nothing."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except LinkOpensNothing:
            response = render(request, "claims/phone/closed.html", status=404)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return never_cache(wrapped)


@require_safe
@_private
def open_link(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Take the secret in exchange for a cookie of a few minutes, so that no later address shows it."""
    link = link_with(secret)
    _use(link)
    destination(link)
    response = redirect("phone:upload")
    response.set_signed_cookie(
        COOKIE,
        str(link.pk),
        salt=SALT,
        max_age=int(PHONE_LINK_LASTS.total_seconds()),
        path=reverse("phone:upload"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@_private
def upload(request: HttpRequest) -> HttpResponseBase:
    """The form, and what this link has sent. Without JavaScript the files come together."""
    link, to = _opened(request)
    if request.method != "POST":
        return _page(request, link, PhoneForm())
    _use(link)
    form = PhoneForm(request.POST, request.FILES)
    if form.is_valid() and _keep(form, to):
        return redirect("phone:upload")
    return _page(request, link, form, status=422)


@require_POST
@_private
def one(request: HttpRequest) -> HttpResponseBase:
    """Take one file; answer with its line, or with why it was refused."""
    link, to = _opened(request)
    _use(link)
    return answer(request, to, lambda received: (LINES, {"files": [_line(received)]}))


@require_safe
@_private
def thumbnail(request: HttpRequest, upload_id: UUID) -> HttpResponseBase:
    """The small picture of a file that this link has sent."""
    link, _to = _opened(request)
    sent = next((sent for sent in uploads_through(link) if sent.pk == upload_id), None)
    if sent is None:
        raise LinkOpensNothing
    try:
        return serve(request, sent.file, variant="thumb", reader=Role(sent.side))
    except (FileUnavailable, ValueError) as error:
        raise Http404 from error


def _opened(request: HttpRequest) -> tuple[PhoneLink, Destination]:
    link = link_numbered(request.get_signed_cookie(COOKIE, "", salt=SALT) or "")
    return link, destination(link)


def _use(link: PhoneLink) -> None:
    if not count_use(link.pk):
        raise LinkOpensNothing


def _keep(form: PhoneForm, to: Destination) -> bool:
    """Keep the good files; name the others on the form, and return whether there were none."""
    uploads = form.cleaned_data["exhibits"]
    problems = []
    if isinstance(uploads, Uploads):
        problems = [refused.text for refused in uploads.refused]
        for judged in uploads.accepted:
            try:
                keep_judged(judged=judged, key=uuid4(), to=to)
            except Refusal as refusal:
                problems.append(said(refusal))
    for problem in problems:
        form.add_error("exhibits", problem)
    return not problems


def _page(request: HttpRequest, link: PhoneLink, form: PhoneForm, status: int = 200) -> HttpResponse:
    sent = [_line(one) for one in uploads_through(link)]
    context = {"form": form, "files": sent, "link": link}
    return render(request, "claims/phone/upload.html", context, status=status)


def _line(sent: Upload) -> dict[str, Any]:
    """What a telephone is shown of a file: what it knows already, and no address of the claim's."""
    seen = shown_to(sent.file, Role(sent.side))
    has_picture = not isinstance(seen, Hidden) and bool(seen.thumb_sha256)
    return {
        "key": sent.pk,
        "name": sent.file.original_name,
        "by": _("Envoyé"),
        "at": sent.received_at,
        "size": sent.file.size_bytes,
        "thumbnail": reverse("phone:thumbnail", args=[sent.pk]) if has_picture else "",
    }
