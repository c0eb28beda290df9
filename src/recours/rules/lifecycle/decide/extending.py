"""More time for the seller to answer: once in a claim's life, with a reason, and never past a term of the law."""

from __future__ import annotations

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Claim
from recours.rules.lifecycle.deadlines import law_term, response_term
from recours.rules.lifecycle.decide.context import Context, text_given
from recours.rules.refusals import Refusal


def extend_response(claim: Claim, command: c.ExtendResponse, context: Context) -> e.Event:
    """Lengthen the seller's present term by the policy's `seller.extension`, counted from its end.

    Nobody has to consent: the buyer reads why, and keeps every act that they had. Raises ExtensionNotInPolicy,
    ExtensionUsed, ExtensionPastLaw, and what is wrong with the reason.
    """
    refusal = closed_to_extension(claim, context)
    if refusal is not None:
        raise refusal
    return e.ResponseExtended(at=context.now, by=command.by, reason=text_given(command.reason))


def closed_to_extension(claim: Claim, context: Context) -> Refusal | None:
    """Return why no more time can be had, None while it can."""
    if context.rules.policy.seller.extension is None:
        return r.ExtensionNotInPolicy()
    if claim.extended_at is not None:
        return r.ExtensionUsed()
    by_law, term = law_term(claim, context.rules), response_term(claim, context.rules)
    if by_law is not None and by_law.due_at <= term.due_at:
        return r.ExtensionPastLaw(law_on=by_law.last_on)
    return None
