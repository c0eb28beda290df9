"""Every route of the site, and those for which the table of who may do what has no line."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from recours.rules.access import UnknownAction, action_of_route


def routes() -> Iterator[tuple[str, str]]:
    """Return the name (with namespaces) and the pattern of every route."""
    yield from _walk(get_resolver().url_patterns, "", "")


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, space: str) -> Iterator[tuple[str, str]]:
    for each in patterns:
        pattern = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _walk(each.url_patterns, pattern, inner)
        else:
            yield f"{space}{each.name or pattern}", pattern


@register("recours")
def every_route_has_an_action(**_kwargs: object) -> list[CheckMessage]:
    """Find the routes that the gate would keep shut, before anybody stands there."""
    return [
        Error(
            f"The route {name!r} has no action.",
            hint="Name it in src/recours/rules/access/table.toml, under the action that it is.",
            id="recours.E001",
        )
        for name in sorted({name for name, _ in routes()})
        if not _is_known(name)
    ]


def _is_known(name: str) -> bool:
    try:
        action_of_route("GET", name)
    except UnknownAction:
        return False
    return True
