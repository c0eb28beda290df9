"""The formal letter as a PDF."""

from recours.letters.paper import UnreadablePicture, paper

__all__ = ["UnreadablePicture", "paper"]
