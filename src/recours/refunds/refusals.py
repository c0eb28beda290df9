"""Why an act on a refund is refused. Sentences, in both languages, are in `rules/wording/*/refunds.toml`."""

from __future__ import annotations

from recours.rules.refusals import Refusal


class RefundAlreadyPaid(Refusal):
    """The money has reached the buyer; that is not undone here."""


class RefundCancelled(Refusal):
    """Nobody is to pay this refund."""


class RefundFrozen(Refusal):
    """The buyer's bank is looking into the payment: money sent now would go back twice."""


class RefundUnderWay(Refusal):
    """The provider has the order, and may have paid."""


class RefundNotFailed(Refusal):
    """Only what failed, or was cancelled, is tried again."""


class RefundPaidByProvider(Refusal):
    """The provider pays this one by itself; a transfer beside it would pay twice."""


class AlreadyInFile(Refusal):
    """This refund has been in a transfer file, and is in one for ever."""


class NothingToTransfer(Refusal):
    """No refund is ready for a transfer file."""


class HolderMissing(Refusal):
    """A transfer names whose account it goes to."""


class IbanMalformed(Refusal):
    """This is not the form of an IBAN: wrong length or signs for its country."""


class IbanMistyped(Refusal):
    """The check digits of this IBAN do not agree with the rest: a digit was mistyped."""


class IbanNotReachable(Refusal):
    """The account is in a country that our transfer files do not reach."""


class AccountNotAsked(Refusal):
    """No transfer of this claim waits for an account."""


class AccountInUse(Refusal):
    """A transfer to the account is on its way: what it was sent to is not changed any more."""


class BankFileTooLarge(Refusal):
    """No statement is as large as this."""


class BankFileUnreadable(Refusal):
    """This is not XML that can be read to its end, or it holds what no bank writes."""


class BankFileOfOtherKind(Refusal):
    """This is XML, and neither a statement, nor a notification, nor a report on our transfers."""


class BankFileAboutYourRefund(Refusal):
    """A statement speaks of a refund of who hands it in, or of their shop: nobody says that their own came back."""


class BankFileOfOtherAccount(Refusal):
    """The statement is of an account that is not ours."""


class TransferReferenceMissing(Refusal):
    """A transfer is recorded with the reference that the bank gave it."""


class TransferReferenceUsed(Refusal):
    """Another refund was recorded with this reference."""


class PaidBeforeOpening(Refusal):
    """A transfer of a day before the claim was opened is another transfer, or another year."""


class ApprovalMissing(Refusal):
    """A refund of this size is paid once a second person has approved it."""


class AccountChanged(Refusal):
    """What is approved is a sum to an account, and the buyer has given another since."""


class ApprovalNotAsked(Refusal):
    """This refund waits for nobody's approval."""


class ProviderKnowsNothing(Refusal):
    """The provider has no refund of this key; nothing was paid."""


class ProviderSilent(Refusal):
    """The provider does not answer, so that nobody knows whether the money moved."""


class RefundNotUnderWay(Refusal):
    """Nobody was asked to pay this refund, or it has ended."""


class ReasonMissing(Refusal):
    """Who keeps money from leaving says why."""


class FindingMissing(Refusal):
    """Who sets aside something that a provider told says what they found."""


class CreditUsed(Refusal):
    """The buyer has spent this store credit; it is not taken back from them."""


class CreditVoided(Refusal):
    """The desk has taken this store credit back; it cannot be spent."""


class SecondPersonNeeded(Refusal):
    """The same person has done the other half of it."""


class SurchargeAlreadyOrdered(Refusal):
    """Somebody has had this surcharge paid already."""


class SurchargeNotOrdered(Refusal):
    """Nobody has asked for this surcharge to be paid yet."""


class MoreThanWasPaid(Refusal):
    """With this refund, more would go back than was paid."""
