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


class PostingSilent(Refusal):
    """Who posts letters does not answer at the moment."""


class PostingPriceUnknown(Refusal):
    """Who posts letters names no price, and nobody is made to pay one that was not shown."""


class LetterNotCarried(Refusal):
    """Who posts letters does not take one to this address."""


class LetterBeingSent(Refusal):
    """Who posts letters was given this one, and has not answered: nobody knows whether it goes."""


class LetterNumberUnknown(Refusal):
    """Who posts letters took this one, and its number has not come: nobody can name it."""


class LetterPrinted(Refusal):
    """The letter is printed: it goes."""


class CancellationRefused(Refusal):
    """Who posts letters does not cancel this one any more."""


class CancellationUnanswered(Refusal):
    """Who posts letters was asked not to send this one, and did not answer."""


class CancellationUnsure(Refusal):
    """Who posts letters did not answer when it was asked not to send this one, and refuses now, asked again."""


class ProofNotYet(Refusal):
    """There is no document of the post yet that is not here."""


class LetterNotInDoubt(Refusal):
    """What became of this letter is known, or is still being asked."""
