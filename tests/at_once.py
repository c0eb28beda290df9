"""Doing things at the same instant, each in a thread with its own connection to the database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

R = TypeVar("R")


def at_once(*acts: Callable[[], R]) -> list[R | Exception]:
    """Start all acts together; return what each returned, or the exception that it raised, in their order."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], R]) -> R | Exception:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return list(pool.map(run, acts))


def kinds(results: Sequence[object]) -> list[str]:
    """The names of the results' types, sorted: what happened, whoever it happened to."""
    return sorted(type(result).__name__ for result in results)
