"""The days that count, as the entries of a calendar file."""

from __future__ import annotations

import hashlib
from datetime import date

from msgspec import Struct

from recours.rules.guide.model import Outcome, Term
from recours.rules.wording import Lang
from recours.rules.wording.guide import term_text
from recours.rules.wording.trace import trace_text


class Entry(Struct, frozen=True, kw_only=True):
    """A whole day. `uid` stays the same when its day moves, so that a calendar replaces it; it tells nothing."""

    uid: str
    on: date
    title: str
    text: str


def entries(found: Outcome, lang: Lang) -> tuple[Entry, ...]:
    """Return an entry for each day to come, with the explanation of its date; what is over is in no calendar."""
    return tuple(_entry(found, term, lang) for term in found.terms if not term.is_over)


def _entry(found: Outcome, term: Term, lang: Lang) -> Entry:
    return Entry(
        uid=_uid(found, term),
        on=term.dated.last_on,
        title=term_text(term, found.profile.meta.name, lang),
        text=trace_text(term.dated, lang),
    )


def _uid(found: Outcome, term: Term) -> str:
    answers = found.answers
    told = (
        found.profile.meta.key,
        answers.trouble,
        answers.order_number.strip(),
        answers.ordered_on,
        answers.paid_on,
        term.key,
    )
    digest = hashlib.sha256("\n".join(str(each) for each in told).encode()).hexdigest()
    return f"{digest[:32]}@recours"
