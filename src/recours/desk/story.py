"""A claim's story at the desk: what happened, what was written on every channel, what was noted; in one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _
from msgspec import Struct

from recours.claims.presentation import Paragraph, paragraphs, word
from recours.claims.queries import Entry, OpenedClaim, story
from recours.desk.queries import names_of
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.vocabulary import Role


class Shown(StrEnum):
    """What of a claim's story is shown; the value is in the address."""

    ALL = "all"
    ACTS = "acts"
    MESSAGES = "messages"
    NOTES = "notes"

    @classmethod
    def of(cls, given: str) -> Shown:
        """Return what an address names; all of it for what it says wrong."""
        return next((each for each in cls if each.value == given), cls.ALL)


class Line(Struct, frozen=True, kw_only=True):
    """One line of the story; `seq` is 0 for what is no event."""

    seq: int
    entry: Entry
    what: str
    who: str
    lines: list[str]
    late: bool
    """Written down more than a minute after it took effect: no worker ran at that moment."""


def people_in(told: Sequence[Entry]) -> set[UUID]:
    """Return whose names the log needs: the agents who acted, and those to whom the claim was given."""
    acted = {entry.event.by.id for entry in told if entry.event and entry.role is Role.AGENT}
    given = {entry.event.agent for entry in told if isinstance(entry.event, e.Assigned)}
    return {key for key in acted | given if key is not None}


def log(told: Sequence[Entry], words: Sequence[Paragraph], names: Mapping[UUID, str]) -> list[Line]:
    """Return every event, numbered, with who did it and when it was written down if that was later."""
    return [
        Line(
            seq=entry.seq,
            entry=entry,
            what=paragraph.title,
            who=_who(entry, names),
            lines=[*paragraph.lines, *_withheld_because(entry), *_given_to(entry, names)],
            late=entry.recorded_at is not None and (entry.recorded_at - entry.at).total_seconds() > 60,
        )
        for entry, paragraph in in_words(told, words)
        if entry.event is not None
    ]


def kinds() -> dict[Shown, str]:
    return {
        Shown.ALL: _("Tout"),
        Shown.ACTS: _("Actes"),
        Shown.MESSAGES: _("Messages"),
        Shown.NOTES: _("Notes internes"),
    }


def whole_story(
    told: Sequence[Entry], words: Sequence[Paragraph], names: Mapping[UUID, str], shown: Shown
) -> list[Line]:
    """Return what happened, was written and was noted, on every channel, in one order; or one kind of it."""
    lines = log(told, words, names) if shown in (Shown.ALL, Shown.ACTS) else []
    for entry, paragraph in in_words(told, words):
        wanted = (entry.message and shown in (Shown.ALL, Shown.MESSAGES)) or (
            entry.note and shown in (Shown.ALL, Shown.NOTES)
        )
        if wanted:
            lines.append(
                Line(
                    seq=0,
                    entry=entry,
                    what=paragraph.title,
                    who=paragraph.who,
                    lines=[paragraph.text, *_own(paragraph)],
                    late=False,
                )
            )
    return sorted(lines, key=lambda line: (line.entry.at, line.seq))


def _own(paragraph: Paragraph) -> list[str]:
    return [_("Texte de l’agent : %(text)s") % {"text": paragraph.own_text}] if paragraph.own_text else []


def in_words(told: Sequence[Entry], words: Sequence[Paragraph]) -> list[tuple[Entry, Paragraph]]:
    # Nothing of the story is hidden from the desk, so that entries and paragraphs go by pairs.
    return list(zip(told, words, strict=True))


def _who(entry: Entry, names: Mapping[UUID, str]) -> str:
    who = word("role", entry.role)
    name = names.get(entry.event.by.id) if entry.event and entry.event.by.id else None
    return f"{who} ({name})" if name else who


def _withheld_because(entry: Entry) -> list[str]:
    if isinstance(entry.event, e.ExhibitSealed | e.ExhibitRedacted | e.ExhibitRestored):
        return [entry.event.reason]
    return []


def _given_to(entry: Entry, names: Mapping[UUID, str]) -> list[str]:
    if isinstance(entry.event, e.Assigned) and entry.event.agent in names:
        return [_("Attribué à %(name)s") % {"name": names[entry.event.agent]}]
    return []


def changed_since(opened: OpenedClaim, seq: int) -> list[Line]:
    """Return what happened after the event that a page showed last."""
    told = story(opened)
    lines = log(told, paragraphs(opened, told), names_of(people_in(told)))
    return [line for line in lines if line.seq > seq]
