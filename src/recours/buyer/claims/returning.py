"""The buyer's pages on goods that go back: step by step, and the slip for the parcel."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from recours.buyer.claims import page
from recours.buyer.claims.views import draw, opened_by
from recours.claims.presentation.returns import goods_back
from recours.claims.queries import OpenedClaim
from recours.claims.slips import qr_code, slip, slip_pdf


@login_required
@require_safe
def way_back(request: HttpRequest, reference: str) -> HttpResponse:
    """What to pack, print, send and show; then where the parcel is, and each date."""
    opened = opened_by(request, reference)
    context = {**page.heading(opened), **page.acts(opened), "back": _back(opened)}
    return draw(request, "buyer/claims/return.html", opened, context)


@login_required
@require_safe
def return_slip(request: HttpRequest, reference: str) -> HttpResponse:
    """The slip as a page to print."""
    opened = opened_by(request, reference)
    said = slip(opened, _sellers_page(opened))
    context = {
        **page.heading(opened),
        "back": _back(opened),
        "slip": said,
        "qr": qr_code(said["url"]),
    }
    return draw(request, "buyer/claims/slip.html", opened, context)


@login_required
@require_safe
def return_slip_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The slip as a PDF."""
    opened = opened_by(request, reference)
    _back(opened)
    answer = HttpResponse(slip_pdf(opened, _sellers_page(opened)), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="retour-{opened.row.reference}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _back(opened: OpenedClaim) -> dict[str, Any]:
    """Return the return. Raises Http404 while nothing has to go back."""
    back = goods_back(opened)
    if back is None:
        raise Http404
    return back


def _sellers_page(opened: OpenedClaim) -> str:
    """Return where the slip's code leads: the seller's page of this return, which the buyer cannot open."""
    return reverse("seller:return", args=[opened.row.reference])
