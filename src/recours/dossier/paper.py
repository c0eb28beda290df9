"""The file of a claim as a PDF."""

from __future__ import annotations

from recours.dossier.contents import whole
from recours.dossier.pictures import pictures_of
from recours.dossier.queries import Gathered
from recours.typesetting import typeset
from recours.ui.language import lang


def paper(gathered: Gathered) -> bytes:
    """Return the PDF of what was gathered, in the language of the moment, dated from when the claim was opened.

    The same claim, role, instant and language give the same bytes. Raises TypesettingError.
    """
    pictures = pictures_of(gathered.evidence, gathered.role)
    data = whole(gathered, {number: name for number, (name, _) in pictures.items()})
    return typeset(
        "dossier/claim.typ", data, at=gathered.opened.now, lang=lang(), files=dict(pictures.values())
    )
