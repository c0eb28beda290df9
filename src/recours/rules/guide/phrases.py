"""The phrases that the guide's texts are made of, in French, English and Chinese, and how each writes days and sums."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from recours.rules.guide.model import Term
from recours.rules.letters.texts import fill
from recours.rules.money import Money
from recours.rules.wording import format as formats
from recours.rules.wording.trace import source_text

LANGUAGES = ("fr", "en", "zh")

_CURRENCIES = {"EUR": "欧元", "USD": "美元", "CNY": "人民币", "GBP": "英镑"}


@cache
def phrases(lang: str) -> Mapping[str, str]:
    """Return the phrases of a language under their dotted keys, with their typographic marks."""
    read = tomllib.loads((files(__package__) / "texts" / f"{lang}.toml").read_text("utf-8"))
    return dict(_flat(read, "", lang))


def _flat(table: Mapping[str, Any], prefix: str, lang: str) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.", lang)
        else:
            yield prefix + name, value if lang == "zh" else formats.typography(value, lang)


class Phrases:
    """The phrases of one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._phrases = phrases(lang)

    def said(self, key: str, words: Mapping[str, str] | None = None) -> str:
        """Return a phrase with its words; what they contain is never read as a placeholder."""
        return fill(self._phrases[key], dict(words or {}))

    def maybe(self, key: str, words: Mapping[str, str]) -> str:
        """Return a phrase, empty where this language has none or one of its words is missing."""
        return self.said(key, words) if key in self._phrases and all(words.values()) else ""

    def line(self, key: str, words: Mapping[str, str]) -> list[str]:
        """Return a phrase as a line of its own, or no line."""
        return [found] if (found := self.maybe(key, words)) else []

    @property
    def gap(self) -> str:
        """What stands between two sentences."""
        return "" if self.lang == "zh" else " "

    def until(self, key: str, term: Term) -> str:
        """Return a phrase about a day that has an end and an article."""
        words = {"until_on": self.day(term.dated.last_on), "article": self.source(term.article)}
        return self.said(key, words)

    def day(self, on: date | None) -> str:
        if on is None:
            return ""
        if self.lang == "zh":
            return f"{on.year}年{on.month}月{on.day}日"
        return formats.day(on, self.lang, weekday=False)

    def money(self, amount: Money | None) -> str:
        if amount is None:
            return ""
        if self.lang != "zh":
            return formats.money(amount, self.lang)
        currency = _CURRENCIES.get(amount.currency, f" {amount.currency}")
        return f"{amount.to_decimal():f}{currency}"

    def source(self, ref: str) -> str:
        """Name an article; empty where there is none."""
        if self.lang != "zh":
            return source_text(ref, self.lang)
        code, _, article = ref.removeprefix("law:").partition(":")[2].partition(":")
        return self.said(f"source.{code}", {"article": article}) if code else ""
