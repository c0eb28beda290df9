"""What the conditions and the law give, side by side, for one claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from recours.claims.presentation.words import country_name
from recours.claims.queries import OpenedClaim
from recours.rules.entitlement import Entitlement, Facts, Kind, entitlements
from recours.rules.lifecycle.deadlines import goods_back_at
from recours.rules.wording.rights import counted_text, kind_text, side_text, source_lines
from recours.rules.wording.trace import trace_lines
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
    )
    return rights_of(entitlements(opened.rules.policy, opened.rules.law, facts), opened.zone, opening.country)


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
