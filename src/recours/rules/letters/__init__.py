"""The formal letter: its address, its words, its articles. Pure; `recours.letters` prints it."""

from recours.rules.letters.address import Address, Shortened, address
from recours.rules.letters.model import Enclosure, Fact, Kind, Letter, Party, Prepared, Step, Story, Tried
from recours.rules.letters.reading import read_story
from recours.rules.letters.writing import untried, write

__all__ = [
    "Address",
    "Enclosure",
    "Fact",
    "Kind",
    "Letter",
    "Party",
    "Prepared",
    "Shortened",
    "Step",
    "Story",
    "Tried",
    "address",
    "read_story",
    "untried",
    "write",
]
