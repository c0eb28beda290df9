"""A version as one text, to be compared with another."""

from __future__ import annotations

from django.utils.translation import gettext as _

from recours.helpcentre.commands import Written
from recours.helpcentre.models import ArticleVersion


def words_of(version: ArticleVersion | Written) -> str:
    """Return all that readers or search would get of a version, one part under another."""
    keywords = _("Autres mots : %(words)s") % {"words": ", ".join(version.keywords)}
    return f"{version.title}\n\n{version.summary}\n\n{version.body}\n\n{keywords}\n"
