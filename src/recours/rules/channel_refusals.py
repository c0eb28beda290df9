"""Why a message cannot go by a channel from outside."""

from __future__ import annotations

from recours.rules.refusals import Refusal


class ChannelWindowClosed(Refusal):
    """The service takes no free words any more; a template reopens the exchange."""


class ChannelClosed(Refusal):
    """The service takes nothing at all until the customer writes again."""


class ChannelTextTooLong(Refusal):
    """The service takes fewer characters in one message; two messages in its stead would be two bells."""


class ConversationOfNobody(Refusal):
    """The conversation is not joined to a buyer: there is nobody in whose name a claim could be opened."""


class TooManyCodes(Refusal):
    """More codes were asked for than a person needs, by this contact or from this network."""


class CodeNotGood(Refusal):
    """The code is wrong, used, too old or tried too often; which of these is not said."""


class TooManyForms(Refusal):
    """More messages came by the form from this network, or for this address, than a person writes."""


class StrangerNotReachable(Refusal):
    """Who called, or wrote a letter, and is not known, has no way by which anything could be sent from here."""


class ReachMissing(Refusal):
    """Of who is not known, a number or an address is noted: nobody could answer them otherwise."""


class NotedInTheFuture(Refusal):
    """A call or a letter is noted with a time that has not come."""


class ContactAlreadyLinked(Refusal):
    """The contact is taken for a buyer; that must be undone first."""


class NotProvenForClaim(Refusal):
    """Nothing but an agent's word says that this contact is the buyer of the claim: they are sent no link to it."""


class NoSuchBuyer(Refusal):
    """No buyer of this marketplace has this address."""


class LinkReasonMissing(Refusal):
    """Who a contact is was said without saying why."""


class ChannelTakesNoFiles(Refusal):
    """The message has files, and what may go there now is words alone."""


class ChannelTakesNoSuchFile(Refusal):
    """The service takes no file of this type."""


class ChannelFileTooLarge(Refusal):
    """The service takes smaller files of this type."""
