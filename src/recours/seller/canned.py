"""A shop's answers kept ready, on the page of a claim: put into the message, read over, and only then sent."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest

from recours.claims.forms import MessageForm
from recours.claims.presentation.words import first_name
from recours.claims.queries import OpenedClaim
from recours.conversations.canned.filling import warnings
from recours.conversations.canned.queries import Holder, answer_of, answers_of
from recours.conversations.models import CannedAnswer
from recours.people.models import User
from recours.rules.canned import Placeholder, fill


def answers_for(opened: OpenedClaim) -> list[CannedAnswer]:
    """Return the answers of the claim's shop, by title."""
    holder = _holder(opened)
    return answers_of(holder) if holder else []


def inserted(request: HttpRequest, opened: OpenedClaim) -> tuple[MessageForm, list[str]]:
    """Put the chosen answer after what is typed, filled in; return the form, and what to look at before sending."""
    typed = request.POST.get("text", "").replace("\r\n", "\n")
    holder = _holder(opened)
    answer = answer_of(holder, request.POST.get("answer", "")) if holder else None
    if answer is None:
        return MessageForm(opened, initial={"text": typed}), []
    filled = fill(answer.text, _values(opened, cast(User, request.user)))
    text = f"{typed.rstrip()}\n\n{filled.text}" if typed.strip() else filled.text
    return MessageForm(opened, initial={"text": text}), warnings(filled)


def _holder(opened: OpenedClaim) -> Holder | None:
    row: Any = opened.row
    if row.shop is None:
        return None
    return Holder(marketplace_id=row.marketplace_id, shop_id=row.shop_id, name=row.shop.name)


def _values(opened: OpenedClaim, user: User) -> dict[Placeholder, str]:
    row = opened.row
    return {
        Placeholder.BUYER: first_name(row.buyer.name),
        Placeholder.ORDER: row.order.number if row.order else "",
        Placeholder.ARTICLE: ", ".join(line.title for line in opened.claim.opening.lines),
        Placeholder.SHOP: row.shop.name if row.shop else "",
        Placeholder.ME: user.name,
    }
