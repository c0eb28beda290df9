"""The documentation says what the code says: the policy's lines, the environment, and links that lead somewhere."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from recours.rules.policy import PRESETS, preset

pytestmark = pytest.mark.rules

REPOSITORY = Path(__file__).resolve().parent.parent
PAGES = [
    *REPOSITORY.glob("*.md"),
    *(REPOSITORY / "docs").rglob("*.md"),
]
VARIABLE = re.compile(r"\b(?:RECOURS_[A-Z_]+|DATABASE_URL)\b")
IN_QUOTES = re.compile(r"""["'](RECOURS_[A-Z_]+|DATABASE_URL)["']""")


def text(path: str) -> str:
    return (REPOSITORY / path).read_text("utf-8")


def table(page: str, first: str) -> dict[str, list[str]]:
    """The rows of the table whose header begins with `first`, by their first cell without backquotes."""
    lines = text(page).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        name, *cells = (cell.strip() for cell in line.strip("|").split(" | "))
        rows[name.strip("| `")] = cells
    return rows


def written(value: Any) -> str:
    """A value of a policy as docs/policy.md writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(value) if isinstance(value, list) else str(value)


@pytest.mark.parametrize("name", PRESETS)
def test_policy_page_has_every_line_of_every_preset(name: str) -> None:
    rows = table("docs/policy.md", "line")
    policy = tomllib.loads(preset(name))
    wanted = {
        f"{section}.{line}": written(value)
        for section, lines in policy.items()
        if section not in {"meta", "grounds"}
        for line, value in lines.items()
    }

    column = PRESETS.index(name)
    told = {line: cells[0] if cells[column] == "=" else cells[column] for line, cells in rows.items()}
    told.pop("calendar.subdivision")  # optional, and in no preset

    assert told == wanted


def test_policy_page_has_every_ground() -> None:
    rows = table("docs/policy.md", "ground")
    grounds = tomllib.loads(preset("default"))["grounds"]

    assert {name: cells[:2] for name, cells in rows.items()} == {
        name: [written(ground["remedies"]), written(ground["evidence"])] for name, ground in grounds.items()
    }


def test_operator_page_has_every_variable_and_no_other() -> None:
    sources = [*(REPOSITORY / "src" / "recours").rglob("*.py")]
    read = {name for source in sources for name in IN_QUOTES.findall(source.read_text("utf-8"))}
    read |= {"RECOURS_PYTHON", "RECOURS_VENV"}  # by ./run

    assert set(VARIABLE.findall(text("docs/operator.md"))) == read


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
    missing = [
        target
        for target in targets
        if not target.startswith(("http://", "https://")) and not (page.parent / target).exists()
    ]

    assert missing == []
