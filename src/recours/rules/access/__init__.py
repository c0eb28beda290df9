"""Who somebody is, and what they may do: one table, from which the checks and their tests are made."""

from recours.rules.access.deciding import acting, may, may_do
from recours.rules.access.identity import Identity, Parties, role_in
from recours.rules.access.table import (
    Action,
    Cell,
    Condition,
    Person,
    Scope,
    UnknownAction,
    action,
    action_of_act,
    action_of_route,
    table,
)

__all__ = [
    "Action",
    "Cell",
    "Condition",
    "Identity",
    "Parties",
    "Person",
    "Scope",
    "UnknownAction",
    "acting",
    "action",
    "action_of_act",
    "action_of_route",
    "may",
    "may_do",
    "role_in",
    "table",
]
