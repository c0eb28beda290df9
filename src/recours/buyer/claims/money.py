"""Where the buyer's money is: what is owed and by when, what was sent, and what its being late adds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from recours.claims.presentation.refund import refund_promise
from recours.claims.queries import OpenedClaim
from recours.refunds.models import Refund
from recours.refunds.queries import RefundPromise, meter, promise
from recours.rules.lifecycle.vocabulary import State
from recours.rules.wording.format import day, money
from recours.rules.wording.rights import meter_lines
from recours.ui.language import lang

WHERE_MONEY_IS = (State.REFUND_DUE, State.CLOSED)
"""States in which there can be refunds to tell of; in the others nothing is asked of the database."""


def refund(opened: OpenedClaim) -> dict[str, Any]:
    """Return `promise` (facts, and the trace of the date) and `meter`, either of them None; two queries at most."""
    found = promise(opened) if opened.claim.state in WHERE_MONEY_IS else None
    if found is None:
        return {"promise": None, "meter": None}
    promised = refund_promise(opened) or {"facts": [], "steps": []}
    return {
        "promise": {**promised, "facts": [*promised["facts"], *_sent(opened, found)]},
        "meter": _meter(opened, found),
    }


def _sent(opened: OpenedClaim, found: RefundPromise) -> list[tuple[str, str]]:
    """Say of each payment where it is."""
    return [
        (_("Versement de %(amount)s") % {"amount": money(one.amount, lang())}, _where(opened, one))
        for one in found.refunds
    ]


def _where(opened: OpenedClaim, one: Refund) -> str:
    def on(at: Any) -> str:
        return day(opened.rules.calendar.local_date(at), lang())

    match one.status:
        case Refund.Status.SUCCEEDED if one.settled_at:
            return _("versé le %(day)s") % {"day": on(one.settled_at)}
        case Refund.Status.SUBMITTED if one.submitted_at:
            return _("ordre donné le %(day)s, en attente de la banque") % {"day": on(one.submitted_at)}
        case Refund.Status.FAILED:
            return _("n’a pas abouti : la plateforme est prévenue et doit le relancer")
        case Refund.Status.CANCELLED:
            return _("annulé par la plateforme")
        case _:
            return _("en préparation")


def _meter(opened: OpenedClaim, found: RefundPromise) -> dict[str, Any] | None:
    today = opened.rules.calendar.local_date(opened.now)
    running = meter(opened, today, found)
    if running is None or running.days_late == 0:
        return None
    lines = meter_lines(running, lang())
    is_paid = found.owed.is_zero
    return {
        "owed": running.amount,
        "added": running.surcharge,
        "since": running.due_on + dt.timedelta(days=1),
        # Once paid, the sum no longer grows: what is left to say is how late it was and what that was worth.
        "lines": lines[:2] if is_paid else lines[1:],
        "runs": running.surcharge.is_positive and not is_paid,
    }
