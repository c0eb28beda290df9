"""Draws the pages of a PDF that somebody sent, as pictures, in the process that sets papers."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import msgspec

from recours.typesetting import warm
from recours.typesetting.typesetter import SOURCE, TypesettingError
from recours.typesetting.warm import Paper, set_paper

EDGE_PX = 1754
"""Longest side of the picture of a page: A4 at 150 dots an inch."""


def drawn_pages(content: bytes, pages: int) -> tuple[bytes, ...]:
    """Return the first `pages` pages of a PDF as PNG. Takes a tenth of a second a page and more.

    `content` is a copy that the press has written, never what came in. A page becomes a picture since PDF/A takes no
    page of another file: whatever hangs at it stays behind. Raises TypesettingError for a page that cannot be drawn.
    """
    with tempfile.TemporaryDirectory(prefix="recours-drawing-") as name:
        folder = Path(name)
        shutil.copytree(SOURCE / "typesetting" / "typst", folder / "root" / "typesetting")
        (folder / "root" / "source.pdf").write_bytes(content)
        return tuple(_drawn(folder, number) for number in range(1, pages + 1))


def _drawn(folder: Path, number: int) -> bytes:
    inputs = {"page": str(number), "edge": str(EDGE_PX)}
    (folder / "inputs.json").write_bytes(msgspec.json.encode(inputs))
    said = set_paper(
        Paper(
            folder=str(folder),
            template="typesetting/drawn.typ",
            standard="",
            timestamp=0,
            seconds=warm.SECONDS,
            format="png",
        )
    )
    if said is not None:
        raise TypesettingError(f"page {number}: {said}")
    return (folder / "made.png").read_bytes()
