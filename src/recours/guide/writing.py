"""The texts that are ready to send, by whom they are for and in the languages that they can read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from recours.rules.guide import Outcome, Text, messages
from recours.rules.wording.guide import reader_text
from recours.ui.language import lang

LANGUAGES = {"fr": "Français", "en": "English", "zh": "中文"}


def writings(came: Outcome) -> list[dict[str, Any]]:
    """Return the texts by reader, each in its languages; the person's own language is open first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for language in sorted(LANGUAGES, key=lambda each: (each != lang(), list(LANGUAGES).index(each))):
        for text in messages(came, language):
            found.setdefault(text.reader, []).append(_text(text))
    return [
        {"reader": reader_text(reader, lang()), "key": reader, "texts": texts}
        for reader, texts in found.items()
    ]


def _text(text: Text) -> dict[str, Any]:
    return {
        "lang": text.lang,
        "name": LANGUAGES[text.lang],
        "is_open": text.lang == lang(),
        "subject": text.subject,
        "body": text.body,
        "caution": _caution(text),
    }


def _caution(text: Text) -> str:
    """What to know of its length: nothing is cut, and what was left out is said."""
    if text.over:
        return gettext(
            "Ce texte est trop long de %(over)d caractères pour ce formulaire : raccourcissez votre récit."
        ) % {"over": text.over}
    if text.left_out:
        return gettext(
            "Raccourci pour tenir en %(most)d caractères : vos mots y sont, le reste est dans le guide."
        ) % {"most": text.most}
    return ""
