"""How to reach the parties: shown when asked for, and written down who asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from recours import clock
from recours.claims.models import Claim
from recours.desk.views.claim import claim_of
from recours.desk.views.door import for_agents
from recours.staff.commands import note
from recours.staff.models import AccessRecord
from recours.staff.places import Workplace


@require_POST
@never_cache
@for_agents
def contact(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Show the addresses of a claim's parties. By POST alone: no link, history or prefetch opens them unasked."""
    opened = claim_of(request, reference)
    note(
        AccessRecord.Kind.CONTACT_SHOWN,
        Workplace(opened.row.marketplace),
        by=opened.actor.id,
        subject=opened.row.reference,
        now=clock.now(),
    )
    context = {"row": opened.row, "buyer": _buyer(opened.row), "shop": _shop(opened.row)}
    return render(request, "desk/contact.html", context)


def _buyer(row: Claim) -> list[tuple[str, str]]:
    return _known((_("Nom"), row.buyer.name), (_("Adresse électronique"), row.buyer.email))


def _shop(row: Claim) -> list[tuple[str, str]]:
    if row.shop is None:
        return []
    return _known(
        (_("Boutique"), row.shop.name),
        (_("Raison sociale"), row.shop.legal_name),
        (_("Adresse électronique"), row.shop.email),
        (_("Téléphone"), row.shop.phone),
        (_("Adresse postale"), row.shop.address),
        (_("Adresse de retour"), row.shop.return_address),
    )


def _known(*facts: tuple[str, str]) -> list[tuple[str, str]]:
    return [fact for fact in facts if fact[1]]
