"""What Meta's services answer alike to a message: they took it, refuse it, or ask for it again later."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from recours.channels.providers import Answered, NoAnswer, NotReached
from recours.channels.providers.meta.graph import Answer

TOO_FAST = frozenset({4})
"""The Graph's own code for an app that asks too much. Source: Meta, "Graph API: rate limiting"."""
KEY_IS_BAD = 190
WAIT_S = 60
"""Seconds to wait where it asks for patience and does not say how much."""

Said = dict[str, Any]


def judged(answer: Answer, ref_in: Callable[[Said], Any], *, too_fast: Collection[int]) -> Answered:
    """Return what became of a message. `ref_in` finds its id in what was said of one that was taken.

    Raises NotReached for a token that does not open; NoAnswer for what does not say whether it was taken.
    """
    if answer.status == 200:
        return Answered(ref=_ref(answer.said, ref_in))
    error = answer.said.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    if answer.status == 429 or code in too_fast:
        return Answered(reason=f"{code}", wait_s=answer.retry_after_s or WAIT_S)
    if code == KEY_IS_BAD:
        raise NotReached("the token does not open")
    if answer.status >= 500 or not isinstance(error, dict):
        raise NoAnswer(f"{answer.status}")
    return Answered(reason=f"{code} {error.get('message', '')}".strip()[:300])


def _ref(said: Said, ref_in: Callable[[Said], Any]) -> str:
    try:
        ref = ref_in(said)
    except (KeyError, IndexError, TypeError) as error:
        raise NoAnswer("200, without an id") from error
    if not isinstance(ref, str) or not ref:
        raise NoAnswer("200, without an id")
    return ref
