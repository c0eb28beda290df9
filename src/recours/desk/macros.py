"""Answers of the desk in a claim: what their placeholders stand for. They are put in once and read over, never run."""

from __future__ import annotations

from msgspec import Struct

from recours.casework.filling import values_of
from recours.claims.queries import OpenedClaim
from recours.conversations.canned.filling import warnings
from recours.conversations.canned.queries import Holder, answer_of
from recours.people.models import User
from recours.rules.canned import fill


class Inserted(Struct, frozen=True):
    """The text to be read over, and what in it stayed as it was written."""

    text: str
    warnings: tuple[str, ...] = ()


def inserted(opened: OpenedClaim, user: User, *, answer_id: object, typed: str) -> Inserted:
    """Return what is typed with an answer behind it, filled in; as it is typed for an answer that is not the desk's."""
    answer = answer_of(Holder(marketplace_id=opened.row.marketplace_id), answer_id)
    if answer is None:
        return Inserted(typed)
    filled = fill(answer.text, values_of(opened.row, user))
    text = f"{typed.rstrip()}\n\n{filled.text}" if typed.strip() else filled.text
    return Inserted(text, tuple(warnings(filled)))
