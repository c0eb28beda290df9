"""How letters are shown: before they are printed, and on their way."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import msgspec

from recours.posting.models import Posting
from recours.posting.providers import PRINT_AT_HOME
from recours.posting.queries import OpenedLetter
from recours.rules.letters import Kind, Prepared
from recours.rules.posting import Standing, Started, Step
from recours.rules.wording import say
from recours.rules.wording.format import day
from recours.rules.wording.trace import source_text
from recours.ui.language import lang

CHECKLIST = ("print", "sign", "fold", "counter", "receipt", "photograph")
"""What to do with a letter that is printed at home, in order."""

ASKED = ("what", "how", "price")
"""What the post office will ask."""


def preview(prepared: Prepared) -> dict[str, Any]:
    """Return what the person sees before the PDF is made: addresses as printed, what is untried, what is unsure."""
    said = lang()
    letter = prepared.letter
    notes = [
        say(said, "letters.shortened", given=each.given, printed=each.printed) for each in prepared.shortened
    ]
    if prepared.untried:
        steps = ", ".join(say(said, f"letters.step.{step.value}") for step in prepared.untried)
        notes.append(say(said, "letters.untried", steps=steps))
    notes += [say(said, "letters.unverified", article=article) for article in prepared.unverified]
    if prepared.meter is not None:
        notes.append(say(said, "letters.surcharge", surcharge=prepared.meter.surcharge))
    return {
        "sender": letter.sender.lines,
        "addressee": letter.addressee.lines,
        "subject": letter.subject,
        "references": letter.references,
        "opening": letter.opening,
        "facts": letter.facts,
        "story": letter.story,
        "tried": letter.tried,
        "law": letter.law,
        "demand": letter.demand,
        "follows": letter.follows,
        "closing": letter.closing,
        "enclosures": letter.enclosures,
        "notes": notes,
    }


def digest(prepared: Prepared) -> str:
    """Return what tells this letter from another one: a person who was shown it need not be shown it again."""
    return hashlib.sha256(msgspec.json.encode(prepared.letter)).hexdigest()[:32]


def sort(kind: Kind) -> str:
    """Return what a letter is."""
    return say(lang(), f"posting.sort.{kind.value}")


def standing(where: Standing) -> str:
    """Return where a letter is."""
    return say(lang(), f"posting.standing.{where.value}")


def sending(letter: OpenedLetter, posting: Posting) -> str:
    """Return where a letter is that a provider posts, until the post has it; what it cost; why it was not taken."""
    said = lang()
    text = ""
    if posting.cancel_asked_at and posting.status == Posting.Status.ACCEPTED:
        text = say(said, "posting.sending.cancel_asked")
    elif letter.standing is Standing.PREPARED:
        text = say(said, f"posting.sending.{'printed' if posting.is_printed else posting.status}")
    if posting.price is not None:
        text = f"{text} {say(said, 'posting.price', price=posting.price)}"
    return f"{text} {posting.failure}".strip()


def is_taken(posting: Posting | None) -> bool:
    """Whether giving a letter up is a request to its provider, and no longer certain."""
    return (
        posting is not None
        and posting.provider != PRINT_AT_HOME
        and posting.status == Posting.Status.ACCEPTED
    )


def quiet(since: dt.date, is_carried: bool) -> dict[str, Any]:
    """Return what to do about a letter of which nothing is heard."""
    said = lang()
    names = ("tracking", "papers", "carrier" if is_carried else "counter", "again")
    return {
        "title": say(said, "posting.quiet.title"),
        "since": say(said, "posting.quiet.since", on=since),
        "todo": [say(said, f"posting.quiet.{name}") for name in names],
    }


def struck(letter: OpenedLetter) -> list[str]:
    """Return what was said of a letter and corrected since, with the day of the correction."""
    said = lang()
    local = letter.opened.rules.calendar.local_date
    return [
        say(
            said,
            "posting.struck_on",
            was=say(said, f"posting.told.{row.step}", on=row.on),
            on=local(row.struck_at),
        )
        for row in letter.struck
        if row.struck_at
    ]


def steps(letter: OpenedLetter) -> list[dict[str, Any]]:
    """Return the way of a letter as `ui/components/timeline.html` draws it."""
    said = lang()
    made = {
        "label": say(said, "posting.made"),
        "at": letter.row.made_at,
        "note": say(said, "posting.sealed", sha256=letter.row.file.sha256[:16]),
        "state": "done",
    }
    told = [
        {
            "label": say(said, f"posting.step.{row.step}"),
            "at": row.on,
            "note": say(said, "posting.by_provider") if row.told_by_id is None else "",
            "state": "done",
        }
        for row in letter.steps
    ]
    return [made, *told]


def clocks(letter: OpenedLetter) -> list[dict[str, str]]:
    """Return the terms that the letter's days started, worded."""
    return [_clock(each) for each in letter.clocks]


def _clock(each: Started) -> dict[str, str]:
    said = lang()
    until = say(said, "posting.until", on=each.last_on) if each.last_on else ""
    since = say(said, f"posting.since.{each.from_step.value}", on=each.starts_on)
    article = source_text(each.article, said) if each.article else ""
    if article and not each.verified:
        article = say(said, "posting.to_check", article=article)
    return {
        "what": say(said, f"posting.clock.{each.what}"),
        "since": since,
        "until": until,
        "article": article,
    }


def checklist() -> list[str]:
    """Return what to do with a letter printed at home."""
    return [say(lang(), f"posting.check.{name}") for name in CHECKLIST]


def asked_at_the_counter() -> list[tuple[str, str]]:
    """Return what the post office will ask, and what to answer."""
    said = lang()
    return [(say(said, f"posting.asked.{name}"), say(said, f"posting.answer.{name}")) for name in ASKED]


def proofs(letter: OpenedLetter, url: Any) -> list[dict[str, Any]]:
    """Return the post's documents as `ui/components/evidence.html` draws them."""
    return [
        {
            "number": say(lang(), f"posting.step.{Step(proof.step).value}"),
            "name": proof.file.original_name,
            "url": url(proof),
            "thumbnail": "",
            "by": say(lang(), "posting.paper_added" if proof.added_by_id else "posting.paper_fetched"),
            "at": proof.added_at,
            "size": proof.file.clean_size,
        }
        for proof in letter.proofs
    ]


def listed(letters: list[OpenedLetter], url: Any) -> list[dict[str, Any]]:
    """Return one line for each letter: what it is, to whom, and where it is."""
    said = lang()
    return [
        {
            "sort": sort(Kind(letter.row.sort)),
            "to": letter.row.addressee[0],
            "on": day(letter.row.written_on, said),
            "standing": standing(letter.standing),
            "url": url(letter.row),
        }
        for letter in letters
    ]
