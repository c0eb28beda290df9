"""To whom the desk gives the claims that come before it: agents read the rules, administrators write them."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recours import clock
from recours.casework.commands.rules import add_rule
from recours.casework.commands.rules import delete_rule as let_rule_go
from recours.casework.models import AssignmentRule
from recours.claims.forms import said
from recours.claims.presentation import word
from recours.desk.forms import SharingForm
from recours.desk.queries import Desk, colleagues, shops_named
from recours.desk.views.door import back_to, desk_context, desk_of, for_agents
from recours.people.models import User
from recours.people.queries import identity
from recours.rules.access import may
from recours.rules.casework.filters import Language
from recours.rules.refusals import Refusal
from recours.rules.wording.format import money
from recours.ui.language import lang


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def sharing(request: HttpRequest) -> HttpResponseBase:
    """The rules in their order, and for administrators the form of a new one, which keeps what was typed."""
    desk, places = desk_of(request)
    writes = may(desk.identity, "claim.assign", marketplace_id=desk.marketplace.pk)
    staff = colleagues(desk.marketplace.pk)
    if request.method != "POST":
        form = SharingForm(desk.marketplace, staff) if writes else None
        return render(request, "desk/sharing.html", desk_context(places, desk, **_page(desk, staff, form)))
    if not writes:
        raise Http404
    form = SharingForm(desk.marketplace, staff, request.POST)
    if form.is_valid():
        try:
            add_rule(
                marketplace_id=desk.marketplace.pk,
                says=form.says,
                by_id=cast(User, request.user).pk,
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, said(refusal))
        else:
            messages.success(request, _("Règle ajoutée. Elle vaut pour les dossiers que personne ne suit."))
            return back_to("desk:sharing", desk)
    context = desk_context(places, desk, **_page(desk, staff, form))
    return render(request, "desk/sharing.html", context, status=422)


@require_POST
@for_agents
def delete_rule(request: HttpRequest, rule_id: int) -> HttpResponseBase:
    """Delete a rule of a desk that one administers."""
    rule = AssignmentRule.objects.select_related("marketplace").filter(pk=rule_id).first()
    if rule is None or not may(identity(request), "claim.assign", marketplace_id=rule.marketplace_id):
        raise Http404
    let_rule_go(marketplace_id=rule.marketplace_id, rule_id=rule_id)
    messages.success(request, _("Règle supprimée. Les dossiers déjà confiés restent à leur agent."))
    return back_to("desk:sharing", Desk(identity=identity(request), marketplace=rule.marketplace))


def _page(desk: Desk, staff: list[User], form: SharingForm | None) -> dict[str, Any]:
    rows = AssignmentRule.objects.filter(marketplace=desk.marketplace).order_by("position", "id")
    names = {each.pk: str(each) for each in staff}
    found = list(rows)
    shops = shops_named({row.says.shop_id for row in found})
    return {
        "rules": [
            {
                "id": row.pk,
                "what": _asks(row, shops) or _("Tous les dossiers"),
                "who": ", ".join(names.get(agent, _("une personne partie")) for agent in row.says.agents),
            }
            for row in found
        ],
        "form": form,
    }


def _asks(row: AssignmentRule, shops: dict[Any, str]) -> str:
    says = row.says
    languages = {Language.FR: _("en français"), Language.EN: _("en anglais")}
    parts = [
        word("ground_short", says.ground) if says.ground else "",
        languages[says.language] if says.language else "",
        shops.get(says.shop_id, "") if says.shop_id else "",
        _("dès %(amount)s") % {"amount": money(says.least, lang())} if says.least else "",
        _("jusqu’à %(amount)s") % {"amount": money(says.most, lang())} if says.most else "",
    ]
    return ", ".join(part for part in parts if part)
