"""The claims of the demo: every state, every way to end, told as people would have lived it; and what comes before."""

from __future__ import annotations

from recours.demo.stage import Stage
from recours.demo.stories import (
    between,
    changed,
    channels,
    closed,
    desk,
    letters,
    messages,
    money,
    owed,
    returns,
)


def tell(stage: Stage) -> None:
    """Write all stories down on the stage."""
    for chapter in (between, desk, owed, money, returns, closed, letters, messages, channels, changed):
        for story in chapter.STORIES:
            story(stage)
