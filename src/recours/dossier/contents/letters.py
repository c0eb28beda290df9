"""The letters that the reader's side wrote: what was sealed, to whom, and what the post did with each."""

from __future__ import annotations

from django.utils.translation import gettext as _

from recours.dossier.blocks import AnyBlock, Exhibit, Heading, Line
from recours.dossier.queries import Gathered
from recours.posting.models import Letter
from recours.rules.wording import say
from recours.rules.wording.format import day
from recours.ui.language import lang


def letters(gathered: Gathered) -> list[AnyBlock]:
    """Return each letter with its days; nothing at all where none was written."""
    if not gathered.letters:
        return []
    note = _(
        "Le dossier complet (ZIP) contient chaque lettre, octet pour octet, et les documents de la poste."
    )
    return [
        Heading(text=_("Les courriers")),
        Line(text=note, quiet=True),
        *(_letter(gathered, number, one) for number, one in enumerate(gathered.letters, start=1)),
    ]


def _letter(gathered: Gathered, number: int, one: Letter) -> Exhibit:
    said = lang()
    facts = [
        (_("À"), ", ".join(one.addressee)),
        (_("Datée du"), day(one.written_on, said)),
    ]
    rows = sorted(one.steps.all(), key=lambda row: (row.on, row.told_at))
    facts += [
        (say(said, f"posting.step.{row.step}"), day(row.on, said)) for row in rows if row.struck_at is None
    ]
    facts += [
        (_("Corrigé depuis"), say(said, f"posting.told.{row.step}", on=row.on))
        for row in rows
        if row.struck_at
    ]
    posting = getattr(one, "posting", None)
    if posting is not None and posting.tracking:
        facts.append((_("Numéro de suivi"), posting.tracking))
    papers = one.proofs.all()
    if papers:
        facts.append((_("Documents de la poste"), ", ".join(paper.file.original_name for paper in papers)))
    return Exhibit(
        number=_("Courrier %(number)s") % {"number": number},
        title=say(said, f"posting.sort.{one.sort}"),
        facts=facts,
        sha256=one.file.sha256,
    )
