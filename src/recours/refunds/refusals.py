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


class TransferReferenceMissing(Refusal):
    """A transfer is recorded with the reference that the bank gave it."""


class TransferReferenceUsed(Refusal):
    """Another refund was recorded with this reference."""


class PaidBeforeOpening(Refusal):
    """A transfer of a day before the claim was opened is another transfer, or another year."""


class ApprovalMissing(Refusal):
    """A refund of this size is paid once a second person has approved it."""


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


class SecondPersonNeeded(Refusal):
    """The same person has done the other half of it."""


class MoreThanWasPaid(Refusal):
    """With this refund, more would go back than was paid."""
