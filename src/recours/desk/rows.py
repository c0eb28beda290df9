"""Rows of the queue, worded before the template: 25 of them are most of the page, and an include costs more each."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.structs import replace

from recours.claims.models import Claim
from recours.claims.presentation import word
from recours.claims.templatetags.claims import claim_title
from recours.desk.finding import Hit
from recours.rules.lifecycle.vocabulary import Role, State
from recours.ui.templatetags.recours import iso, money, relative, until_short, urgency


class Row(Struct, frozen=True, kw_only=True):
    """One claim of a list. `level` is the urgency of its deadline; without a deadline `due` is empty."""

    reference: str
    url: str
    tick: str
    """What the box beside it says to who hears the page."""
    what: str
    shop: str
    amount: str
    turn: str
    level: str = ""
    label: str = ""
    due: str = ""
    due_iso: str = ""
    left: str = ""
    held_by: str
    is_mine: bool
    found: str = ""
    """Where a search found it, and around which words."""


def rows_of(claims: Iterable[Claim], me: UUID | None) -> list[Row]:
    """Return the rows of a list, in its order, in the language of the request."""
    address = reverse("desk:claim", args=["REFERENCE"])
    labels = {"late": _("Délai dépassé :"), "red": _("Urgent :"), "amber": _("Bientôt :"), "": ""}
    tick = _("Cocher %(reference)s") % {"reference": "REFERENCE"}
    overdue, you, nobody = _("En retard"), _("vous"), _("personne")
    found = []
    for claim in claims:
        due = claim.sort_at if claim.due_party and not claim.overdue else None
        level = "late" if claim.overdue else urgency(due)
        is_mine = me is not None and claim.assigned_to_id == me
        found.append(
            Row(
                reference=claim.reference,
                tick=tick.replace("REFERENCE", claim.reference),
                url=address.replace("REFERENCE", claim.reference),
                what=f"{claim_title(claim)} · {word('ground_short', claim.ground)}",
                shop=claim.shop.name if claim.shop else "–",
                amount=money(claim.disputed),
                turn=_turn(claim),
                level=level,
                label=overdue if claim.overdue else labels[level],
                due=until_short(due),
                due_iso=iso(due),
                left=relative(due),
                held_by=you if is_mine else str(claim.assigned_to or nobody),
                is_mine=is_mine,
            )
        )
    return found


def found_rows(hits: Iterable[Hit], me: UUID | None) -> list[Row]:
    """Return the rows of what a search found, each with where it was found."""
    places = {
        "buyer": _("Acheteur"),
        "shop": _("Boutique"),
        "message": _("Message"),
        "event": _("Dossier"),
        "note": _("Note interne"),
    }
    listed = list(hits)
    rows = rows_of([hit.claim for hit in listed], me)
    return [
        replace(row, found=_("%(place)s : %(text)s") % {"place": places[hit.place], "text": hit.excerpt})
        if hit.place
        else row
        for hit, row in zip(listed, rows, strict=True)
    ]


def _turn(claim: Claim) -> str:
    """Say who has to act; the platform where nobody's clock runs any more."""
    payer = Role.MARKETPLACE if claim.state == State.REFUND_DUE else Role.AGENT
    who = word("role", claim.due_party or payer)
    if claim.state != State.WITH_PLATFORM:
        return who
    if claim.due_party in (Role.BUYER, Role.SELLER):
        return _("%(who)s, pièce demandée") % {"who": who}
    return _("%(who)s, en appel") % {"who": who} if claim.appealed else who
