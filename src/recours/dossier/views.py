"""The two copies that a person takes away. Others' claims do not exist here either."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from recours.claims.queries import ClaimNotVisible, OpenedClaim, claim_for
from recours.dossier.commands import ask_for, bundle_kept, issue_bundle, issue_paper
from recours.dossier.models import DossierCopy, DossierRequest
from recours.dossier.queries import is_long, living_requests
from recours.people.queries import identity
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal
from recours.staff.reading import note_reading
from recours.ui.language import lang

PAGES = {Role.BUYER: "buyer:claim", Role.SELLER: "seller:claim", Role.AGENT: "desk:claim"}
"""Where each role reads its claim, and hears why a copy was refused."""
FACES = {Role.BUYER: "buyer", Role.SELLER: "seller", Role.AGENT: "desk"}

Form = DossierCopy.Form


@login_required
@require_GET
def pdf(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Hand out the file of a claim to read and print."""
    opened = _opened(request, reference)
    try:
        if is_long(opened.row):
            return redirect("dossier:waiting", ask_for(opened, Form.PDF, lang()).pk)
        content = issue_paper(opened)
    except Refusal as refusal:
        return _refused(request, opened, refusal)
    return _attachment(HttpResponse(content, content_type="application/pdf"), f"{reference}.pdf")


@login_required
@require_GET
def archive(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Hand out the file of a claim with its files, and what verifies them."""
    opened = _opened(request, reference)
    try:
        if is_long(opened.row):
            return redirect("dossier:waiting", ask_for(opened, Form.ZIP, lang()).pk)
        made = issue_bundle(opened)
    except Refusal as refusal:
        return _refused(request, opened, refusal)
    response = StreamingHttpResponse(made.stream(), content_type="application/zip")
    return _attachment(response, f"{reference}.zip")


@login_required
@require_GET
@never_cache
def waiting(request: HttpRequest, request_id: UUID) -> HttpResponseBase:
    """Say whether a long copy is made, to who asked for it; with htmx, the part that says so alone."""
    asked, opened = _asked(request, request_id)
    context = {
        "asked": asked,
        "reference": opened.row.reference,
        "base": f"{FACES[opened.role]}/base.html",
        "in_claims": True,
        "back": reverse(PAGES[opened.role], args=[opened.row.reference]),
        "again": reverse(f"dossier:{asked.form}", args=[opened.row.reference]),
    }
    is_part = bool(getattr(request, "htmx", False))
    answer = render(request, "dossier/waiting_part.html" if is_part else "dossier/waiting.html", context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@login_required
@require_GET
def fetch(request: HttpRequest, request_id: UUID) -> HttpResponseBase:
    """Hand out a copy that a job has made, as often as it is asked for while it is kept."""
    asked, opened = _asked(request, request_id)
    if asked.content is None:
        return redirect("dossier:waiting", request_id)
    name = f"{opened.row.reference}.{asked.form}"
    if asked.form == Form.PDF:
        return _attachment(HttpResponse(bytes(asked.content), content_type="application/pdf"), name)
    made = bundle_kept(bytes(asked.content))
    return _attachment(StreamingHttpResponse(made.stream(), content_type="application/zip"), name)


def _asked(request: HttpRequest, request_id: UUID) -> tuple[DossierRequest, OpenedClaim]:
    """Return what this person has asked for, as long as the claim is theirs to see in the role they had."""
    who = identity(request)
    if who.user_id is None:
        raise Http404
    asked = living_requests(who.user_id).filter(pk=request_id).first()
    if asked is None:
        raise Http404
    try:
        return asked, claim_for(who, asked.claim.reference, role=Role(asked.role))
    except ClaimNotVisible:
        raise Http404 from None


def _opened(request: HttpRequest, reference: str) -> OpenedClaim:
    who = identity(request)
    try:
        opened = claim_for(who, reference)
    except ClaimNotVisible:
        raise Http404 from None
    note_reading(who, opened.row.marketplace, f"{opened.row.reference} (dossier)", now=opened.now)
    return opened


def _refused(request: HttpRequest, opened: OpenedClaim, refusal: Refusal) -> HttpResponse:
    messages.warning(request, f"{refusal.explain(lang())} {refusal.remedy(lang())}")
    return redirect(PAGES[opened.role], opened.row.reference)


def _attachment(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
