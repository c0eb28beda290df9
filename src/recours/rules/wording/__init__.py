"""The sentences of the rules, in French and in English, and in Chinese for who sells: `say(lang, key, **params)`.

Texts live in `<lang>/<subject>.toml`; every file of a language's folder is merged, and nested tables are
flattened with dots. In a text, `{name}` is replaced by the parameter of that name, and
`{name|singular|plural}` by the number followed by the word that agrees with it. Values are inserted as
they are, never interpreted: a person's text that contains braces stays what it is. `{{` and `}}` are braces.

Chinese has what a shop reads (docs/chinese.md) and no more; what it lacks is said in English.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from recours.rules.wording import format as formats
from recours.rules.wording.format import Lang, Until, Value

__all__ = ["FALLBACK", "LANGUAGES", "Lang", "Until", "Value", "has", "keys", "placeholders", "say"]

LANGUAGES: tuple[Lang, ...] = ("fr", "en")
"""The languages in which everything can be said."""

FALLBACK: Mapping[Lang, Lang] = {"zh": "en"}
"""Languages in which only a part can be said, and in which the rest is."""

_PART = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]*)(?:\|([^{}|]*)\|([^{}|]*))?\}|[{}]")

# (literal text) or (name, singular, plural): the last two empty when the placeholder does not count.
_Template = tuple[str | tuple[str, str, str], ...]


def say(lang: Lang, key: str, /, **params: Value) -> str:
    """Return the text of `key` in `lang` with its placeholders filled.

    Dates, money and instants are written as a reader of that language writes them. Raises KeyError for an
    unknown language, key or missing parameter: each is a mistake of ours, and the tests look for them.
    """
    out: list[str] = []
    for part in _texts(language(lang))[key]:
        if isinstance(part, str):
            out.append(part)
            continue
        name, singular, plural = part
        if name not in params:
            raise KeyError(f"{key} needs {{{name}}}")
        shown = formats.value(params[name], lang)
        if singular or plural:
            one = formats.is_singular(params[name], language(lang))
            out.append(f"{shown}\u00a0{singular if one else plural}")
        else:
            out.append(shown)
    return "".join(out)


def has(lang: Lang, key: str) -> bool:
    """Is there a text for this key?"""
    return key in _texts(language(lang))


def keys(lang: Lang) -> frozenset[str]:
    """Return every key of the language."""
    return frozenset(_texts(language(lang)))


def placeholders(lang: Lang, key: str) -> frozenset[str]:
    """Return the names a text needs."""
    return frozenset(part[0] for part in _texts(language(lang))[key] if not isinstance(part, str))


def language(lang: Lang) -> Lang:
    """Return the language of a locale name: "fr-fr" and "fr_FR" are "fr". Raises KeyError for others."""
    return formats.language(lang)


@cache
def _texts(lang: Lang) -> Mapping[str, _Template]:
    return {**_texts(FALLBACK[lang]), **own_texts(lang)} if lang in FALLBACK else own_texts(lang)


@cache
def own_texts(lang: Lang) -> Mapping[str, _Template]:
    """Return what is written in this language, without what it borrows."""
    found: dict[str, _Template] = {}
    for path in sorted((files(__package__) / lang).iterdir(), key=lambda path: path.name):
        if not path.name.endswith(".toml"):
            continue
        for key, text in _flatten(tomllib.loads(path.read_text("utf-8")), ""):
            if key in found:
                raise ValueError(f"{lang}/{path.name}: {key} is written twice")
            found[key] = parse_template(formats.typography(text, lang))
    return found


def _flatten(table: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, Mapping):
            pairs += _flatten(value, f"{prefix}{name}.")
        elif isinstance(value, str):
            pairs.append((prefix + name, value.strip()))
        else:
            raise ValueError(f"{prefix}{name} is not a text")
    return pairs


def parse_template(text: str) -> _Template:
    """Cut a text into literals and placeholders. Raises ValueError on a lone brace."""
    parts: list[str | tuple[str, str, str]] = []
    literal, at = "", 0
    for match in _PART.finditer(text):
        literal += text[at : match.start()]
        at = match.end()
        if match[0] in ("{{", "}}"):
            literal += match[0][0]
        elif match[1] is None:
            raise ValueError(f"lone brace in {text!r}")
        else:
            parts += [literal, (match[1], match[2] or "", match[3] or "")]
            literal = ""
    parts.append(literal + text[at:])
    return tuple(part for part in parts if part != "")
