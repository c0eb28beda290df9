"""The queue: what is due first, with its filters in the address, and the search."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from recours.claims.presentation import word
from recours.claims.queries import PAGE
from recours.desk.queries import MOST, Queue, queue_counts, queue_page, search
from recours.desk.rows import rows_of
from recours.desk.views.door import PLACE, desk_context, desk_of, for_agents
from recours.rules.lifecycle.vocabulary import Ground
from recours.ui.paging import page_of, place_in

LABELS = {
    Queue.TO_RULE: gettext_lazy("À traiter"),
    Queue.LATE: gettext_lazy("En retard"),
    Queue.WITH_SELLER: gettext_lazy("Sans réponse du vendeur"),
    Queue.MINE: gettext_lazy("Mes dossiers"),
    Queue.APPEALS: gettext_lazy("Appels"),
    Queue.LATE_REFUNDS: gettext_lazy("Remboursements en retard"),
    Queue.MISSING_REFUNDS: gettext_lazy("Remboursements introuvables"),
}
NOTHING = {
    Queue.TO_RULE: gettext_lazy("Aucun dossier n’attend la plateforme."),
    Queue.LATE: gettext_lazy("Aucune décision n’est en retard."),
    Queue.WITH_SELLER: gettext_lazy("Aucun vendeur n’a de réponse à donner."),
    Queue.MINE: gettext_lazy(
        "Vous n’avez pris aucun dossier. Ceux que vous prenez restent ici jusqu’à la décision."
    ),
    Queue.APPEALS: gettext_lazy("Aucune décision n’est contestée."),
    Queue.LATE_REFUNDS: gettext_lazy("Aucun remboursement n’est en retard."),
    Queue.MISSING_REFUNDS: gettext_lazy("Aucun acheteur ne cherche un remboursement."),
}


@require_safe
@for_agents
def queue(request: HttpRequest) -> HttpResponseBase:
    """One queue, or what was searched for. What the address says wrong is taken as not said."""
    desk, places = desk_of(request)
    wanted = request.GET.get("q", "").strip()
    if wanted:
        found = search(desk, wanted)
        if len(found) == 1:
            return redirect("desk:claim", found[0].reference)
        worded = rows_of(found, desk.identity.user_id)
        return render(request, "desk/found.html", desk_context(places, desk, wanted=wanted, rows=worded))
    which = _choice(Queue, request.GET, "queue") or Queue.TO_RULE
    ground = _choice(Ground, request.GET, "ground")
    rows = queue_page(desk, which, ground=ground, after=place_in(request))
    counts = queue_counts(desk)
    kept = {PLACE: desk.marketplace.slug} if len(places) > 1 else {}
    page = page_of(request, rows, PAGE, lambda row: (row.sort_at, row.pk))
    context = desk_context(
        places,
        desk,
        page=page,
        rows=rows_of(page.rows, desk.identity.user_id),
        tabs=[_tab(each, counts[each], current=each is which, kept=kept) for each in Queue],
        title=LABELS[which],
        nothing=NOTHING[which] if ground is None else _("Aucun dossier de ce motif dans cette file."),
        queue=which,
        ground=ground,
        kept=kept,
        grounds=[(each.value, word("ground_short", each)) for each in Ground],
    )
    return render(request, "desk/queue.html", context)


def _choice(words: type[Any], address: QueryDict, name: str) -> Any:
    """Return the word that the address names, None for none of ours."""
    try:
        return words(address.get(name, ""))
    except ValueError:
        return None


def _tab(which: Queue, count: int, *, current: bool, kept: dict[str, str]) -> dict[str, Any]:
    address = QueryDict(mutable=True)
    address.update(kept | {"queue": which.value})
    shown = f"{MOST - 1}+" if count >= MOST else str(count)
    return {"label": LABELS[which], "url": f"?{address.urlencode()}", "current": current, "count": shown}
