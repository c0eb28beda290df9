"""One claim that becomes two: which articles leave, what each of the two would be, then the act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from msgspec.structs import replace

from recours.claims.commands.splitting import split as split_claim
from recours.claims.forms import said
from recours.claims.presentation import terms_text
from recours.claims.queries import OpenedClaim
from recours.claims.sending import seq_shown
from recours.desk.forms_splitting import SplitForm
from recours.desk.pages import heading
from recours.desk.views.claim import claim_of
from recours.desk.views.door import for_agents
from recours.rules.lifecycle.claim import Claim, ClaimedLine, Terms
from recours.rules.lifecycle.decide.context import must_hold
from recours.rules.lifecycle.decide.splitting import must_be_divisible, part_of
from recours.rules.money import Money
from recours.rules.refusals import Refusal
from recours.rules.wording.format import money
from recours.ui.language import lang

SURE = "sure"


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def split(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Ask which articles leave and why, show both claims as they would be, and split on that page's word."""
    opened = claim_of(request, reference)
    if request.method != "POST" and (refused := _refused(opened)) is not None:
        return render(request, "desk/split.html", {**heading(opened), "refused": refused})
    form = SplitForm(opened.claim, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, opened, form, status=422 if form.is_bound else 200)
    lines, reason = tuple(form.cleaned_data["lines"]), form.cleaned_data["reason"]
    try:
        if request.POST.get(SURE) != "1":
            return _page(request, opened, form, status=200, parts=_parts(opened, lines))
        other = split_claim(
            claim_id=opened.row.pk,
            lines=lines,
            by=opened.actor,
            reason=reason,
            expected_seq=seq_shown(request),
        )
    except Refusal as refusal:
        form.add_error(None, said(refusal))
        return _page(request, claim_of(request, reference), form, status=409)
    messages.success(
        request,
        _(
            "Le dossier %(reference)s est né de celui-ci, aux mêmes échéances. Les parties en sont averties. "
            "Tant que rien n’est proposé ni décidé, vous pouvez les réunir de nouveau."
        )
        % {"reference": other.reference},
    )
    return redirect("desk:claim", reference)


def _refused(opened: OpenedClaim) -> dict[str, str] | None:
    """Say why a claim cannot be split, and what to do instead; None where it can."""
    try:
        must_hold(opened.claim, opened.actor)
        must_be_divisible(opened.claim, opened.now)
    except Refusal as refusal:
        return {"why": refusal.explain(lang()), "remedy": refusal.remedy(lang())}
    return None


def _parts(opened: OpenedClaim, chosen: tuple[int, ...]) -> list[dict[str, Any]]:
    """Return both claims as they would be. Raises what `part_of` raises."""
    claim = opened.claim
    part = part_of(claim, chosen, opened.now)
    wanted = claim.wanted
    rest = wanted.amount - part.amount if wanted.amount is not None and part.amount is not None else None
    stay = [line for line in claim.opening.lines if line not in part.lines]
    return [
        {
            "title": _("%(reference)s garde") % {"reference": claim.reference},
            "lines": _articles(stay),
            "facts": [
                (_("En jeu"), money(claim.disputed - part.disputed, lang())),
                (_("Demande"), terms_text(_sharing(claim, rest))),
            ],
        },
        {
            "title": _("Un nouveau dossier reprend"),
            "lines": _articles(part.lines),
            "facts": [
                (_("En jeu"), money(part.disputed, lang())),
                (_("Demande"), terms_text(_sharing(claim, part.amount))),
            ],
        },
    ]


def _sharing(claim: Claim, amount: Money | None) -> Terms:
    return replace(claim.wanted, amount=amount)


def _articles(lines: Sequence[ClaimedLine]) -> list[str]:
    return [f"{line.quantity} × {line.title}" for line in lines]


def _page(
    request: HttpRequest,
    opened: OpenedClaim,
    form: SplitForm,
    *,
    status: int,
    parts: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    context = {
        **heading(opened),
        "form": form,
        "seq": opened.claim.seq,
        "has_shipping": opened.claim.opening.shipping is not None,
        "parts": parts,
    }
    return render(request, "desk/split.html", context, status=status)
