"""Store credit: who may offer it, until when it can be used, and what its being issued or taken back does to a claim.

It is never ordered, never granted by silence and never asked for: the law has money paid back by the means that it was
paid with, unless the buyer expressly agrees to something else (code de la consommation, art. L217-17 and L221-24).
"""

from __future__ import annotations

import datetime as dt

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Claim, Terms
from recours.rules.lifecycle.deadlines import Rulebook
from recours.rules.lifecycle.decide.closing import owed_amount
from recours.rules.lifecycle.decide.context import Context, text_given
from recours.rules.lifecycle.vocabulary import Remedy, Resolution, State
from recours.rules.windows import Dated, due_after


def must_be_in_policy(terms: Terms, context: Context) -> None:
    """Store credit is only offered under a policy that says how long it lasts. Raises CreditNotInPolicy."""
    if terms.remedy is Remedy.CREDIT and context.rules.policy.offers.credit_valid is None:
        raise r.CreditNotInPolicy


def credit_term(issued_at: dt.datetime, rules: Rulebook) -> Dated:
    """Return until when store credit issued then can be used. Source: the policy's `offers.credit_valid`; the law sets
    no term. Raises CreditNotInPolicy.
    """
    window = rules.policy.offers.credit_valid
    if window is None:
        raise r.CreditNotInPolicy
    return due_after(
        issued_at,
        window,
        rules.calendar,
        rule="offers.credit_valid",
        source=rules.policy.label,
        event="credit_issued",
    )


def issue_credit(claim: Claim, command: c.IssueCredit, context: Context) -> e.Event:
    """Record store credit that the buyer accepted; the claim closes when all that was agreed is credited.

    Raises CreditNotAgreed, PaidTooMuch.
    """
    if claim.agreed is None or claim.agreed.remedy is not Remedy.CREDIT:
        raise r.CreditNotAgreed
    owed = owed_amount(claim)
    if command.amount > owed:
        raise r.PaidTooMuch(owed=owed)
    done = command.amount == owed
    return e.CreditIssued(
        at=context.now,
        by=command.by,
        to=State.CLOSED if done else None,
        amount=command.amount,
        refund_id=command.refund_id,
        expires_at=command.expires_at,
        resolution=Resolution.CREDITED if done else None,
    )


def void_credit(claim: Claim, command: c.VoidCredit, context: Context) -> e.Event:
    """Take store credit back: what it settled is open again, before the platform. Raises MoreThanWasCredited,
    TextMissing.
    """
    if claim.credited is None or command.amount > claim.credited:
        raise r.MoreThanWasCredited
    return e.CreditVoided(
        at=context.now,
        by=command.by,
        to=State.WITH_PLATFORM if claim.state is State.CLOSED else None,
        amount=command.amount,
        refund_id=command.refund_id,
        reason=text_given(command.reason),
    )
