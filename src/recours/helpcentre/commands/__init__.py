"""Writes: articles and their texts, synonyms, and the questions that found nothing."""

from recours.helpcentre.commands.questions import note_nothing_found
from recours.helpcentre.commands.starting import load_articles, load_starting_set
from recours.helpcentre.commands.verdicts import count
from recours.helpcentre.commands.writing import Written, publish, refill, save_draft, withdraw

__all__ = [
    "Written",
    "count",
    "load_articles",
    "load_starting_set",
    "note_nothing_found",
    "publish",
    "refill",
    "save_draft",
    "withdraw",
]
