"""What is due in a claim's present state, as a list to read."""

from __future__ import annotations

from typing import Any

from recours.claims.presentation.status import explained
from recours.claims.presentation.words import word
from recours.claims.queries import OpenedClaim
from recours.rules.lifecycle.vocabulary import DeadlineKind
from recours.rules.wording.trace import rule_text
from recours.ui.language import lang


def due_dates(opened: OpenedClaim) -> list[dict[str, Any]]:
    """Return each deadline with who must act and how it was counted, earliest first; mere reminders left out."""
    real = [one for one in opened.claim.deadlines if one.kind is not DeadlineKind.SHIP_BACK_REMINDER]
    return [
        {
            "what": _capital(rule_text(one.rule, lang())),
            "who": word("role", one.party),
            "due_at": one.due_at,
            **explained(one, opened.zone),
        }
        for one in sorted(real, key=lambda one: one.due_at)
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
