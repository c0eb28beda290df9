"""Files that a buyer's browser sends one by one, each as soon as it was chosen."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from recours.buyer.claims import page
from recours.buyer.claims.views import opened_by
from recours.claims.acts import evidence_refused
from recours.claims.models import Upload
from recours.claims.phone_page import Place, phone_page
from recours.claims.queries import OpenedClaim, exhibit_of_upload
from recours.claims.uploading import LINES, answer, side_of
from recours.people.models import User


@login_required
@require_POST
def upload(request: HttpRequest, reference: str) -> HttpResponse:
    """Take one file as an exhibit; answer with its line for the list, or with why it was refused."""
    opened = opened_by(request, reference)

    def listed(received: Upload) -> tuple[str, dict[str, Any]]:
        return LINES, {"files": files(opened, [received])}

    return answer(request, side_of(opened, cast(User, request.user)), listed)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def phone(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand over to a telephone: its QR code, and what it has sent."""
    opened = opened_by(request, reference)
    back = f"{reverse('buyer:claim', args=[reference])}#evidence"
    if evidence_refused(opened) is not None:
        return redirect(back)
    place = Place(
        to=side_of(opened, cast(User, request.user)),
        here=reverse("buyer:evidence-phone", args=[reference]),
        back=back,
        template="buyer/phone.html",
        lines=lambda uploads: files(opened, list(uploads)),
        context={"back_label": _("Réclamation %(reference)s") % {"reference": reference}, "in_claims": True},
    )
    return phone_page(request, place)


def files(opened: OpenedClaim, uploads: list[Upload]) -> list[dict[str, Any]]:
    """Return the lines of what was sent one by one."""
    return page.files(opened, [exhibit_of_upload(one) for one in uploads])
