"""A conversation becomes a claim: one form, filled in from what stands there, and the claim that is there already."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recours import clock
from recours.channels.commands.disputing import Opened, claims_opened_from, open_from_conversation
from recours.claims.commands.store import AlreadyClaimed
from recours.claims.forms import said
from recours.claims.models import Claim
from recours.conversations.queries import OpenedConversation
from recours.desk.messages.dispute_form import DisputeForm
from recours.desk.messages.door import opened_for
from recours.desk.views.door import for_agents
from recours.marketplaces.policies import NoPolicy
from recours.people.queries import identity
from recours.rules.refusals import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def open_claim(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Show the form, or open the claim and go there; what is refused, or only looked up, keeps every answer."""
    opened = opened_for(request, conversation_id)
    if opened.row.shop_id is not None or opened.row.buyer is None:
        raise Http404
    given = request.POST if request.method == "POST" else None
    number = (given or request.GET).get("order", "").replace("\0", "").strip()[:64]
    form = DisputeForm(opened.row, identity(request), given, number)
    if not form.is_valid():
        return _page(request, opened, form)
    try:
        found = open_from_conversation(
            conversation_id=opened.row.pk, dispute=form.dispute, by=opened.actor, now=clock.now()
        )
    except AlreadyClaimed as refusal:
        claim = form.claim_in_the_way
        if claim is None:
            return _refused(request, opened, form, refusal)
        messages.info(request, f"{said(refusal)} {_file_them(claim)}")
        return redirect("desk:claim", claim.reference)
    except Refusal as refusal:
        return _refused(request, opened, form, refusal)
    except NoPolicy:
        form.add_error(None, _("Cette place de marché n’a pas encore publié de conditions."))
        return _page(request, opened, form)
    _say(request, opened, found)
    return redirect("desk:claim", found.claim.reference)


def _refused(
    request: HttpRequest, opened: OpenedConversation, form: DisputeForm, refusal: Refusal
) -> HttpResponseBase:
    form.add_error(None, said(refusal))
    return _page(request, opened, form)


def _file_them(claim: Claim) -> str:
    return _(
        "Pour y verser ces messages, revenez à la conversation et choisissez le litige %(reference)s."
    ) % {"reference": claim.reference}


def _say(request: HttpRequest, opened: OpenedConversation, found: Opened) -> None:
    reference = found.claim.reference
    if found.is_new:
        text = _("La réclamation %(reference)s est ouverte, et l’acheteur en est averti.")
        messages.success(request, text % {"reference": reference})
        return
    first = claims_opened_from(opened.row.pk)
    by = next((one.by.name for one in first if one.claim_id == found.claim.pk), "–")
    text = _(
        "%(agent)s a ouvert cette réclamation pendant que vous remplissiez le formulaire. Rien n’a été ouvert une"
        " seconde fois."
    )
    messages.info(request, text % {"agent": by})


def _page(request: HttpRequest, opened: OpenedConversation, form: DisputeForm) -> HttpResponseBase:
    is_unknown = bool(form.number) and not form.is_found
    context: dict[str, Any] = {
        "row": opened.row,
        "form": form,
        "taken": [
            {
                "reference": claim.reference,
                "url": reverse("desk:claim", args=[claim.reference]),
                "what": title,
            }
            for title, claim in form.taken
        ],
        "number": form.number,
        "is_unknown": is_unknown,
        "conversation_url": reverse("desk:conversation", args=[opened.row.pk]),
    }
    is_refused = form.errors or (is_unknown and request.method == "POST")
    return render(request, "desk/messages/dispute.html", context, status=422 if is_refused else 200)
