"""The file of a claim in words, section by section, in the language of the moment. Nothing is decided here.

Each section takes what was gathered for one role and returns blocks; what that role may not see was either not read,
or is left out by the same functions that leave it out on the pages.
"""

from recours.dossier.contents.whole import Paper, whole

__all__ = ["Paper", "whole"]
