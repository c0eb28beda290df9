"""Where somebody lands after signing in: at their own face, or at the choice between several."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from recours.people.queries import identity
from recours.rules.access import Identity


class Face(NamedTuple):
    """One way in: the address of its first page, its name, and what is done there."""

    page: str
    label: str | Promise
    hint: str | Promise


BUYER = Face("buyer:orders", _("Mes commandes"), _("Ce que vous avez acheté, et vos litiges."))
SELLER = Face("seller:claims", _("Dossiers de mes boutiques"), _("Ce que vos clients vous demandent."))
DESK = Face("desk:queue", _("File d’attente de la plateforme"), _("Les litiges à trancher."))


def faces_of(who: Identity) -> list[Face]:
    """Return the faces that are this person's, the most urgent first; who has bought nothing yet is still a buyer."""
    faces = []
    if who.has_desk:
        faces.append(DESK)
    if who.shop_ids:
        faces.append(SELLER)
    if who.buyer_ids or not faces:
        faces.append(BUYER)
    return faces


@require_safe
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Go to the only face, or choose among several."""
    faces = faces_of(identity(request))
    if len(faces) == 1:
        return redirect(faces[0].page)
    doors = [{"url": reverse(face.page), "label": face.label, "hint": face.hint} for face in faces]
    return render(request, "ui/pages/faces.html", {"doors": doors})
