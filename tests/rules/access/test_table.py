"""The table of who may do what: that it can be meant, and that the checks say what it says."""

from __future__ import annotations

import itertools
from uuid import UUID, uuid4

import pytest

from recours.rules.access import (
    Identity,
    Parties,
    Person,
    Scope,
    UnknownAction,
    acting,
    action,
    action_of_act,
    action_of_route,
    may,
    role_in,
    table,
)
from recours.rules.access.page import page
from recours.rules.lifecycle.table import TRANSITIONS
from recours.rules.lifecycle.vocabulary import Act, Role

PLACE, OTHER_PLACE, SHOP, OTHER_SHOP, BUYER = (uuid4() for _ in range(5))
ROWS_OF_THE_MATRIX = set(range(1, 44)) - {11, 17, 19, 43}
"""11 is a rule of the lifecycle: nobody accepts their own offer. 17 and 19: a ruling on appeal, which
is the action of 16. 43: there is no API."""
READING = {"read", "list", "copy"}


def somebody(person: Person) -> Identity:
    """One person of a column, at PLACE or in SHOP."""
    here, mine = frozenset({PLACE}), frozenset({SHOP})
    who = uuid4()
    match person:
        case Person.VISITOR | Person.LINK:
            return Identity()
        case Person.BUYER:
            return Identity(user_id=who, buyer_ids=frozenset({BUYER}))
        case Person.SHOP_STAFF:
            return Identity(user_id=who, shop_ids=mine)
        case Person.SHOP_ADMINISTRATOR:
            return Identity(user_id=who, shop_ids=mine, shop_administrator_of=mine)
        case Person.AGENT:
            return Identity(user_id=who, agent_of=here)
        case Person.LEAD:
            return Identity(user_id=who, agent_of=here, lead_of=here)
        case Person.ADMINISTRATOR:
            return Identity(user_id=who, agent_of=here, administrator_of=here)
        case Person.AUDITOR:
            return Identity(user_id=who, auditor_of=here)


AT_A_DESK = (Person.AGENT, Person.LEAD, Person.ADMINISTRATOR, Person.AUDITOR)
IN_A_SHOP = (Person.SHOP_STAFF, Person.SHOP_ADMINISTRATOR)
CELLS = [
    pytest.param(name, person, id=f"{name}-{person}") for name, person in itertools.product(table(), Person)
]


@pytest.mark.parametrize(("name", "person"), CELLS)
def test_each_cell_is_what_the_checks_say(name: str, person: Person) -> None:
    line, who = action(name), somebody(person)
    given = line.built and person in line.cells

    if person in AT_A_DESK:
        assert may(who, name, marketplace_id=PLACE) is given
        assert may(who, name, marketplace_id=OTHER_PLACE) is False
        assert (PLACE in acting(who, line).agent_of) is (
            given or (person is not Person.AUDITOR and _no_desk(name))
        )
        assert acting(who, line).agent_of <= {PLACE}
    elif person in IN_A_SHOP:
        assert may(who, name, shop_id=SHOP) is given
        assert may(who, name, shop_id=OTHER_SHOP) is False
        assert acting(who, line).shop_ids <= {SHOP}
    elif person is Person.BUYER:
        assert may(who, name) is (line.built and (given or line.is_open))
    else:
        assert may(who, name) is (line.built and line.is_open)


def _no_desk(name: str) -> bool:
    """Whether the action does not concern the desk at all: then an identity stays what it was."""
    return not any(action(name).allows(person) for person in AT_A_DESK)


@pytest.mark.parametrize("name", list(table()))
def test_who_has_lost_every_role_may_what_any_account_may(name: str) -> None:
    line, former = action(name), Identity(user_id=uuid4())

    assert may(former, name) is (line.built and (line.is_open or Person.BUYER in line.cells))
    assert may(former, name, marketplace_id=PLACE) is False
    assert may(former, name, shop_id=SHOP) is False


def test_auditor_reads_and_writes_nothing() -> None:
    given = {name for name, line in table().items() if line.built and Person.AUDITOR in line.cells}

    assert {name.partition(".")[2] for name in given} <= READING
    assert {name for name in given if action(name).acts} == set()


def test_auditor_may_read_all_that_an_agent_may() -> None:
    agents = {
        n for n, line in table().items() if n.partition(".")[2] in READING and line.allows(Person.AGENT)
    }

    assert {name for name in agents if not action(name).allows(Person.AUDITOR)} == set()


