"""When the money is due, and what its being late adds: policy and law side by side."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from recours.claims.queries import OpenedClaim
from recours.rules.entitlement import late_refund_table
from recours.rules.lifecycle.deadlines import refund_term
from recours.rules.lifecycle.decide.closing import owed_amount
from recours.rules.lifecycle.vocabulary import State
from recours.rules.surcharge import NoSurcharge, surcharge
from recours.rules.windows import Dated
from recours.rules.wording.format import day, money
from recours.rules.wording.rights import meter_lines
from recours.rules.wording.trace import trace_lines
from recours.ui.language import lang


def refund_promise(opened: OpenedClaim) -> dict[str, Any] | None:
    """Return what is owed and when: `facts` for `facts.html`, `steps` for `why.html`. None when no refund is due."""
    claim = opened.claim
    if claim.state is not State.REFUND_DUE:
        return None
    term = refund_term(claim, opened.rules)
    facts = [(_("Montant"), money(owed_amount(claim), lang()))]
    if term.earliest is not None:
        facts.append((_("Au plus tôt"), day(opened.rules.calendar.local_date(term.earliest.due_at), lang())))
    facts.append((_("Selon les conditions"), _latest(term.policy_latest)))
    if term.law_latest is not None:
        facts.append((_("Selon la loi"), _latest(term.law_latest)))
    facts.append((_("Date retenue"), _latest(term.latest)))
    return {"facts": facts, "steps": trace_lines(term.latest.trace, opened.zone, lang())}


def refund_meter(opened: OpenedClaim) -> dict[str, Any] | None:
    """Return the context of `ui/components/meter.html`; None unless a refund is late and the law adds to it."""
    claim, rules = opened.claim, opened.rules
    if claim.state is not State.REFUND_DUE or rules.law is None:
        return None
    term = refund_term(claim, rules)
    table = late_refund_table(term.right.key if term.right else None)
    due = term.law_latest
    if table is None or due is None or not due.is_over(opened.now):
        return None
    today = rules.calendar.local_date(opened.now)
    try:
        found = surcharge(owed_amount(claim), due.last_on, today, rules.law, table)
    except NoSurcharge:
        return None
    if found.days_late == 0:
        return None
    lines = meter_lines(found, lang())
    return {
        "owed": found.amount,
        "added": found.surcharge,
        "since": due.last_on + dt.timedelta(days=1),
        "lines": lines[1:],
    }


def _latest(dated: Dated) -> str:
    return day(dated.last_on, lang())
