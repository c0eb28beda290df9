"""Who follows what: take the next claim, do the same to several, and let the desk's rules share out the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from msgspec import Struct

from recours import clock
from recours.casework.models import AssignmentRule
from recours.casework.queries import barred_from, facts_of, free_at, loads_at, party_to, rules_of
from recours.casework.refusals import AgentIsParty
from recours.claims.commands import act
from recours.claims.models import Claim
from recours.claims.rulebook import rulebook
from recours.rules.casework.assigning import Assignment, choose
from recours.rules.lifecycle import decide
from recours.rules.lifecycle.claim import MARKETPLACE, Actor
from recours.rules.lifecycle.commands import Assign, Command, Take
from recours.rules.lifecycle.vocabulary import State
from recours.rules.refusals import Refusal

LOOKED_AT = 50
"""Claims that are looked at for one which this agent may take: appeals against their own rulings are passed over."""
SHARED_AT_ONCE = 200
"""Claims that the rules give out in one turn; the next turn comes in a minute."""


def take_next(claims: QuerySet[Claim], by: Actor, *, now: dt.datetime | None = None) -> Claim | None:
    """Take the claim that is due first among those that nobody follows; None when there is none for this agent.

    `claims` are those that the agent may see. Two who ask at the same instant get two claims: rows that somebody else
    is taking are passed over, not waited for.
    """
    now = now or clock.now()
    free = claims.filter(state=State.WITH_PLATFORM, assigned_to=None).order_by("sort_at", "id")
    for key in list(free.values_list("pk", flat=True)[:LOOKED_AT]):
        # One row at a time: who locks all that they look at leaves nothing for who asks beside them.
        with transaction.atomic():
            row = free.filter(pk=key).select_for_update(skip_locked=True, of=("self",)).first()
            appeal = row.snapshot.appeal if row is not None else None
            if row is None or (appeal is not None and appeal.first_agent == by.id):
                continue
            try:
                return act(row.pk, Take(by=by), now=now)
            except Refusal:
                continue  # silence has just taken it elsewhere: the parties settled, or it closed
    return None


class Done(Struct, frozen=True):
    """What became, or would become, of one claim of several; `refusal` says why nothing did."""

    claim: Claim
    refusal: Refusal | None = None


def rehearse(claims: Sequence[Claim], command: Command, *, now: dt.datetime | None = None) -> list[Done]:
    """Say of each claim whether the command would be refused, and why; nothing is written."""
    now, barred = now or clock.now(), _barred(claims, command)
    return [Done(row, AgentIsParty() if row.pk in barred else _refusal(row, command, now)) for row in claims]


def do_to_each(claims: Sequence[Claim], command: Command, *, now: dt.datetime | None = None) -> list[Done]:
    """Carry a command out on each claim, each in its own transaction: what one refuses stops no other."""
    now, barred = now or clock.now(), _barred(claims, command)
    done = []
    for row in claims:
        if row.pk in barred:
            done.append(Done(row, AgentIsParty()))
            continue
        try:
            done.append(Done(act(row.pk, command, now=now)))
        except Refusal as refusal:
            done.append(Done(row, refusal))
    return done


def _barred(claims: Sequence[Claim], command: Command) -> set[UUID]:
    return party_to(command.agent, claims) if isinstance(command, Assign) else set()


def _refusal(row: Claim, command: Command, now: dt.datetime) -> Refusal | None:
    rules = rulebook(row.marketplace_id, row.policy_version, row.snapshot.opening.country)
    try:
        decide(row.snapshot, command, rules, now)
    except Refusal as refusal:
        return refusal
    return None


def share_out(*, now: dt.datetime | None = None) -> int:
    """Give claims that nobody follows to the agents whom the desks' rules name; return how many were given.

    Due first; each claim in a transaction of its own, and passed over while somebody else has it in hand. A claim that
    no rule fits stays where it is, for who takes the next one.
    """
    now, given = now or clock.now(), 0
    places = AssignmentRule.objects.order_by().values_list("marketplace_id", flat=True).distinct()
    for marketplace_id in places:
        loads = loads_at(marketplace_id)
        # A rule whose agents have all left gives nothing: its claims would hide those of other rules behind them.
        rules = [rule for rule in rules_of(marketplace_id) if any(agent in loads for agent in rule.agents)]
        fitting = (key for key, facts in free_at(marketplace_id) if any(rule.fits(facts) for rule in rules))
        for key in islice(fitting, SHARED_AT_ONCE):
            agent = _give(key, rules, loads, now)
            if agent is not None:
                loads[agent] += 1
                given += 1
    return given


def _give(
    claim_id: UUID, rules: Sequence[Assignment], loads: dict[UUID, int], now: dt.datetime
) -> UUID | None:
    with transaction.atomic():
        free = Claim.objects.filter(pk=claim_id, state=State.WITH_PLATFORM, assigned_to=None)
        row = free.select_related("buyer__user").select_for_update(skip_locked=True, of=("self",)).first()
        if row is None:
            return None
        agent = choose(rules, facts_of(row), loads, barred_from(row))
        if agent is None:
            return None
        try:
            act(row.pk, Assign(by=MARKETPLACE, agent=agent), now=now)
        except Refusal:
            return None
        return agent
