"""Named refusals: what is refused says why, and what to do instead, in the reader's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from recours.rules.wording import Lang, Value

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Refusal(Exception):
    """Something was refused.

    Each refusal is a subclass whose name says what is wrong (`OfferExpired`). Its `code` is that name in
    snake case unless the class sets one, and its two sentences live in `rules/wording/<lang>/*.toml`
    under `refusals.<code>.why` and `refusals.<code>.instead`. The parameters fill their placeholders; a
    parameter given here but not named in a sentence is simply kept for logs and for the API.
    """

    code: ClassVar[str] = "refusal"

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            cls.code = _CAPITAL.sub("_", cls.__name__).lower()

    def __init__(self, **params: Value) -> None:
        super().__init__(self.code, params)
        self.params: dict[str, Value] = params

    def explain(self, lang: Lang) -> str:
        """Say why, in one or two sentences."""
        return _say(lang, f"refusals.{self.code}.why", self.params)

    def remedy(self, lang: Lang) -> str:
        """Say what to do instead."""
        return _say(lang, f"refusals.{self.code}.instead", self.params)

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({shown})"

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions pickle by calling the class with self.args; ours takes keywords only.
        return (_rebuild, (type(self), self.params))


def _rebuild(kind: type[Refusal], params: dict[str, Value]) -> Refusal:
    return kind(**params)


def _say(lang: Lang, key: str, params: dict[str, Value]) -> str:
    from recours.rules.wording import say  # cycle: money raises refusals, and the wording formats money

    return say(lang, key, **params)
