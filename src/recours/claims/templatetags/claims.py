"""The words of a claim, for templates: `{{ row.state|word:"state" }}`, `{{ row|claim_title }}`."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recours.claims.models import Claim
from recours.claims.presentation.words import word as word_for
from recours.rules.lifecycle.vocabulary import About

register = template.Library()


@register.filter
def word(code: str, kind: str) -> str:
    """Return the word of the trade for a code."""
    return word_for(kind, code)


@register.filter
def claim_title(row: Claim, most: int = 0) -> str:
    """Return what a claim is about in a few words: its first article, and how many more there are; a purchase that
    failed and a payment have no article to name. `most`: characters that are left to the article, 0 for all it has."""
    if row.about == About.PAYMENT:
        return _("Paiement %(ref)s") % {"ref": _shortened(row.title, most)}
    if not row.title:
        return _("Achat qui n’a pas abouti")
    title, more = _shortened(row.title, most), row.more_articles
    if not more:
        return title
    text = ngettext("%(title)s et %(more)d autre article", "%(title)s et %(more)d autres articles", more)
    return text % {"title": title, "more": more}


def _shortened(title: str, most: int) -> str:
    return title if not most or len(title) <= most else title[: most - 1].rstrip() + "…"
