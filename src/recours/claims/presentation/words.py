"""The words of the trade in the reader's language."""

from __future__ import annotations

from babel import Locale
from django.utils.translation import gettext as _

from recours.rules.wording import say
from recours.rules.wording.trace import rule_text, source_text
from recours.ui.language import lang


def country_name(code: str) -> str:
    """Return a country's name: "France" for FR; the code itself where none is known."""
    return str(Locale.parse(lang()).territories.get(code, code))


def first_name(name: str) -> str:
    """Return what a seller learns of who the buyer is; a name that is an address says nothing."""
    first = name.split()[0] if name.split() else ""
    return first if first and "@" not in first else _("un acheteur")


def word(kind: str, code: str) -> str:
    """Return the word for a code: `word("ground", "damaged")`. Kinds are the tables of `wording/*/words.toml`."""
    return say(lang(), f"{kind}.{code}")


def rule_cited(rule: str) -> str:
    """Name what a ruling cites: an article, a line of the conditions, or the words that an agent wrote."""
    return source_text(rule, lang()) if rule.startswith("law:") else rule_text(rule, lang())
