"""The guide's rules: what is asked of a buyer whose marketplace is not connected, and what follows from it. Pure."""

from recours.rules.guide.agenda import Entry, entries
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
from recours.rules.guide.letter import GuideNoLetter, letter_story, missing
from recours.rules.guide.messages import Text, messages
from recours.rules.guide.model import (
    Bank,
    Climbed,
    Door,
    DoorState,
    Mark,
    Note,
    Outcome,
    Rung,
    Term,
    Way,
)
from recours.rules.guide.outcome import outcome
from recours.rules.guide.places import Place

__all__ = [
    "Answers",
    "Bank",
    "Climbed",
    "Door",
    "DoorState",
    "Entry",
    "GuideNoLetter",
    "Mark",
    "Note",
    "Outcome",
    "Place",
    "Question",
    "Rung",
    "SellerIn",
    "Term",
    "Text",
    "Trouble",
    "Wanted",
    "Way",
    "check",
    "check_answered",
    "days_asked",
    "entries",
    "letter_story",
    "messages",
    "missing",
    "needs_amount",
    "needs_order_number",
    "outcome",
    "questions",
    "read_amount",
    "remedies",
]
