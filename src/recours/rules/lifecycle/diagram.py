"""The lifecycle's diagram and table for the documentation, drawn from the one table that the code obeys."""

from __future__ import annotations

from collections import defaultdict

from recours.rules.lifecycle.table import TRANSITIONS
from recours.rules.lifecycle.vocabulary import Act, Role, State


def diagram() -> str:
    """Return the states and the moves between them as a Mermaid state diagram.

    Acts that leave a claim where it is are in the table only; several acts by the same role along one arrow share it.
    """
    arrows: dict[tuple[str, str], dict[Role, list[Act]]] = defaultdict(lambda: defaultdict(list))
    for (state, act, role), targets in TRANSITIONS.items():
        for target in targets:
            if target is not state:
                arrows[(state.value if state else "[*]", target.value)][role].append(act)
    lines = ["stateDiagram-v2"]
    for (origin, goal), by_role in arrows.items():
        label = "; ".join(f"{role}: {', '.join(acts)}" for role, acts in by_role.items())
        lines.append(f"    {origin} --> {goal} : {label}")
    lines.append(f"    {State.CLOSED} --> [*]")
    return "\n".join(lines)


def table() -> str:
    """Return the table of (state, act, who) -> states, as Markdown, in the code's order."""
    rows = ["| in state | act | by | leads to |", "| --- | --- | --- | --- |"]
    for (state, act, role), targets in TRANSITIONS.items():
        rows.append(f"| {state or '(none yet)'} | `{act}` | {role} | {', '.join(targets)} |")
    return "\n".join(rows)


def page() -> str:
    """Return the whole page `docs/lifecycle.md`."""
    return "\n".join(
        (
            "# The life of a claim",
            "",
            "Generated from `src/recours/rules/lifecycle/table.py` by `./run lint --write`: edit the table, not this",
            "page. A line says where an act *may* lead; `decide` says where it does, and refuses it when the",
            "claim's own facts do not allow it. Acts by `clock` are what silence does.",
            "",
            "```mermaid",
            diagram(),
            "```",
            "",
            table(),
            "",
        )
    )
