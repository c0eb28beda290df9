"""What the conditions and the law give, and every date that was promised, with how it was counted."""

from __future__ import annotations

from django.utils.translation import gettext as _

from recours.claims.presentation import explained, word
from recours.claims.presentation.rights import rights
from recours.dossier.blocks import AnyBlock, Heading, Line, Steps, Table
from recours.dossier.queries import Gathered
from recours.rules.lifecycle.claim import Deadline
from recours.rules.lifecycle.vocabulary import DeadlineKind
from recours.rules.wording import say
from recours.rules.wording.format import until
from recours.ui.language import lang


def rights_compared(gathered: Gathered) -> list[AnyBlock]:
    """Return the conditions beside the law, what counts, and how it was counted."""
    found = rights(gathered.opened)
    if not found["rows"]:
        return []
    rows = [[row["what"], row["policy"], row["law"] or "–", row["counts"]] for row in found["rows"]]
    law = _("La loi (%(country)s)") % {"country": found["country"]}
    columns = ["", _("Les conditions"), law, _("Ce qui compte")]
    counted = [
        Steps(what=row["why"] or row["what"], lines=row["steps"]) for row in found["rows"] if row["steps"]
    ]
    return [
        Heading(text=_("Les conditions et la loi")),
        Table(columns=columns, rows=rows, widths=[3, 4, 4, 4]),
        Line(text=found["note"], quiet=True),
        *counted,
    ]


def dates(gathered: Gathered) -> list[AnyBlock]:
    """Return every deadline as it was promised, in the order of the promises; mere reminders are left out."""
    zone = gathered.opened.zone
    steps = []
    for deadline in _promised(gathered):
        how = explained(deadline, zone)
        what = say(
            lang(),
            "said.of",
            what=word("role", deadline.party),
            said=until(deadline.due_at, zone, lang()),
        )
        steps.append(Steps(what=what, lines=how["steps"], basis=_capital(how["basis"])))
    if not steps:
        return []
    return [
        Heading(text=_("Les échéances, et comment elles ont été comptées")),
        Line(
            text=_("Chacune est telle qu’elle a été promise : ce qui a changé depuis n’y change rien."),
            quiet=True,
        ),
        *steps,
    ]


def _promised(gathered: Gathered) -> list[Deadline]:
    found: dict[tuple[str, str, str], Deadline] = {}
    for entry in gathered.told:
        for deadline in (entry.event.deadlines or ()) if entry.event is not None else ():
            if deadline.kind is not DeadlineKind.SHIP_BACK_REMINDER:
                found.setdefault((deadline.kind, deadline.party, deadline.due_at.isoformat()), deadline)
    return list(found.values())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
