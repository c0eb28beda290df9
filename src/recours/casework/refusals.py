"""Why something of the desk's own was not kept. The sentences are in `rules/wording/<language>/casework.toml`."""

from recours.rules.refusals import Refusal


class ViewNameMissing(Refusal):
    """A view that is kept has a name."""


class ViewNameTaken(Refusal):
    """Another view of the same person has this name."""


class TooManyViews(Refusal):
    """More than anybody finds their way in."""


class AgentIsParty(Refusal):
    """Nobody judges a claim that they are a party to."""


class TooManyClaims(Refusal):
    """More at once than one looks through before saying yes."""


class TooManyConversations(Refusal):
    """As of claims: more at once than one looks through before saying yes."""


class LinkedWithItself(Refusal):
    """A link leads from one claim to another."""


class ClaimUnknown(Refusal):
    """No claim of this desk has this number, for this agent."""


class MessageHasLeft(Refusal):
    """It can be taken back for some seconds, and they have gone."""


class AnswerGone(Refusal):
    """The answer that was chosen is no more, or is another desk's."""


class AnswerNotWhole(Refusal):
    """A placeholder has nothing to stand for in this claim, and nobody would read it over before it is sent."""


class PlanNameTaken(Refusal):
    """Another plan of the desk has this name."""


class TooManyPlans(Refusal):
    """More than anybody finds their way in."""


class PlanRunning(Refusal):
    """A plan is under way on this claim already."""


class ClaimIsOver(Refusal):
    """Nothing is begun on a claim that is closed."""


class NobodyNamed(Refusal):
    """A rule gives claims to somebody."""


class TooManyRules(Refusal):
    """More than anybody finds their way in."""
