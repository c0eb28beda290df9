"""The process that makes papers: `python child.py SETTINGS`. It is run as a file and imports nothing of ours.

Each line of its input names a paper: its folder, which holds `root/`, the only files that Typst may open, and
`inputs.json`. `made.pdf` is left there, or `made.png`, and one line of output says so, or why not. Nothing is kept of a
paper but what Typst remembers of its own work. It ends when its input does, or when nobody has asked for a while.
"""

from __future__ import annotations

import json
import math
import os
import resource
import select
import sys
from pathlib import Path
from typing import Any

import typst


def main() -> int:
    """Set the papers that the input names, until it ends or nothing comes."""
    settings = json.loads(sys.argv[1])
    _hold_back(settings["memory_bytes"])
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[settings["fonts"]]
    )
    while select.select([sys.stdin], [], [], settings["idle_seconds"])[0]:
        line = sys.stdin.readline()
        if not line:
            break
        paper = json.loads(line)
        _allow(paper["seconds"])
        answer = json.dumps(_set(paper, fonts) | {"resident_bytes": _resident_bytes()})
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    return 0


def _set(paper: dict[str, Any], fonts: typst.Fonts) -> dict[str, Any]:
    """Set one paper; when Typst refuses it, say why."""
    folder = Path(paper["folder"])
    nowhere = (
        folder / "packages"
    )  # empty: a template that imports a package fails instead of asking the network
    compiler = typst.Compiler(
        str(folder / "root" / paper["template"]),
        root=str(folder / "root"),
        font_paths=fonts,
        sys_inputs=json.loads((folder / "inputs.json").read_text("utf-8")),
        package_path=str(nowhere),
        package_cache_path=str(nowhere),
    )
    try:
        standards = {"pdf_standards": paper["standard"].split("+")} if paper["format"] == "pdf" else {}
        made, warnings = compiler.compile_with_warnings(
            format=paper["format"], timestamp=paper["timestamp"], ppi=72.0, **standards
        )
    except typst.TypstError as error:
        return {"refused": error.diagnostic}
    if not isinstance(made, bytes):
        raise TypeError(f"a paper is one file, not {type(made).__name__}")
    (folder / f"made.{paper['format']}").write_bytes(made)
    return {"refused": None, "warnings": [str(warning) for warning in warnings]}


def _hold_back(memory_bytes: int) -> None:
    """Bound what this process may take. Where the system knows no such limit, the time-out remains."""
    _limit(resource.RLIMIT_AS, memory_bytes, memory_bytes)
    _limit(resource.RLIMIT_CORE, 0, 0)


def _allow(seconds: float) -> None:
    """Bound the processor time of the next paper: what was used until now, and so much more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime + seconds)
    _limit(resource.RLIMIT_CPU, until, resource.getrlimit(resource.RLIMIT_CPU)[1])


def _limit(what: int, soft: int, hard: int) -> None:
    try:
        resource.setrlimit(what, (soft, hard))
    except (OSError, ValueError):  # macOS refuses some of them
        return


def _resident_bytes() -> int:
    """Return the memory held now; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGESIZE")


if __name__ == "__main__":
    sys.exit(main())
