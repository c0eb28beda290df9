"""Debts, and the refunds that were made of them."""

from tests.factories import (
    a_refund_due,
    an_agent,
)

from recours.claims.models import Claim
from recours.refunds.commands import prepare
from recours.refunds.models import Refund
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role


def agent_of(claim: Claim) -> Actor:
    return Actor(Role.AGENT, an_agent(claim.marketplace).pk)


def prepared(*args: object, **asked: object) -> Refund:
    """The one refund of a claim that owes one."""
    claim = a_refund_due(*args, **asked)  # type: ignore[arg-type]
    prepare()
    return Refund.objects.get(claim=claim)
