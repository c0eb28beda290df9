"""What the person has said so far, carried by the pages themselves: signed, compressed, and kept nowhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.core import signing
from django.http import QueryDict
from msgspec import Struct
from msgspec.structs import replace

from recours.rules.guide.answers import Answers

FIELD = "state"
"""The hidden field of every form of the guide."""
LASTS = dt.timedelta(days=30)
"""After this the answers are shown again before they are counted with: dates and law may have moved."""
KEPT_CHARACTERS = 40_000
"""Of one field that was typed and not accepted: twice the longest story that anybody has sent us."""

_SALT = "recours.guide.state"
_OURS = frozenset({FIELD, "at", "go", "language", "theme", "csrfmiddlewaretoken"})

Typed = dict[str, list[str]]


class Unreadable(Exception):
    """The state was altered, cut, or comes from another installation."""


class State(Struct, frozen=True, kw_only=True):
    """`done` are the questions that were answered, skipped ones too; `typed` what stands in forms that were left before
    they were right, by the name of the question."""

    profile: str
    answers: Answers = msgspec.field(default_factory=Answers)
    done: tuple[str, ...] = ()
    typed: dict[str, Typed] = msgspec.field(default_factory=dict)
    kept: str = ""

    def answered(self, question: str, answers: Answers) -> State:
        """Return the state once a question has its answer."""
        done = self.done if question in self.done else (*self.done, question)
        rest = {name: fields for name, fields in self.typed.items() if name != question}
        return replace(self, answers=answers, done=done, typed=rest)

    def keeping(self, question: str, typed: Typed) -> State:
        """Return the state with what was typed for a question, right or not."""
        return replace(self, typed={**self.typed, question: typed}) if typed else self

    def left(self, question: str) -> QueryDict | None:
        """Return what was typed for a question and not accepted yet, as a form reads it."""
        fields = self.typed.get(question)
        if fields is None:
            return None
        found = QueryDict(mutable=True)
        for name, values in fields.items():
            found.setlist(name, values)
        return found


class Opened(Struct, frozen=True):
    """A state that came back, and whether it is older than LASTS."""

    state: State
    is_old: bool


class _Serializer:
    def dumps(self, obj: State) -> bytes:
        return msgspec.json.encode(obj)

    def loads(self, data: bytes) -> State:
        return msgspec.json.decode(data, type=State)


def sealed(state: State) -> str:
    """Return a state as the text of a form's field."""
    return signing.dumps(state, salt=_SALT, serializer=_Serializer, compress=True)


def opened(text: str) -> Opened:
    """Return the state of a form's field. Raises Unreadable; nothing is unpacked before its seal was compared."""
    try:
        try:
            return Opened(_loads(text, LASTS), is_old=False)
        except signing.SignatureExpired:
            return Opened(_loads(text, None), is_old=True)
    except (signing.BadSignature, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unreadable from error


def stored(state: State) -> str:
    """Return a state as a kept file holds it: without the secret that opens it."""
    return msgspec.json.encode(replace(state, kept="")).decode()


def unstored(text: str) -> State:
    """Return the state of a kept file."""
    return msgspec.json.decode(text, type=State)


def _loads(text: str, lasts: dt.timedelta | None) -> State:
    found: State = signing.loads(text, salt=_SALT, serializer=_Serializer, max_age=lasts)
    return found


def typed_in(data: Mapping[str, Any], names: Iterable[str]) -> Typed:
    """Return what a form's fields hold as they were sent, empty ones left out."""
    if not isinstance(data, QueryDict):
        return {}
    found = {
        name: [value[:KEPT_CHARACTERS] for value in data.getlist(name)] for name in names if name not in _OURS
    }
    return {name: values for name, values in found.items() if any(values)}
