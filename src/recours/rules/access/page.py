"""The table of who may do what, for the documentation, from the one file that the checks obey."""

from __future__ import annotations

from recours.rules.access.table import Action, Condition, Person, Scope, table

HEADS = {
    Person.BUYER: "buyer",
    Person.SHOP_STAFF: "shop staff",
    Person.SHOP_ADMINISTRATOR: "shop administrator",
    Person.AGENT: "agent",
    Person.LEAD: "team lead",
    Person.ADMINISTRATOR: "administrator",
    Person.AUDITOR: "auditor",
}
CONDITIONS = {
    Condition.TWO: "a second person confirms",
    Condition.OTHER: "not who decided before",
    Condition.LIMIT: "below a limit",
    Condition.CLICK: "on click, written down",
    Condition.MASKED: "masked",
    Condition.LOG: "written down",
    Condition.AGAIN: "signed in anew within ten minutes",
}
INTRODUCTION = """\
# Who may do what

Generated from `src/recours/rules/access/table.toml` by `./run lint --write`: edit the table, not this page.
The gate of the site reads it before any page does (`people/gate.py`), queries start from an identity that it
has narrowed (`rules.access.acting`), and `tests/test_access.py` asks every route as every kind of person.

*own*: what one bought, or what is about oneself. *shop*: the shops one acts for. *desk*: the marketplace at
whose desk one works. An empty cell is no: the page does not exist. Nobody crosses from one marketplace to
another, and who is a party to a claim is nothing else in it. A buyer is whoever is signed in; what a visitor
may, everybody may.
"""


def page() -> str:
    """Return the whole page `docs/access.md`."""
    lines = [line for line in table().values() if line.built and any(who in line.cells for who in HEADS)]
    open_lines = [line for line in table().values() if line.built and line.is_open]
    nobody = [
        line
        for line in table().values()
        if line.built and not line.cells and not line.routes and not line.acts
    ]
    later = [line for line in table().values() if not line.built]
    return "\n".join(
        (
            INTRODUCTION,
            f"| action | what | {' | '.join(HEADS.values())} |",
            f"| --- | --- |{' --- |' * len(HEADS)}",
            *(_row(line) for line in lines),
            "",
            "## For everybody, or whoever holds a secret address",
            "",
            *(f"- `{line.name}`: {line.says} ({_open_to(line)})" for line in open_lines),
            "",
            "## For nobody",
            "",
            *(f"- `{line.name}`: {line.says}" for line in nobody),
            "",
            "## Not built",
            "",
            "Refused to all as long as there is no page for it.",
            "",
            *(f"- `{line.name}`: {line.says}" for line in later),
            "",
        )
    )


def _row(line: Action) -> str:
    return f"| `{line.name}` | {line.says} | {' | '.join(_cell(line, who) for who in HEADS)} |"


def _cell(line: Action, who: Person) -> str:
    cell = line.cells.get(who)
    if cell is None:
        return ""
    return ", ".join([cell.scope, *(CONDITIONS[each] for each in Condition if each in cell.conditions)])


def _open_to(line: Action) -> str:
    return "everybody" if any(cell.scope is Scope.ALL for cell in line.cells.values()) else "with the secret"
