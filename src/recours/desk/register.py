"""What was done to the team, and who looked at what: for administrators and auditors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from recours.desk.views.door import PLACE, desk_context, desk_of, for_agents
from recours.rules.access import Person
from recours.staff.forms import NAMES
from recours.staff.models import AccessRecord
from recours.staff.queries import PAGE, records_at
from recours.ui.paging import page_of, place_in

Kind = AccessRecord.Kind

LABELS: dict[str, Promise] = {
    Kind.INVITED: gettext_lazy("Invitation envoyée"),
    Kind.INVITATION_WITHDRAWN: gettext_lazy("Invitation retirée"),
    Kind.ROLE_GIVEN: gettext_lazy("Rôle donné"),
    Kind.ROLE_CHANGED: gettext_lazy("Rôle changé"),
    Kind.ROLE_ENDED: gettext_lazy("Rôle retiré"),
    Kind.CONTACT_SHOWN: gettext_lazy("Coordonnées consultées"),
    Kind.EVIDENCE_READ: gettext_lazy("Pièce ouverte par un auditeur"),
}


@require_safe
@for_agents
def register(request: HttpRequest) -> HttpResponseBase:
    """The register of one desk and of its shops, the latest first; of one kind, when the address names one."""
    desk, places = desk_of(request)
    kind = request.GET.get("kind", "")
    kind = kind if kind in Kind.values else ""
    rows = records_at([desk.marketplace.pk], kind=kind, after=place_in(request))
    kept = f"&{PLACE}={desk.marketplace.slug}" if len(places) > 1 else ""
    tabs = [{"label": _("Tout"), "url": f"?kind={kept}", "current": not kind}]
    tabs += [
        {"label": label, "url": f"?kind={each}{kept}", "current": kind == each}
        for each, label in LABELS.items()
    ]
    page = page_of(request, rows, PAGE, lambda row: (row.at, row.pk))
    shown = [_line(row) for row in page.rows]
    context = desk_context(places, desk, page=page, rows=shown, tabs=tabs, in_register=True)
    return render(request, "desk/register.html", context)


def _line(row: AccessRecord) -> dict[str, Any]:
    return {
        "at": row.at,
        "label": LABELS[row.kind],
        "by": str(row.by) if row.by is not None else _("le serveur"),
        "subject": row.subject,
        "shop": row.shop.name if row.shop is not None else "",
        "roles": [_role(row, role) for role in (row.role_before, row.role) if role],
    }


def _role(row: AccessRecord, role: str) -> Promise:
    return NAMES[Person(f"shop_{role}" if row.shop_id is not None else role)]
