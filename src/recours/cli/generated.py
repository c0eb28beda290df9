"""Files of the repository that are made from the code, and the check that they still say what it says."""

from importlib import import_module
from pathlib import Path

GENERATED: dict[str, str] = {
    "docs/access.md": "recours.rules.access.page:page",
    "docs/law-table.md": "recours.rules.law.page:page",
    "docs/lifecycle.md": "recours.rules.lifecycle.diagram:page",
}
"""Path from the root of the checkout -> "module:function", called without arguments, returns the text.

`./run lint` fails when a file differs from its text; `./run lint --write` writes them all."""


def wanted(path: str) -> str:
    """Return the text that the code wants in `path`."""
    module, function = GENERATED[path].split(":")
    text: str = getattr(import_module(module), function)()
    return text


def outdated(root: Path) -> list[str]:
    """Return the paths whose file is missing or differs."""
    return [
        path for path in GENERATED if not (root / path).exists() or (root / path).read_text() != wanted(path)
    ]


def write_all(root: Path) -> None:
    for path in outdated(root):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(wanted(path))
