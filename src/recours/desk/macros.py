"""Answers of the desk in a claim: what their placeholders stand for. They are put in once and read over, never run."""

from __future__ import annotations

from msgspec import Struct

from recours.claims.queries import OpenedClaim
from recours.conversations.canned.filling import warnings
from recours.conversations.canned.queries import Holder, answer_of
from recours.people.models import User
from recours.rules.canned import Placeholder, fill


class Inserted(Struct, frozen=True):
    """The text to be read over, and what in it stayed as it was written."""

    text: str
    warnings: tuple[str, ...] = ()


def inserted(opened: OpenedClaim, user: User, *, answer_id: object, typed: str) -> Inserted:
    """Return what is typed with an answer behind it, filled in; as it is typed for an answer that is not the desk's."""
    answer = answer_of(_holder(opened), answer_id)
    if answer is None:
        return Inserted(typed)
    filled = fill(answer.text, _values(opened, user))
    text = f"{typed.rstrip()}\n\n{filled.text}" if typed.strip() else filled.text
    return Inserted(text, tuple(warnings(filled)))


def _holder(opened: OpenedClaim) -> Holder:
    return Holder(marketplace_id=opened.row.marketplace_id)


def _values(opened: OpenedClaim, user: User) -> dict[Placeholder, str]:
    row = opened.row
    return {
        Placeholder.BUYER: row.buyer.name,
        Placeholder.ORDER: row.order.number if row.order else "",
        Placeholder.ARTICLE: ", ".join(line.title for line in opened.claim.opening.lines),
        Placeholder.SHOP: row.shop.name if row.shop else row.marketplace.name,
        Placeholder.ME: user.name,
    }
