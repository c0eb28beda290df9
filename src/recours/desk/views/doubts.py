"""What providers told that agrees with nothing: read, asked about again, set aside with what was found."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from recours.claims.queries import PAGE
from recours.desk.views.door import for_agents
from recours.people.queries import identity
from recours.refunds.commands import mark_handled
from recours.refunds.doubts import DoubtNotVisible, doubt_for, doubts_after, orders_named, refunds_named
from recours.refunds.hearing_words import why_unexplained
from recours.refunds.models import ProviderEvent, Refund
from recours.refunds.providers import NoticeKind, Outcome
from recours.rules.money import Money
from recours.rules.refusals import Refusal
from recours.rules.wording.format import money
from recours.ui.language import lang
from recours.ui.paging import page_of, place_in

KINDS = {
    NoticeKind.CHARGEBACK_OPENED: gettext_lazy("L’acheteur conteste ce paiement auprès de sa banque"),
    NoticeKind.CHARGEBACK_WON: gettext_lazy("La banque a rejeté la contestation de l’acheteur"),
    NoticeKind.CHARGEBACK_LOST: gettext_lazy("La banque a rendu l’argent à l’acheteur"),
}
OUTCOMES = {
    Outcome.PAID: gettext_lazy("Remboursement annoncé comme versé"),
    Outcome.PENDING: gettext_lazy("Remboursement annoncé en route"),
    Outcome.DECLINED: gettext_lazy("Remboursement annoncé comme refusé"),
    Outcome.REVERSED: gettext_lazy("Remboursement annoncé comme revenu"),
}


@require_safe
@for_agents
def list_doubts(request: HttpRequest) -> HttpResponseBase:
    """What is to be looked into, the longest waiting first."""
    return _draw(request)


@require_POST
@for_agents
def handle(request: HttpRequest, event_id: int) -> HttpResponseBase:
    """Set one aside with what was found; no money moves by it."""
    who = identity(request)
    try:
        event = doubt_for(who, event_id)
    except DoubtNotVisible as error:
        raise Http404 from error
    because = request.POST.get("because", "")
    if who.user_id is None:
        raise Http404
    try:
        mark_handled(event.pk, by=who.user_id, because=because)
    except Refusal as refusal:
        return _draw(request, refused=event.pk, because=because, refusal=refusal)
    messages.success(
        request, _("L’annonce est mise de côté, avec ce que vous avez trouvé. Rien n’a été versé.")
    )
    return redirect("desk:doubts")


def _draw(
    request: HttpRequest, *, refused: int = 0, because: str = "", refusal: Refusal | None = None
) -> HttpResponseBase:
    place = place_in(request)
    after = (place[0], place[1].int) if place else None
    events = doubts_after(identity(request), after=after, limit=PAGE)
    # A place in a list is an instant and a UUID; the numbers of events are read as such.
    page = page_of(request, events, PAGE, lambda event: (event.heard_at, UUID(int=event.pk)))
    named = refunds_named(page.rows)
    orders = orders_named(identity(request), (event for event in page.rows if event.pk not in named))
    rows = [_row(event, named.get(event.pk), orders.get(event.pk)) for event in page.rows]
    for row in rows:
        row["refused"] = row["pk"] == refused
        row["because"] = because if row["refused"] else ""
    context = {
        "rows": rows,
        "page": page,
        "why": refusal.explain(lang()) if refusal else "",
        "remedy": refusal.remedy(lang()) if refusal else "",
    }
    return render(request, "desk/doubts.html", context, status=422 if refusal else 200)


def _row(event: ProviderEvent, refund: Refund | None, order: tuple[str, str] | None) -> dict[str, Any]:
    number, claim = order or ("", "")
    told = event.told
    amount = Money(told["amount"]["minor"], told["amount"]["currency"])
    facts = [
        (_("Montant annoncé"), money(amount, lang())),
        (_("Prestataire"), event.provider),
        (_("Référence du prestataire"), told.get("ref") or event.event_id),
    ]
    if told.get("payment_ref"):
        facts.append((_("Paiement d’origine"), told["payment_ref"]))
    if number:
        facts.append((_("Commande"), number))
    if refund is not None:
        facts.append((_("Montant de l’ordre"), money(refund.amount, lang())))
    if told.get("reason"):
        facts.append((_("Motif donné"), told["reason"]))
    return {
        "pk": event.pk,
        "at": event.at,
        "told": _told(event),
        "why": _why(event),
        "facts": facts,
        "refund": refund,
        "claim": refund.claim.reference if refund is not None else claim,
    }


def _told(event: ProviderEvent) -> str:
    kind = NoticeKind(event.kind)
    if kind is NoticeKind.REFUND:
        outcome = event.told.get("outcome")
        return str(OUTCOMES[Outcome(outcome)]) if outcome else _("Nouvelle d’un remboursement")
    return str(KINDS[kind])


def _why(event: ProviderEvent) -> str:
    if event.chargeback is not None and event.chargeback.twice_minor:
        twice = money(Money(event.chargeback.twice_minor, event.chargeback.currency), lang())
        return _(
            "L’acheteur a reçu %(amount)s deux fois : par un remboursement et par sa banque. "
            "Contestez auprès de la banque, ou entendez-vous avec l’acheteur."
        ) % {"amount": twice}
    return why_unexplained(event.why)
