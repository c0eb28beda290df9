"""Why an act on a claim is refused. Sentences, in both languages, are in `rules/wording/*/lifecycle.toml`."""

from __future__ import annotations

from recours.rules.refusals import Refusal


class ActNotOpen(Refusal):
    """The table has no such act, by this role, in the claim's present state."""


class ContactSellerFirst(Refusal):
    """The policy wants the seller to be asked first, and their time to answer has not passed."""


class WithdrawalIsDeclared(Refusal):
    """A change of mind is no ground of a dispute: it is declared on its own page, and asks for nobody's consent."""


class MergedWithItself(Refusal):
    """A claim is one already."""


class NotTheSameMatter(Refusal):
    """Claims that become one have one buyer, order, ground, remedy and policy."""


class TooFarToMerge(Refusal):
    """Something was proposed, asked, ruled, sent or paid: who counts on that would be told otherwise."""


class MergingWouldDelay(Refusal):
    """What was promised on the claim that closes is due before what is promised on the one that stays."""


class NothingToSplit(Refusal):
    """A claim about one article is one matter."""


class SplitIncomplete(Refusal):
    """Each of the two claims has one article of the claim at least."""


class TooFarToSplit(Refusal):
    """Something was proposed, asked, ruled, sent or paid for the whole of it, or it is a withdrawal."""


class TooLittleToShare(Refusal):
    """One of the two claims would ask for nothing."""


class GoesOnElsewhere(Refusal):
    """It was merged into another claim."""


class SilenceNotDue(Refusal):
    """The clock may not act before the deadline."""


class DeadlineMoved(Refusal):
    """The deadline that the clock wants to act on is no longer there: somebody acted meanwhile."""


class NoSuchOffer(Refusal):
    """No offer has this number."""


class OfferExpired(Refusal):
    """The offer's time is over."""


class OfferAlreadyRefused(Refusal):
    """The offer was refused."""


class OwnOffer(Refusal):
    """Nobody accepts their own proposal."""


class AlreadyAccepted(Refusal):
    """This party accepted the platform's proposal before."""


class AmountTooHigh(Refusal):
    """More than what was paid and not yet refunded."""


class AmountMissing(Refusal):
    """A refund without an amount, or of zero."""


class WrongCurrency(Refusal):
    """An amount in another currency than the claim's."""


class ReturnImpossible(Refusal):
    """Goods that never arrived cannot be sent back."""


class TextMissing(Refusal):
    """Reasons, a question or an answer without words."""


class TextTooLong(Refusal):
    """More characters than are kept."""


class TextNotText(Refusal):
    """A character that no text has and no database keeps (NUL): sent by a program, never typed."""


class ExtensionNotInPolicy(Refusal):
    """This version of the policy gives the seller no more time."""


class ExtensionUsed(Refusal):
    """More time is given once in a claim's life."""


class ExtensionPastLaw(Refusal):
    """The law's own term ends before, or with, the seller's: nothing lengthens it."""


class NothingAsked(Refusal):
    """An answer to a question that was not put."""


class NotAskedOfYou(Refusal):
    """The evidence was asked of the other party."""


class NoSuchParty(Refusal):
    """The claim has no seller."""


class EvidenceAlreadyAsked(Refusal):
    """One request at a time."""


class NoSuchExhibit(Refusal):
    """The claim has no exhibit of this number (`exhibit`)."""


class ExhibitAlreadyWithheld(Refusal):
    """It is withheld in just this way (`exhibit`)."""


class ExhibitNotWithheld(Refusal):
    """Nothing of it is withheld (`exhibit`)."""


class AssignedToAnother(Refusal):
    """Another agent has taken the claim."""


class NotAssigned(Refusal):
    """Nobody has taken the claim."""


class AppealNeedsAnotherAgent(Refusal):
    """Who ruled first does not judge the appeal."""


class AppealUsed(Refusal):
    """A claim is appealed once."""


class SameGround(Refusal):
    """The claim has this ground already."""


class GroundNeedsOrder(Refusal):
    """A ground about goods, on a claim that is not about an order."""


class GroundNeedsDispute(Refusal):
    """A first contact with the seller cannot become a matter for the platform: open the dispute instead."""


class WithdrawalFinal(Refusal):
    """The time to undo the withdrawal is over, or the claim was not withdrawn."""


class ReopeningTooLate(Refusal):
    """The time to reopen is over."""


class RulingIsFinal(Refusal):
    """What a final ruling rejected is not reopened."""


class DateInFuture(Refusal):
    """A parcel is not shipped, and does not arrive, tomorrow."""


class DateBeforeReceipt(Refusal):
    """Goods are not sent back before they came."""


class DateBeforeShipping(Refusal):
    """A return does not arrive before it was shipped."""


class TrackingMissing(Refusal):
    """A return needs a carrier and a tracking number."""


class TrackingDigitWrong(Refusal):
    """The number's check digit is wrong: a character was mistyped."""


class TrackingFormatWrong(Refusal):
    """The carrier's numbers do not look like this one."""


class TrackingTooLong(Refusal):
    """A carrier's name or a number of more characters than any has."""


class TrackingUnchanged(Refusal):
    """A correction says something else than what is known."""


class NothingSent(Refusal):
    """A return with nothing in it, or with pieces for which nothing is owed."""


class PiecesUnknown(Refusal):
    """Pieces that the return does not have: another line's, or more than there are."""


class ReturnTooLate(Refusal):
    """The goods were sent after the last day to do so; the claim has ended for it."""


class ReturnNotArrived(Refusal):
    """The return cannot be contested before it arrived."""


class ArrivedWhole(Refusal):
    """Less came than was sent, or nothing is missing."""


class PaidTooMuch(Refusal):
    """A payment that exceeds what is owed."""


class MoreThanWasRefunded(Refusal):
    """More is said to have come back than had been paid."""


class CreditIsOffered(Refusal):
    """Store credit is neither asked for nor ordered: it is offered, and the buyer accepts it or does not."""


class CreditNotInPolicy(Refusal):
    """This version of the policy says nothing of store credit, so that none can be offered."""


class CreditNotAgreed(Refusal):
    """No store credit was agreed on this claim."""


class MoreThanWasCredited(Refusal):
    """More store credit is said to be taken back than had been issued."""


class ChargebackKnown(Refusal):
    """The claim has noted this chargeback already."""


class ChargebackUnknown(Refusal):
    """No such chargeback is open on this claim."""
