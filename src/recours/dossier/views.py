"""The two copies that a person takes away. Others' claims do not exist here either."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from recours.claims.queries import ClaimNotVisible, OpenedClaim, claim_for
from recours.dossier.commands import issue_bundle, issue_paper
from recours.people.queries import identity
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal
from recours.ui.language import lang

PAGES = {Role.BUYER: "buyer:claim", Role.SELLER: "seller:claim", Role.AGENT: "desk:claim"}
"""Where each role reads its claim, and hears why a copy was refused."""


@login_required
@require_GET
def pdf(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Hand out the file of a claim to read and print."""
    opened = _opened(request, reference)
    try:
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
        made = issue_bundle(opened)
    except Refusal as refusal:
        return _refused(request, opened, refusal)
    response = StreamingHttpResponse(made.stream(), content_type="application/zip")
    return _attachment(response, f"{reference}.zip")


def _opened(request: HttpRequest, reference: str) -> OpenedClaim:
    try:
        return claim_for(identity(request), reference)
    except ClaimNotVisible:
        raise Http404 from None


def _refused(request: HttpRequest, opened: OpenedClaim, refusal: Refusal) -> HttpResponse:
    messages.warning(request, f"{refusal.explain(lang())} {refusal.remedy(lang())}")
    return redirect(PAGES[opened.role], opened.row.reference)


def _attachment(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
