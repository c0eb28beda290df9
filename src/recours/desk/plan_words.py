"""Action plans in words: their steps, and where the one of a claim has got to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from recours.claims.presentation.acts import act_label
from recours.claims.queries import OpenedClaim
from recours.rules.casework.plans import Ending, Plan, Step
from recours.rules.lifecycle.vocabulary import Act, Role, State


class Run(Struct, frozen=True, kw_only=True):
    """The latest plan of a claim, as it is stored."""

    name: str
    says: Plan
    number: int
    next_at: dt.datetime
    ended_at: dt.datetime | None
    ending: str


def step_text(step: Step, titles: Mapping[int, str]) -> str:
    """Say what a step does, and when."""
    if step.suggest is not None:
        what = _("suggérer : %(act)s") % {"act": act_label(step.suggest, Role.AGENT)}
    else:
        what = _("envoyer « %(title)s »") % {
            "title": titles.get(step.answer or 0, _("une réponse supprimée"))
        }
    if not step.after_days:
        return what
    waited = ngettext(
        "%(days)d jour sans réponse, puis", "%(days)d jours sans réponse, puis", step.after_days
    )
    return f"{waited % {'days': step.after_days}} {what}"


def plan_on(
    opened: OpenedClaim,
    run: Mapping[str, Any] | None,
    answers: Sequence[Mapping[str, Any]],
    acts: Sequence[Act],
) -> dict[str, Any] | None:
    """Return what a claim's page shows of its latest plan; None for none, and for one that says nothing more."""
    if run is None:
        return None
    found = msgspec.convert(run, Run)
    titles = {int(answer["pk"]): str(answer["title"]) for answer in answers}
    is_running = found.ended_at is None
    if not is_running and opened.claim.state is State.CLOSED:
        return None
    suggested = found.says.steps[-1].suggest if found.ending == Ending.SUGGESTED else None
    offered = suggested if suggested in acts else None
    return {
        "name": found.name,
        "is_running": is_running,
        "next_at": found.next_at,
        "is_due": found.next_at <= opened.now,
        "ending": ENDINGS[Ending(found.ending)]() if found.ending else "",
        "ended_at": found.ended_at,
        "steps": [
            {
                "text": step_text(step, titles),
                "is_done": number < found.number,
                "is_next": is_running and number == found.number,
            }
            for number, step in enumerate(found.says.steps)
        ],
        "act_url": reverse("desk:act", args=[opened.row.reference, offered.value]) if offered else "",
        "act_label": act_label(offered, Role.AGENT) if offered else "",
    }


ENDINGS = {
    Ending.DONE: lambda: _("terminé"),
    Ending.SUGGESTED: lambda: _("arrivé à sa dernière étape : c’est à vous"),
    Ending.ANSWERED: lambda: _("arrêté, une partie a répondu"),
    Ending.STOPPED: lambda: _("arrêté à la main"),
    Ending.CLOSED: lambda: _("arrêté, le dossier est clos"),
    Ending.STUCK: lambda: _("arrêté : sa réponse n’existe plus, ou nomme ce que ce dossier n’a pas"),
}
