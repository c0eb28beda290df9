"""A claim and another: linked, so that the desk reads them together, or merged into one."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recours.casework.commands.linking import link
from recours.casework.commands.linking import unlink as let_link_go
from recours.casework.refusals import ClaimUnknown
from recours.claims.commands.merging import merge
from recours.claims.forms import said
from recours.claims.queries import ClaimNotVisible, OpenedClaim, claim_for
from recours.claims.sending import seq_shown
from recours.desk.forms import RelateForm
from recours.desk.pages import heading
from recours.desk.views.claim import claim_of
from recours.desk.views.door import for_agents
from recours.people.models import User
from recours.people.queries import identity
from recours.rules.lifecycle.vocabulary import Act, Role
from recours.rules.refusals import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def relate(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Link a claim with another, or merge it into that; refused, what was typed stays."""
    opened = claim_of(request, reference)
    what = RelateForm.MERGE if request.GET.get("what") == RelateForm.MERGE else RelateForm.LINK
    form = RelateForm(request.POST or None, initial={"other": request.GET.get("other", ""), "what": what})
    if request.method != "POST" or not form.is_valid():
        return _page(request, opened, form, status=422 if form.is_bound else 200)
    typed = form.cleaned_data
    try:
        other = _other(request, opened, typed["other"])
        if typed["what"] == RelateForm.LINK:
            link(opened, other, user_id=cast(User, request.user).pk, reason=typed["reason"])
            messages.success(request, _("Les deux dossiers sont liés. Les parties n’en savent rien."))
            return redirect("desk:claim", reference)
        row = merge(
            claim_id=opened.row.pk,
            into_id=other.row.pk,
            by=opened.actor,
            reason=typed["reason"],
            expected_seq=seq_shown(request),
        )
    except Refusal as refusal:
        form.add_error(None, said(refusal))
        return _page(request, claim_of(request, reference), form, status=409)
    messages.success(
        request,
        _(
            "%(closed)s se poursuit ici : ses articles, sa demande et ses pièces y sont. Les parties en sont averties."
        )
        % {"closed": reference},
    )
    return redirect("desk:claim", row.reference)


@require_POST
@for_agents
def unlink(request: HttpRequest, reference: str, other: str) -> HttpResponseBase:
    """Let the link between two claims go."""
    opened = claim_of(request, reference)
    try:
        found = _other(request, opened, other)
    except ClaimUnknown as refusal:
        raise Http404 from refusal
    if let_link_go(claim_id=opened.row.pk, other_id=found.row.pk):
        messages.success(request, _("Les deux dossiers ne sont plus liés."))
    return redirect("desk:claim", reference)


def _other(request: HttpRequest, opened: OpenedClaim, reference: str) -> OpenedClaim:
    """Return another claim of the same desk that this agent sees. Raises ClaimUnknown."""
    given = reference.strip().upper()
    for wanted in (given, f"L-{given}"):
        try:
            found = claim_for(identity(request), wanted, role=Role.AGENT)
        except ClaimNotVisible:
            continue
        if found.row.marketplace_id == opened.row.marketplace_id:
            return found
    raise ClaimUnknown


def _page(request: HttpRequest, opened: OpenedClaim, form: RelateForm, *, status: int) -> HttpResponse:
    context = {
        **heading(opened),
        "form": form,
        "seq": opened.claim.seq,
        "may_merge": Act.MERGE_INTO in opened.acts,
    }
    return render(request, "desk/relate.html", context, status=status)
