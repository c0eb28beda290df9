"""A seller's photos and documents: sent together, or one by one as soon as each was chosen."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from recours.claims.acts import attach, evidence_refused
from recours.claims.forms import EvidenceForm
from recours.claims.models import Evidence, Upload
from recours.claims.phone_page import Place, phone_page
from recours.claims.presentation.exhibits import exhibits
from recours.claims.queries import OpenedClaim, evidence_of, exhibit_of_upload
from recours.claims.uploading import LINES, answer, side_of
from recours.people.models import User
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal
from recours.seller.pages import exhibit_url, said
from recours.seller.views import for_sellers, opened_by


@require_http_methods(["GET", "HEAD", "POST"])
@for_sellers
def evidence(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Add files to the claim."""
    opened = opened_by(request, reference)
    if request.method != "POST":
        return _page(request, opened, _form(opened))
    form = _form(opened, request.POST, request.FILES)
    refusal: Refusal | None = None
    if form.is_valid() and form.uploads.accepted:
        try:
            attach(opened, form.uploads, by=cast(User, request.user))
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("Vos pièces sont ajoutées au dossier."))
            for one in form.uploads.refused:
                messages.warning(request, one.text)
            return redirect(reverse("seller:claim", args=[reference]) + "#pieces")
    elif form.is_valid() and (error := form.uploads.as_error()):
        form.add_error("exhibits", error)
    return _page(request, opened, form, refusal, status=422)


@require_POST
@for_sellers
def upload(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Take one file as an exhibit; answer with its line for the list, or with why it was refused."""
    opened = opened_by(request, reference)

    def listed(received: Upload) -> tuple[str, dict[str, Any]]:
        return LINES, {"files": _files(opened, [exhibit_of_upload(received)])}

    return answer(request, side_of(opened, cast(User, request.user)), listed)


@require_http_methods(["GET", "HEAD", "POST"])
@for_sellers
@never_cache
def phone(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Hand over to a telephone: its QR code, and what it has sent."""
    opened = opened_by(request, reference)
    if evidence_refused(opened) is not None:
        return redirect("seller:claim", reference)
    place = Place(
        to=side_of(opened, cast(User, request.user)),
        here=reverse("seller:evidence-phone", args=[reference]),
        back=reverse("seller:evidence", args=[reference]),
        template="seller/phone.html",
        lines=lambda uploads: _files(opened, [exhibit_of_upload(one) for one in uploads]),
        context={"back_label": _("Ajouter des pièces")},
    )
    return phone_page(request, place)


def _form(opened: OpenedClaim, *args: Any) -> EvidenceForm:
    form = EvidenceForm(opened, *args)
    form.send_to(reverse("seller:evidence-upload", args=[opened.row.reference]))
    return form


def _page(
    request: HttpRequest,
    opened: OpenedClaim,
    form: EvidenceForm,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    mine = [one for one in evidence_of(opened.row.pk) if one.side == Role.SELLER]
    context = {
        "opened": opened,
        "form": form,
        "closed": said(evidence_refused(opened)),
        "refusal": said(refusal),
        "files": _files(opened, mine),
    }
    return render(request, "seller/evidence.html", context, status=status)


def _files(opened: OpenedClaim, found: list[Evidence]) -> list[dict[str, Any]]:
    return exhibits(found, Role.SELLER, exhibit_url(opened))
