"""What the placeholders of the desk's answers stand for in a claim. They are put in once, and never run."""

from __future__ import annotations

from recours.casework.refusals import AnswerGone, AnswerNotWhole
from recours.claims.models import Claim
from recours.conversations.canned.queries import Holder, answer_of
from recours.people.models import User
from recours.rules.canned import Placeholder, fill


def values_of(row: Claim, user: User) -> dict[Placeholder, str]:
    """Return what each placeholder says in a claim, for who sends the answer."""
    return {
        Placeholder.BUYER: row.buyer.name,
        Placeholder.ORDER: row.order.number if row.order else "",
        Placeholder.ARTICLE: ", ".join(line.title for line in row.snapshot.opening.lines),
        Placeholder.SHOP: row.shop.name if row.shop else row.marketplace.name,
        Placeholder.ME: user.name,
    }


def whole_answer(row: Claim, user: User, answer_id: object) -> str:
    """Return an answer of the desk filled in for a claim, to be sent unread. Raises AnswerGone, AnswerNotWhole."""
    answer = answer_of(Holder(marketplace_id=row.marketplace_id), answer_id)
    if answer is None:
        raise AnswerGone
    filled = fill(answer.text, values_of(row, user))
    missing = (*filled.unknown, *filled.empty)
    if missing:
        raise AnswerNotWhole(names=", ".join(missing))
    return filled.text
