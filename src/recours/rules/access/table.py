"""The table of who may do what, read from `table.toml`, which says how it is written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from msgspec import Struct

from recours.rules.lifecycle.vocabulary import Act

Key = TypeVar("Key", bound=str)


class Person(StrEnum):
    """The columns of the table. `BUYER` is whoever is signed in: what is theirs is found by whose it is."""

    VISITOR = "visitor"
    LINK = "link"
    BUYER = "buyer"
    SHOP_STAFF = "shop_staff"
    SHOP_ADMINISTRATOR = "shop_administrator"
    AGENT = "agent"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Scope(StrEnum):
    """Of what a cell speaks."""

    ALL = "all"
    SECRET = "secret"  # noqa: S105 (a word, not one of them)
    OWN = "own"
    SHOP = "shop"
    DESK = "desk"


class Condition(StrEnum):
    """What a cell asks besides."""

    TWO = "two"
    OTHER = "other"
    LIMIT = "limit"
    CLICK = "click"
    MASKED = "masked"
    LOG = "log"
    AGAIN = "again"


GROUPS = {
    "shop": (Person.SHOP_STAFF, Person.SHOP_ADMINISTRATOR),
    "desk": (Person.AGENT, Person.LEAD, Person.ADMINISTRATOR),
}
SCOPES = {
    Person.VISITOR: {Scope.ALL},
    Person.LINK: {Scope.SECRET},
    Person.BUYER: {Scope.OWN},
    Person.SHOP_STAFF: {Scope.SHOP},
    Person.SHOP_ADMINISTRATOR: {Scope.SHOP},
    Person.AGENT: {Scope.DESK},
    Person.LEAD: {Scope.DESK},
    Person.ADMINISTRATOR: {Scope.DESK},
    Person.AUDITOR: {Scope.DESK},
}
"""What each column may say, so that a slip of the pen is found when the table is read."""


class Cell(Struct, frozen=True):
    """What one person may of one action."""

    scope: Scope
    conditions: frozenset[Condition] = frozenset()


class Action(Struct, frozen=True, kw_only=True):
    """A line of the table."""

    name: str
    says: str
    row: int | None = None
    """Its number in the matrix that the table follows; none for what the matrix does not speak of."""
    cells: dict[Person, Cell]
    routes: tuple[str, ...] = ()
    acts: tuple[Act, ...] = ()
    built: bool = True
    """False: foreseen, and refused to all as long as it is."""

    @property
    def is_open(self) -> bool:
        """Whether it is asked of nobody who they are: it is for all, or for who holds a secret that its view checks."""
        return Person.VISITOR in self.cells or Person.LINK in self.cells

    def allows(self, person: Person | None) -> bool:
        return person is not None and self.built and person in self.cells


class UnknownAction(LookupError):
    """No action of the table is meant."""


def action(name: str) -> Action:
    """Return an action by name. Raises UnknownAction."""
    try:
        return table()[name]
    except KeyError as error:
        raise UnknownAction(name) from error


def action_of_act(act: Act) -> Action:
    """Return the action that an act of the lifecycle is."""
    return _by_act()[act]


ACTING = frozenset({"buyer:act", "seller:act", "desk:act"})
"""Routes whose action is that of the act which their address names."""


def action_of_route(method: str, route: str, act: str = "") -> Action | None:
    """Return the action of a request; None for an act that there is none of. Raises UnknownAction for a route that the
    table does not name.
    """
    if route in ACTING:
        return _by_act().get(Act(act)) if act in set(Act) else None
    known = _by_route()
    space = route.rpartition(":")[0]
    for key in (f"{method} {route}", route, f"{space}:*"):
        if key in known:
            return known[key]
    raise UnknownAction(f"{route}: write it down in rules/access/table.toml")


@cache
def table() -> Mapping[str, Action]:
    """Return every action by name, in the file's order. Raises ValueError for a line that cannot be meant."""
    source = files("recours.rules.access").joinpath("table.toml").read_text()
    return {line.name: line for line in _lines(tomllib.loads(source))}


def _lines(source: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[Action]:
    for subject, actions in source.items():
        for verb, line in actions.items():
            said = dict(line)
            yield Action(
                name=f"{subject}.{verb}",
                says=said.pop("says"),
                row=said.pop("row", None),
                routes=tuple(said.pop("routes", ())),
                acts=tuple(Act(act) for act in said.pop("acts", ())),
                built=said.pop("built", True),
                cells=_cells(said),
            )


def _cells(said: Mapping[str, str]) -> dict[Person, Cell]:
    """Read the cells: those of a group first, so that one role's own says more."""
    written = {
        person: text
        for group in GROUPS
        if group in said
        for person in GROUPS[group]
        for text in [said[group]]
    }
    written |= {Person(who): text for who, text in said.items() if who not in GROUPS}
    return {person: _cell(person, written[person]) for person in Person if person in written}


def _cell(person: Person, text: str) -> Cell:
    scope, *conditions = (part.strip() for part in text.split(","))
    if Scope(scope) not in SCOPES[person]:
        raise ValueError(f"{person} cannot have {scope!r}")
    return Cell(Scope(scope), frozenset(Condition(each) for each in conditions))


@cache
def _by_route() -> Mapping[str, Action]:
    return _once((route, line) for line in table().values() for route in line.routes)


@cache
def _by_act() -> Mapping[Act, Action]:
    return _once((act, line) for line in table().values() for act in line.acts)


def _once(pairs: Iterator[tuple[Key, Action]]) -> Mapping[Key, Action]:
    found: dict[Key, Action] = {}
    for key, line in pairs:
        if key in found:
            raise ValueError(f"{key} is in {found[key].name} and in {line.name}")
        found[key] = line
    return found
