"""The process that makes one PDF: `python child.py FOLDER SETTINGS`. It is run as a file and imports nothing of ours.

FOLDER holds `root/`, the only files that Typst may open, and `inputs.json`; `made.pdf` is left there, or the reason
why not on the error output.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import typst


def main() -> int:
    """Set the document that the command line names; 1 when Typst refuses it, and says why."""
    folder, settings = Path(sys.argv[1]), json.loads(sys.argv[2])
    _hold_back(settings["memory_bytes"], settings["seconds"])
    nowhere = (
        folder / "packages"
    )  # empty: a template that imports a package fails instead of asking the network
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[settings["fonts"]]
    )
    compiler = typst.Compiler(
        str(folder / "root" / settings["template"]),
        root=str(folder / "root"),
        font_paths=fonts,
        sys_inputs=json.loads((folder / "inputs.json").read_text("utf-8")),
        package_path=str(nowhere),
        package_cache_path=str(nowhere),
    )
    try:
        made, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards=settings["standard"].split("+"), timestamp=settings["timestamp"]
        )
    except typst.TypstError as error:
        sys.stderr.write(error.diagnostic)
        return 1
    for warning in warnings:
        sys.stderr.write(f"{warning}\n")
    if not isinstance(made, bytes):
        raise TypeError(f"a PDF is one file, not {type(made).__name__}")
    (folder / "made.pdf").write_bytes(made)
    return 0


def _hold_back(memory_bytes: int, seconds: int) -> None:
    """Bound what this process may take. Where the system knows no such limit, the time-out remains."""
    for what, amount in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (amount, amount))
        except (OSError, ValueError):  # macOS refuses some of them
            continue


if __name__ == "__main__":
    sys.exit(main())
