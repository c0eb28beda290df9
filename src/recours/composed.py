"""Query sets whose SQL Django composes once in the life of a process, then only fills in and sends.

For what every page asks. Composing a statement costs several times what it takes to send it and to read its rows, and
the text depends on what is asked, not on which claim it is asked of: so it is composed for stand-ins (ADR 0058).
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast
from uuid import UUID, uuid4

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)

Given = UUID | str | int | dt.datetime | frozenset[UUID]
"""What a statement can be filled in with. Of a set, the text depends on the number."""
Sort = type | int
"""All of a value that the text depends on: its type, or how many ids a set has."""


class Composed(Generic[M]):
    """The rows of a query set that `make` returns for some values, in one query. It may join, and may neither
    prefetch nor lock.

    `make` is called once for each number of ids in its sets. A condition that it draws from anything else than what it
    is given, a setting or the clock, would be frozen: it takes those as values.
    """

    def __init__(self, make: Callable[..., QuerySet[M]]) -> None:
        self._text = lru_cache(maxsize=256)(lambda *sorts: _Text.of(make, sorts))

    def rows(self, *given: Given) -> list[M]:
        """Ask, with these in place of the parameters of `make`. Raises TypeError for a value that no text can take."""
        text = self._text(*(_sort(value) for value in given))
        if text is None:
            return []
        filled = cast(Any, _Filled(text, text.values_for(given)))
        return list(QuerySet(text.model, query=filled))

    def first(self, *given: Given) -> M | None:
        """Return the first row, None when there is none."""
        return next(iter(self.rows(*given)), None)


class _Text(Generic[M]):
    """A composed statement: the compiler that knows how its rows become instances, its SQL, and the values in it."""

    def __init__(self, model: type[M], compiler: SQLCompiler, stand_ins: Sequence[Any]) -> None:
        self.model, self.compiler = model, compiler
        self.sql, values = compiler.as_sql()
        self.values, self.stand_ins = tuple(values), tuple(stand_ins)
        if missing := set(_each(stand_ins)).difference(self.values):
            # A parameter that the text does not hold would be asked with the value of whoever came first.
            raise TypeError(f"{model.__name__}: {len(missing)} of what was given is not in the statement")

    @classmethod
    def of(cls, make: Callable[..., QuerySet[M]], sorts: Sequence[Sort]) -> _Text[M] | None:
        """Compose what `make` asks; None when it can find nothing, as among no ids."""
        stand_ins = [_stand_in(sort) for sort in sorts]
        rows = make(*stand_ins)
        if rows._prefetch_related_lookups:  # type: ignore[attr-defined]
            raise TypeError(f"{rows.model.__name__}: what is prefetched is asked by another statement")
        if rows.query.select_for_update:
            # Django would look whether a transaction is open when it composes, and never again.
            raise TypeError(f"{rows.model.__name__}: a lock needs its transaction looked at each time")
        try:
            return cls(rows.model, rows.query.get_compiler(using=rows.db), stand_ins)
        except EmptyResultSet:
            return None

    def values_for(self, given: Sequence[Given]) -> tuple[Any, ...]:
        real = dict(zip(_each(self.stand_ins), _each(given), strict=True))
        return tuple(real.get(value, value) for value in self.values)


class _Filled:
    """Stands in a query set in place of its query: sends a text that is there already."""

    def __init__(self, text: _Text[Any], values: tuple[Any, ...]) -> None:
        self.text, self.values = text, values

    def get_compiler(self, using: str) -> SQLCompiler:
        compiler = copy.copy(self.text.compiler)
        compiler.connection = connections[using]  # each thread has its own
        filled = self.text.sql, self.values
        compiler.as_sql = lambda *_, **__: filled  # type: ignore[method-assign]
        return compiler


def _sort(value: Given) -> Sort:
    return len(value) if isinstance(value, frozenset) else type(value)


def _stand_in(sort: Sort) -> Any:
    """Return what nobody else could give, so that it is found again among the values of the text."""
    if isinstance(sort, int):
        return frozenset(uuid4() for _ in range(sort))
    if issubclass(sort, UUID):
        return uuid4()
    if issubclass(sort, str):
        return uuid4().hex
    if sort is int:
        return uuid4().int >> 65  # what a bigint holds
    if issubclass(sort, dt.datetime):
        return dt.datetime(1, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=uuid4().int % 10**12)
    raise TypeError(f"{sort.__name__} cannot be put into a composed statement")


def _each(values: Sequence[Any]) -> Iterable[Any]:
    for value in values:
        if isinstance(value, frozenset):
            yield from value
        else:
            yield value
