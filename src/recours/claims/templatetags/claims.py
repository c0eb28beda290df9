"""The words of a claim, for templates: `{{ row.state|word:"state" }}`, `{{ row|claim_title }}`."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from recours.claims.models import Claim
from recours.claims.presentation.words import word as word_for
from recours.rules.lifecycle.vocabulary import About

register = template.Library()


@register.filter
def word(code: str, kind: str) -> str:
    """Return the word of the trade for a code."""
    return word_for(kind, code)


@register.filter
def claim_title(row: Claim) -> str:
    """Return what a claim is about in a few words; a purchase that failed and a payment have no article to name."""
    if row.about == About.PAYMENT:
        return _("Paiement %(ref)s") % {"ref": row.title}
    return row.title or _("Achat qui n’a pas abouti")
