"""The shop's inbox."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from recours.conversations.models import Conversation
from recours.people.queries import identity


@login_required
@require_safe
def conversation(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """One conversation; one that a claim has taken in is on the claim's page."""
    found = (
        Conversation.objects.select_related("claim")
        .filter(pk=conversation_id, shop_id__in=identity(request).shop_ids)
        .first()
    )
    if found is None or not hasattr(found, "claim"):
        raise Http404
    return redirect("seller:claim", found.claim.reference)
