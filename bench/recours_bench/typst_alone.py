"""Typst by itself, in this process: what the papers of Recours are measured against."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from recours_bench.figures import timed


def seconds_alone(
    template: str, data: str, pictures: Mapping[str, bytes], standards: list[str], *, timestamp: int = 0
) -> float:
    """Return the seconds that Typst takes to set `template` ("folder/file.typ"), all that it needs being at hand."""
    import typst

    from recours.typesetting import typesetter
    from recours.typesetting.glyphs import FONTS

    inputs = {
        "data": data,
        "words": json.dumps({"page": "{page} / {pages}", "contents": "Sommaire"}),
        "lang": "fr",
    }
    with tempfile.TemporaryDirectory(prefix="recours-bench-") as name:
        root = Path(name) / "root"
        typesetter._lay_out(root, template.partition("/")[0], dict(pictures))
        with timed() as alone:
            fonts = typst.Fonts(
                include_system_fonts=False,
                include_embedded_fonts=False,
                font_paths=[str(FONTS)],
            )
            typst.compile(
                str(root / template),
                root=str(root),
                font_paths=fonts,
                sys_inputs=inputs,
                pdf_standards=standards,
                timestamp=timestamp,
            )
    return alone.seconds
