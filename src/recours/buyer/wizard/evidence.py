"""Files that a browser sends one by one while a dispute is being written."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from recours.claims.claimable import draft_of
from recours.claims.commands.uploads import Destination
from recours.claims.models import Draft, Upload
from recours.claims.phone_page import Place, phone_page
from recours.claims.uploading import answer
from recours.people.models import User
from recours.people.queries import identity
from recours.rules.lifecycle.vocabulary import Role

STORY = "story"
"""The question that files belong to."""


@login_required
@require_POST
def draft_upload(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Take one file into a draft; answer with its line for the list, or with why it was refused."""
    draft = draft_of(identity(request), draft_id)
    if draft is None:
        raise Http404

    def listed(received: Upload) -> tuple[str, dict[str, Any]]:
        return "buyer/wizard/files.html", {"draft": draft, "files": [received.file]}

    return answer(request, destination(draft, cast(User, request.user)), listed)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def draft_phone(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Hand over to a telephone: its QR code, and what it has sent into the draft."""
    draft = draft_of(identity(request), draft_id)
    if draft is None:
        raise Http404
    if draft.claim is not None:
        return redirect("buyer:claim", draft.claim.reference)
    return phone_page(request, phone_place(draft, cast(User, request.user), _story_url(draft)))


def destination(draft: Draft, user: User) -> Destination:
    """Return where the files of a draft go."""
    return Destination(user=user, side=Role.BUYER, draft_id=draft.pk)


def phone_place(draft: Draft, user: User, back: str) -> Place:
    """Return what the page with the QR code shows of a draft."""
    return Place(
        to=destination(draft, user),
        here=reverse("buyer:draft_phone", args=[draft.pk]),
        back=back,
        template="buyer/phone.html",
        lines=lambda uploads: [_line(draft, one) for one in uploads],
        context={"back_label": _("Votre explication"), "in_orders": True},
    )


def _line(draft: Draft, sent: Upload) -> dict[str, Any]:
    url = reverse("buyer:draft_file", args=[draft.pk, sent.file_id])
    return {
        "name": sent.file.original_name,
        "url": f"{url}?copy",
        "thumbnail": url if sent.file.thumb_sha256 else "",
        "by": _("Vous"),
        "at": sent.received_at,
        "size": sent.file.size_bytes,
    }


def _story_url(draft: Draft) -> str:
    """Return the question that the files belong to."""
    if draft.order_id is not None:
        return reverse("buyer:order_dispute", args=[draft.order_id, STORY])
    if draft.payment_id is not None:
        return reverse("buyer:payment_dispute", args=[draft.payment_id, STORY])
    return reverse("buyer:purchase_dispute", args=[draft.marketplace.slug, STORY])