@pytest.mark.parametrize(
    ("less", "more"),
    [
        (Person.SHOP_STAFF, Person.SHOP_ADMINISTRATOR),
        (Person.AGENT, Person.LEAD),
        (Person.LEAD, Person.ADMINISTRATOR),
    ],
)
def test_higher_role_may_all_that_the_lower_may(less: Person, more: Person) -> None:
    assert [n for n, line in table().items() if less in line.cells and more not in line.cells] == []


def test_every_act_of_the_lifecycle_is_one_action() -> None:
    assert {act: action_of_act(act).name for act in Act}.keys() == set(Act)


PEOPLE = {
    Role.BUYER: {Person.BUYER},
    Role.SELLER: {Person.SHOP_STAFF, Person.SHOP_ADMINISTRATOR},
    Role.AGENT: {Person.AGENT, Person.LEAD, Person.ADMINISTRATOR},
}


def test_whoever_the_lifecycle_lets_act_may_open_the_page_of_that_act() -> None:
    """Else a button leads to a page that does not exist. Giving a claim to somebody else is not for every agent."""
    shut = {
        (act.value, role.value)
        for _state, act, role in TRANSITIONS
        if role in PEOPLE and not PEOPLE[role] <= set(action_of_act(act).cells)
    }

    assert shut == {("assign", "agent")}


def test_every_row_of_the_matrix_has_a_line() -> None:
    assert {line.row for line in table().values() if line.row} == ROWS_OF_THE_MATRIX


@pytest.mark.parametrize(
    "line", [line for line in table().values() if not line.built], ids=lambda line: line.name
)
def test_what_is_not_built_has_no_route(line: object) -> None:
    assert getattr(line, "routes", None) == ()
    assert getattr(line, "acts", None) == ()


def test_route_of_another_method_is_another_action() -> None:
    assert action_of_route("GET", "desk:help_synonyms") == action("article.read")
    assert action_of_route("POST", "desk:help_synonyms") == action("article.write")


def test_act_is_named_by_its_address() -> None:
    assert action_of_route("POST", "desk:act", "assign") == action("claim.assign")
    assert action_of_route("POST", "desk:act", "nonsense") is None


def test_space_of_addresses_is_one_action() -> None:
    assert action_of_route("POST", "demo:enter") == action("site.visit")


@pytest.mark.parametrize("route", ["", "desk:", "desk:nothing", "desk:queue2", "queue"])
def test_route_that_is_not_in_the_table_is_unknown(route: str) -> None:
    with pytest.raises(UnknownAction):
        action_of_route("GET", route)


def test_agent_of_two_desks_may_at_each_what_they_are_there() -> None:
    who = Identity(
        user_id=uuid4(),
        agent_of=frozenset({PLACE}),
        auditor_of=frozenset({OTHER_PLACE}),
        shop_ids=frozenset({SHOP}),
    )

    assert acting(who, action("claim.read")).agent_of == {PLACE, OTHER_PLACE}
    assert acting(who, action("note.write")).agent_of == {PLACE}
    assert acting(who, action("claim.assign")).agent_of == frozenset()


@pytest.mark.parametrize("name", [name for name, line in table().items() if line.built])
def test_party_stays_a_party_whatever_they_do(name: str) -> None:
    """Who works at the desk and bought, or sells: no action makes an agent of them in their own claim."""
    bought = Identity(user_id=uuid4(), buyer_ids=frozenset({BUYER}), agent_of=frozenset({PLACE}))
    parties = Parties(marketplace_id=PLACE, buyer_id=BUYER, shop_id=SHOP)

    assert role_in(acting(bought, action(name)), parties) is Role.BUYER


@pytest.mark.parametrize("name", [name for name, line in table().items() if line.allows(Person.AGENT)])
def test_seller_is_never_the_judge_of_their_shop(name: str) -> None:
    sells = Identity(user_id=uuid4(), shop_ids=frozenset({SHOP}), agent_of=frozenset({PLACE}))

    assert (
        role_in(acting(sells, action(name)), Parties(marketplace_id=PLACE, buyer_id=BUYER, shop_id=SHOP))
        is Role.SELLER
    )


def test_page_names_every_action() -> None:
    written = page()

    assert [name for name, line in table().items() if f"`{name}`" not in written and line.cells] == []


def test_scopes_are_those_of_their_columns() -> None:
    assert {
        cell.scope for line in table().values() for who, cell in line.cells.items() if who in AT_A_DESK
    } == {Scope.DESK}


def test_no_identity_is_a_visitor() -> None:
    assert may(Identity(), "site.visit") is True
    assert may(Identity(), "claim.read") is False
    assert UUID(int=0) not in acting(Identity(), action("claim.read")).agent_of
