"""Keeping a file, and what its private address opens: going on, taking it along, erasing it."""

from __future__ import annotations

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from recours import clock
from recours.claims.forms import said
from recours.guide.appearance import remember_appearance
from recours.guide.carrying import Carried, head
from recours.guide.commands import GuideFilesEnough, erase_file, keep_file, save_file
from recours.guide.models import KEPT_FOR, KeptFile
from recours.guide.queries import file_of
from recours.guide.state import State, sealed, stored, unstored
from recours.guide.telling import told
from recours.guide.views import show, with_answers
from recours.ui.language import lang

KEEP = "keep"


class KeepForm(forms.Form):
    """Where the private address is sent."""

    email = forms.EmailField(
        label=_("Votre adresse électronique"),
        help_text=_("Elle sert à cet envoi, et n’est pas gardée avec le dossier."),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    use_required_attribute = False


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
@with_answers
def keep(request: HttpRequest, found: Carried) -> HttpResponse:
    """Ask where the address goes, then keep the file and mail it; or save a file that is kept already."""
    return remember_appearance(request, _keep(request, found))


def _keep(request: HttpRequest, found: Carried) -> HttpResponse:
    now, state = clock.now(), found.state
    file = file_of(state.kept, now) if state.kept else None
    if file is not None and save_file(file=file, state=stored(state), now=now):
        return show(request, found, saved_until=now + KEPT_FOR)
    if request.POST.get("at") != KEEP or "language" in request.POST or "theme" in request.POST:
        return _form(request, state, KeepForm())
    if request.POST.get("go") == "result":
        return show(request, found)
    form = KeepForm(request.POST)
    if form.is_valid():
        try:
            until = keep_file(state=stored(state), email=form.cleaned_data["email"], lang=lang(), now=now)
        except GuideFilesEnough as refusal:
            form.add_error("email", ValidationError(said(refusal), refusal.code))
        else:
            context = {"email": form.cleaned_data["email"], "until": until}
            return render(request, "guide/kept.html", context | head(state))
    return _form(request, state, form)


def _form(request: HttpRequest, state: State, form: KeepForm) -> HttpResponse:
    context = {"form": form, "days": KEPT_FOR.days}
    return render(request, "guide/keep.html", context | head(state), status=422 if form.is_bound else 200)


@require_safe
@cache_control(private=True, no_store=True)
def file(request: HttpRequest, secret: str) -> HttpResponse:
    """What the private address opens. Looking changes nothing: mail programs look too."""
    row = file_of(secret, clock.now())
    if row is None:
        return _nothing(request)
    state = msgspec.structs.replace(unstored(row.state), kept=secret)
    context = {"told": told(state.answers), "sealed_state": sealed(state), "file": row, "secret": secret}
    return _unindexed(render(request, "guide/file.html", context))


@require_safe
@cache_control(private=True, no_store=True)
def export(request: HttpRequest, secret: str) -> HttpResponse:
    """All that is kept, as a file that other programs read."""
    row = file_of(secret, clock.now())
    if row is None:
        return _nothing(request)
    kept = {
        "kept_at": row.made_at,
        "saved_at": row.saved_at,
        "expires_at": row.expires_at,
        **msgspec.to_builtins(unstored(row.state)),
    }
    response = HttpResponse(msgspec.json.format(msgspec.json.encode(kept)), content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="recours-guide.json"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return _unindexed(response)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
def erase(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask once, then erase at once."""
    row: KeptFile | None = file_of(secret, clock.now())
    if row is None:
        return _nothing(request)
    if request.method != "POST":
        return _unindexed(render(request, "guide/erase.html", {"secret": secret}))
    erase_file(file=row)
    return render(request, "guide/erased.html")


def _nothing(request: HttpRequest) -> HttpResponse:
    return _unindexed(render(request, "guide/no_file.html", status=404))


def _unindexed(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    return response
