"""What the desk withholds of an exhibit, and shows again. Nothing is ever deleted."""

from __future__ import annotations

import re

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Claim
from recours.rules.lifecycle.decide.context import Context, text_given
from recours.rules.lifecycle.vocabulary import Role

_NUMBER = re.compile(r"[AVP]-[1-9][0-9]{0,3}")
PARTIES = (Role.BUYER, Role.SELLER)


def seal(claim: Claim, command: c.SealExhibit, context: Context) -> e.Event:
    """Hide an exhibit from one party or both, whoever holds the claim: what harms somebody does not wait.

    Raises NoSuchExhibit, ExhibitAlreadyWithheld, TextMissing; ValueError for somebody else than a party.
    """
    _checked(command.exhibit)
    hidden_from = tuple(role for role in PARTIES if role in command.hidden_from)
    if not hidden_from or len(hidden_from) != len(command.hidden_from):
        raise ValueError("an exhibit is hidden from parties")
    seal = claim.seal(command.exhibit)
    if seal is not None and seal.hidden_from == hidden_from:
        raise r.ExhibitAlreadyWithheld(exhibit=command.exhibit)
    return e.ExhibitSealed(
        at=context.now,
        by=command.by,
        exhibit=command.exhibit,
        hidden_from=hidden_from,
        reason=text_given(command.reason),
    )


def redact(claim: Claim, command: c.RedactExhibit, context: Context) -> e.Event:
    """Show a copy instead of an exhibit. Raises NoSuchExhibit, ExhibitAlreadyWithheld, TextMissing."""
    _checked(command.exhibit)
    seal = claim.seal(command.exhibit)
    if seal is not None and seal.copy == command.copy:
        raise r.ExhibitAlreadyWithheld(exhibit=command.exhibit)
    return e.ExhibitRedacted(
        at=context.now,
        by=command.by,
        exhibit=command.exhibit,
        copy=command.copy,
        reason=text_given(command.reason),
    )


def restore(claim: Claim, command: c.RestoreExhibit, context: Context) -> e.Event:
    """Show an exhibit again as it came. Raises NoSuchExhibit, ExhibitNotWithheld, TextMissing."""
    _checked(command.exhibit)
    if claim.seal(command.exhibit) is None:
        raise r.ExhibitNotWithheld(exhibit=command.exhibit)
    return e.ExhibitRestored(
        at=context.now, by=command.by, exhibit=command.exhibit, reason=text_given(command.reason)
    )


def _checked(exhibit: str) -> None:
    if not _NUMBER.fullmatch(exhibit):
        raise r.NoSuchExhibit(exhibit=exhibit)
