"""What an agent does to several claims at once besides acts of the lifecycle: an answer, a note, a reminder.

Each claim is asked in a transaction of its own, as if it were alone: what one refuses stops no other. A preview does
the same and keeps nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from uuid import UUID

from django.db import transaction

from recours.casework.commands.holding import send_in_claim
from recours.casework.commands.noting import note
from recours.casework.commands.reminding import remind_me
from recours.casework.commands.sharing import Done
from recours.casework.filling import whole_answer
from recours.casework.refusals import ClaimIsOver
from recours.claims.models import Claim
from recours.claims.queries import OpenedClaim
from recours.people.models import User
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role, State
from recours.rules.refusals import Refusal

Deed = Callable[[OpenedClaim], object]


class _Tried(Exception):
    """Undoes what was only tried."""


def send_answer(user: User, answer_id: object) -> Deed:
    """Send an answer of the desk, filled in for each claim. Raises ClaimIsOver, AnswerGone, AnswerNotWhole."""

    def deed(opened: OpenedClaim) -> None:
        if opened.claim.state is State.CLOSED:
            raise ClaimIsOver
        send_in_claim(opened, whole_answer(opened.row, user, answer_id))

    return deed


def write_note(text: str, colleagues: Callable[[Claim], dict[UUID, str]]) -> Deed:
    """Write the same internal note on each claim. Raises what `note` refuses."""
    return lambda opened: note(opened, text, colleagues(opened.row))


def remind(user_id: UUID, at: dt.datetime, why: str) -> Deed:
    """Put each claim aside until an hour. Raises what `remind_me` refuses."""
    return lambda opened: remind_me(opened, user_id=user_id, at=at, note=why)


def for_each(claims: Sequence[Claim], deed: Deed, *, by: User, now: dt.datetime, keep: bool) -> list[Done]:
    """Do it for each claim, or with `keep` false only say of each whether it would be refused, and why.

    The rows were resolved through what the agent may see, with buyer, order, shop and marketplace.
    """
    actor, done = Actor(Role.AGENT, by.pk), []
    for row in claims:
        opened = OpenedClaim(row=row, role=Role.AGENT, actor=actor, now=now)
        try:
            with transaction.atomic():
                deed(opened)
                if not keep:
                    raise _Tried
        except _Tried:
            done.append(Done(row))
        except Refusal as refusal:
            done.append(Done(row, refusal))
        else:
            done.append(Done(row))
    return done
