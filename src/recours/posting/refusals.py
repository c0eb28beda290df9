"""What is refused of letters and their posting, by name."""

from __future__ import annotations

from recours.rules.refusals import Refusal


class LettersNotHere(Refusal):
    """The buyer's country has no letters of its own in Recours."""


class LetterNotMade(Refusal):
    """The PDF could not be made."""


class TooManyLetters(Refusal):
    """A claim has as many letters as anybody could have written."""


class NoSuchSender(Refusal, ValueError):
    """The claim has no such party."""


class LetterAlreadyRegistered(Refusal):
    """The claim holds this very scan already."""


class AlreadyPosted(Refusal):
    """The letter has been posted, or is being posted, another way."""


class PostingNotSetUp(Refusal):
    """This installation has nobody who posts letters."""


class TooManyProofs(Refusal):
    """A letter has as many proofs as the post could have given."""
