"""The claims of the demo: every state, every way to end, each told as people would have lived it."""

from __future__ import annotations

from recours.demo.stage import Stage
from recours.demo.stories import between, closed, desk, owed


def tell(stage: Stage) -> None:
    """Write all stories down on the stage."""
    for chapter in (between, desk, owed, closed):
        for story in chapter.STORIES:
            story(stage)
