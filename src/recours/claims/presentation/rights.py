"""What the conditions and the law give, side by side, for one claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from recours.claims.presentation.words import country_name
from recours.claims.queries import OpenedClaim
from recours.rules.entitlement import Entitlement, Facts, Kind, entitlements
from recours.rules.lifecycle.deadlines import goods_back_at
from recours.rules.lifecycle.vocabulary import Remedy, State
from recours.rules.wording import say
from recours.rules.wording.format import day
from recours.rules.wording.rights import counted_text, kind_text, side_text, source_lines
from recours.rules.wording.trace import source_text, trace_lines
from recours.ui.language import lang


def rights(opened: OpenedClaim) -> dict[str, Any]:
    """Return the context of `ui/components/entitlements.html`; empty rows where no day of the purchase is known."""
    claim = opened.claim
    opening = claim.opening
    facts = Facts(
        delivered_on=opening.delivered_on,
        claimed_at=claim.opened_at,
        ground=claim.ground,
        ordered_at=opening.ordered_on,
        promised_on=opening.promised_on,
        authorised_at=claim.trip.authorised_at if claim.trip else None,
        goods_back_at=goods_back_at(claim),
        replacement=claim.state is not State.CLOSED
        and (claim.agreed or claim.wanted).remedy is Remedy.REPLACEMENT,
        replacement_at=claim.state_since if claim.state is State.REPLACEMENT_DUE else None,
    )
    lines = entitlements(opened.rules.policy, opened.rules.law, facts)
    found = rights_of(lines, opened.zone, opening.country)
    for line, row in zip(lines, found["rows"], strict=True):
        if line.kind is Kind.REPLACEMENT and (passed := _passed(opened, line)):
            row["counts"] = passed
    return found


def _passed(opened: OpenedClaim, line: Entitlement) -> str:
    """Say what the law's term being over gives the buyer, "" while it runs or where there is none (L217-14)."""
    law = opened.rules.law
    dated = line.law.dated if line.law is not None else None
    if law is None or dated is None or opened.now < dated.due_at:
        return ""
    right = law.find("conformity_termination", dated.last_on)
    if right is None:
        return ""
    source = source_text(right.ref, lang())
    if not right.verified:
        source = f"{source} {say(lang(), 'rights.unverified')}"
    return say(lang(), "rights.replacement_passed", on=day(dated.last_on, lang()), source=source)


def rights_of(lines: Sequence[Entitlement], zone: str, country: str) -> dict[str, Any]:
    """Return the context of `ui/components/entitlements.html` for a comparison that was made already."""
    return {
        "rows": [_row(line, zone) for line in lines],
        "country": country_name(country),
        "note": " · ".join(source_lines(lines, lang())),
    }


def _row(line: Entitlement, zone: str) -> dict[str, Any]:
    questions = {
        Kind.CLAIM: _("Pourquoi cette date pour réclamer ?"),
        Kind.SEND_BACK: _("Pourquoi cette date pour renvoyer l’article ?"),
        Kind.REFUND: _("Pourquoi cette date de remboursement ?"),
        Kind.REPLACEMENT: _("Pourquoi cette date pour un nouvel envoi ?"),
    }
    return {
        "what": kind_text(line.kind, lang()),
        "policy": side_text(line.policy, lang()),
        "law": side_text(line.law, lang()) if line.law is not None else "",
        "counts": counted_text(line, lang()),
        "law_is_better": line.better == "law",
        "steps": trace_lines(line.counted.trace, zone, lang()) if line.counted else [],
        "why": questions.get(line.kind, ""),
    }
