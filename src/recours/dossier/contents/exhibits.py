"""The exhibits, numbered as the parties cite them, with their pictures and the hashes of their originals."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recours.claims.models import Evidence
from recours.claims.presentation import word
from recours.conversations.presentation import hidden_text
from recours.dossier.blocks import AnyBlock, Exhibit, Heading, Line
from recours.dossier.queries import Gathered
from recours.files.showing import Hidden, shown_to
from recours.rules.wording.format import instant
from recours.ui.language import lang
from recours.ui.templatetags.recours import file_size


def exhibits(gathered: Gathered, pictures: Mapping[str, str]) -> list[AnyBlock]:
    """Return each exhibit; the pictures are copies without hidden data, and the hashes those of the originals."""
    if not gathered.evidence:
        return [Heading(text=_("Les pièces")), Line(text=_("Aucune pièce."))]
    note = _(
        "Les images sont des copies sans données cachées ; les empreintes sont celles des originaux, tels que reçus."
    )
    return [
        Heading(text=_("Les pièces")),
        Line(text=note, quiet=True),
        *(_exhibit(gathered, one, pictures.get(one.exhibit, "")) for one in gathered.evidence),
    ]


def _exhibit(gathered: Gathered, one: Evidence, picture: str) -> Exhibit:
    shown = shown_to(one.file, gathered.role)
    stored = one.file if isinstance(shown, Hidden) else shown
    name = hidden_text(shown) if isinstance(shown, Hidden) else shown.original_name
    facts = [
        (_("Versée par"), word("role", one.side)),
        (_("Le"), instant(one.added_at, gathered.opened.zone, lang())),
        (_("Taille de l’original"), file_size(one.file.size_bytes)),
    ]
    if stored.pages:
        pages = ngettext("%(count)d page", "%(count)d pages", stored.pages) % {"count": stored.pages}
        facts.append((_("Document"), f"PDF, {pages}"))
    if stored.seconds:
        seconds = ngettext("%(count)d seconde", "%(count)d secondes", stored.seconds) % {
            "count": stored.seconds
        }
        facts.append((_("Film"), seconds))
    return Exhibit(
        number=_("Pièce %(number)s") % {"number": one.exhibit},
        title=name,
        facts=facts,
        sha256=one.file.sha256,
        picture=picture,
        alt=_("Pièce %(number)s : %(name)s") % {"number": one.exhibit, "name": name},
    )
