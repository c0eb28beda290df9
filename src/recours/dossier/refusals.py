"""Why no copy is made. Sentences, in both languages, are in `rules/wording/*/dossier.toml`."""

from __future__ import annotations

from recours.rules.refusals import Refusal


class TooManyCopies(Refusal):
    """Somebody had more copies made within an hour than a person reads."""


class CopyNotMade(Refusal):
    """The document could not be set."""
