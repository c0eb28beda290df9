"""Why a canned answer was not kept. The sentences are in `rules/wording/<language>/canned.toml`."""

from recours.rules.refusals import Refusal


class AnswerTitleTaken(Refusal):
    """Another answer of the same holder has this title."""


class TooManyAnswers(Refusal):
    """More than anybody finds their way in."""
