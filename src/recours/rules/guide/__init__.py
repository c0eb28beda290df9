"""The guide's rules: what is asked of a buyer whose marketplace is not connected, and what follows from it. Pure."""

from recours.rules.guide.answers import (
    Answers,
    Question,
    SellerIn,
    Trouble,
    Wanted,
    check,
    check_answered,
    days_asked,
    needs_amount,
    needs_order_number,
    questions,
    read_amount,
    remedies,
)

__all__ = [
    "Answers",
    "Question",
    "SellerIn",
    "Trouble",
    "Wanted",
    "check",
    "check_answered",
    "days_asked",
    "needs_amount",
    "needs_order_number",
    "questions",
    "read_amount",
    "remedies",
]
