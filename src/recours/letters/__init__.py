"""The formal letter as a PDF, with its exhibits."""

from recours.letters.exhibits import (
    MOST_PAGES,
    ExhibitNotDrawn,
    ExhibitNotForPaper,
    ExhibitPagesTooMany,
    annexed,
)
from recours.letters.paper import UnreadablePicture, paper

__all__ = [
    "MOST_PAGES",
    "ExhibitNotDrawn",
    "ExhibitNotForPaper",
    "ExhibitPagesTooMany",
    "UnreadablePicture",
    "annexed",
    "paper",
]
