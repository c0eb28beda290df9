"""Why a mail did not leave: the server's own words, or one of ours."""

from __future__ import annotations

from enum import StrEnum

from recours.rules.wording import Lang, say


class Trouble(StrEnum):
    """Our own reasons; sentences are under `mails.trouble`."""

    BAD_ADDRESS = "bad_address"
    NOT_WORDED = "not_worded"
    """The code that words it raised an error."""
    NOT_BUILT = "not_built"
    """It could not be written as a message."""
    TRIED_OUT = "tried_out"
    SERVER_AWAY = "server_away"
    TOO_MANY = "too_many"
    """More letters about an account than anybody asks for."""


_MARK = "recours:"


def note(trouble: Trouble, details: object = "") -> str:
    """Return what the row keeps: our reason, then what is known besides."""
    return f"{_MARK}{trouble}\n{details}".strip()[:2000]


def explain(kept: str, lang: Lang) -> str:
    """Return for a reader what `Mail.trouble` keeps: a sentence for our reasons, then the words that came with it."""
    if not kept.startswith(_MARK):
        return kept
    code, _, details = kept.removeprefix(_MARK).partition("\n")
    sentence = say(lang, f"mails.trouble.{Trouble(code)}")
    return f"{sentence} ({details})" if details else sentence
