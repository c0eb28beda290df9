"""The result: what follows from the answers, worded for who gave them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext

from recours.claims.presentation.rights import rights_of
from recours.guide.carrying import Carried
from recours.guide.telling import told
from recours.guide.writing import writings
from recours.rules.guide import (
    Climbed,
    Door,
    DoorState,
    Mark,
    Outcome,
    Place,
    Rung,
    Term,
    Trouble,
    Way,
    outcome,
)
from recours.rules.law import law_of
from recours.rules.profile import Address, Fact
from recours.rules.wording import say
from recours.rules.wording.format import day, until_day
from recours.rules.wording.guide import (
    door_reason,
    door_state,
    door_text,
    left_text,
    letter_text,
    note_text,
    owed_source,
    owed_text,
    place_text,
    rung_help,
    rung_text,
    term_text,
    way_text,
)
from recours.rules.wording.rights import meter_lines
from recours.rules.wording.trace import source_text, trace_lines
from recours.ui.language import lang

Page = dict[str, Any]

_TERMS_OF = {
    Rung.SELLER: ("withdrawal", "conformity"),
    Rung.DISPUTE: ("dispute",),
    Rung.DECLARE: ("withdrawal", "withdrawal_policy"),
    Rung.BANK: ("unauthorised_payment_outside_eea", "unauthorised_payment", "chargeback"),
}
"""By when a rung is climbed: the first of these days that is still to come."""
_STATES = {Mark.DONE: "done", Mark.NEXT: "current"}
_TONES = {DoorState.OPEN: "ok", DoorState.TO_CHECK: "warn"}


def outcome_of(found: Carried, now: dt.datetime) -> Outcome:
    """Return what follows from the answers, by the conditions and the law of the profile."""
    profile = found.profile
    return outcome(found.state.answers, profile, profile.policy, law_of(profile.meta.country), now)


def result(found: Carried, now: dt.datetime) -> Page:
    """Return the context of the result page."""
    came = outcome_of(found, now)
    meta = found.profile.meta
    return {
        "place": meta.name,
        "owed": owed_text(came.owed, lang()) if came.owed is not None else "",
        "owed_source": owed_source(came.owed, lang()) if came.owed is not None else "",
        "status": _status(came),
        "way": way_text(came.way, lang()),
        "ladder": [_rung(climbed) for climbed in came.ladder],
        "how": _how(came.next) if came.next is not None else None,
        "notes": [note_text(note, lang()) for note in came.notes],
        "announced": _announced(came),
        "meter": _meter(came),
        "dates": [_date(came, term) for term in came.terms if not term.is_over],
        # It explains, and nothing can be done by it any more.
        "over": [_date(came, term) for term in came.terms if term.is_over],
        "rights": rights_of(came.rights, found.profile.policy.calendar.zone, meta.country),
        **_texts(came),
        "bank": _bank(came),
        "bank_first": came.way is Way.BANK,
        "letters": [letter_text(kind, lang()) for kind in came.letters],
        "doors": [_door(door) for door in came.doors],
        "is_kept": bool(found.state.kept),
        "told": told(came.answers),
    }


_TEXT_OF = {
    Rung.SELLER: ("seller",),
    Rung.DECLARE: ("seller",),
    Rung.DISPUTE: ("dispute",),
    Rung.SUPPORT: ("support", "social"),
    Rung.BANK: ("bank",),
}
"""Whose text a rung is climbed with: the first that there is."""


def _texts(came: Outcome) -> Page:
    """Return the text for the rung to climb now, and the others apart."""
    keys = _TEXT_OF.get(came.next.rung, ()) if came.next is not None else ()
    written = {each["key"]: each for each in writings(came)}
    now = next((written[key] for key in keys if key in written), None)
    return {"text_now": now, "texts": [each for each in written.values() if each is not now]}


def _status(came: Outcome) -> Page:
    """The one thing to do now, and by when."""
    following = came.next
    if following is None:
        return {
            "turn": gettext("Vous avez tout essayé ici : il reste les autres voies, plus bas."),
            "yours": True,
        }
    what = rung_text(following.rung, lang())
    term = _term_of(came, following.rung)
    if term is None:
        return {"turn": gettext("À faire maintenant : %(what)s.") % {"what": what.lower()}, "yours": True}
    shown = until_day(term.dated.due_at, term.dated.zone, lang())
    words = {"what": what.lower(), "until": shown}
    return {
        "turn": gettext("À faire maintenant : %(what)s, jusqu’au %(until)s.") % words,
        "due_at": term.dated.due_at,
        "steps": trace_lines(term.dated.trace, term.dated.zone, lang()),
        "yours": True,
    }


def _term_of(came: Outcome, rung: Rung) -> Term | None:
    known = {term.key: term for term in came.terms if not term.is_over}
    return next((known[key] for key in _TERMS_OF.get(rung, ()) if key in known), None)


def _rung(climbed: Climbed) -> Page:
    notes = {
        Mark.DONE: climbed.said,
        Mark.NEXT: "",
        Mark.LATER: "",
        Mark.LEFT_OUT: gettext("pas encore essayé, toujours possible"),
        Mark.SHUT: gettext("le délai de la place de marché est passé"),
    }
    return {
        "label": rung_text(climbed.rung, lang()),
        "at": climbed.on,
        "note": notes[climbed.mark],
        "state": _STATES.get(climbed.mark, "next"),
    }


def _how(climbed: Climbed) -> Page:
    """How the next rung is climbed at this marketplace, and whose word that is."""
    page: Page = {
        "title": rung_text(climbed.rung, lang()),
        "help": rung_help(climbed.rung, lang()),
        "lines": [],
    }
    if isinstance(climbed.how, Fact):
        page |= {"lines": [climbed.how.told(lang())], "source": sourced(climbed.how)}
    elif isinstance(climbed.how, Address):
        page |= {"lines": list(climbed.how.lines), "source": sourced(climbed.how)}
    return page


def sourced(fact: Fact | Address) -> str:
    """Say where something told of the marketplace comes from, and that it is to be checked."""
    words = {"source": fact.read_at(lang()), "on": day(fact.checked_on, lang(), weekday=False)}
    if fact.verified:
        return gettext("D’après « %(source)s », relu le %(on)s.") % words
    return gettext("D’après « %(source)s », vérifié le %(on)s : vérifiez avant d’agir.") % words


def _announced(came: Outcome) -> list[Page]:
    """What the marketplace announces of the time to claim and to be paid, where the answers lead there."""
    profile, facts = came.profile, came.answers
    found: list[Fact | None] = []
    if facts.delivered_on is not None:
        found += [profile.returns, profile.returns_elsewhere]
    if came.refund is not None or came.answers.trouble is Trouble.REFUND_LATE:
        found.append(profile.refunds)
    return [{"text": fact.told(lang()), "source": sourced(fact)} for fact in found if fact is not None]


def _date(came: Outcome, term: Term) -> Page:
    article = source_text(term.article, lang()) if term.article else ""
    return {
        "what": term_text(term, came.profile.meta.name, lang()),
        "on": term.dated.last_on,
        "left": left_text(term, lang()),
        "is_over": term.is_over,
        "article": article if term.verified else f"{article} {say(lang(), 'rights.unverified')}",
        "steps": trace_lines(term.dated.trace, term.dated.zone, lang()),
        "why": gettext("Pourquoi cette date : %(what)s")
        % {"what": term_text(term, came.profile.meta.name, lang())},
    }


def _meter(came: Outcome) -> Page | None:
    meter = came.meter
    if meter is None:
        return None
    is_priced = meter.rate_known or not meter.surcharge.is_zero
    article = source_text(meter.ref, lang())
    return {
        "owed": meter.amount,
        "added": meter.surcharge if is_priced else None,
        "since": meter.due_on + dt.timedelta(days=1),
        "lines": meter_lines(meter, lang()),
        "basis": article if meter.verified else f"{article} {say(lang(), 'rights.unverified')}",
        "steps": trace_lines(came.refund.dated.trace, came.refund.dated.zone, lang()) if came.refund else [],
    }


def _bank(came: Outcome) -> Page | None:
    bank = came.bank
    if bank is None:
        return None
    return {
        "papers": [say(lang(), f"evidence.{paper}") for paper in bank.papers],
        "terms": [_date(came, term) for term in bank.terms],
        "tell": [_place(place) for place in bank.tell],
    }


def _place(place: Place) -> Page:
    return {
        "name": place.name,
        "url": place.url,
        "telephone": place.telephone,
        "what": place_text(place, lang()),
        "to_check": "" if place.verified else gettext("à vérifier"),
    }


def _door(door: Door) -> Page:
    return {
        "title": door_text(door, lang()),
        "state": door_state(door, lang()),
        "tone": _TONES.get(door.state, ""),
        "reason": door_reason(door, lang()),
        "until": until_day(door.until.due_at, door.until.zone, lang()) if door.until else "",
        "place": _place(door.place) if door.place is not None else None,
        "told": door.told.told(lang()) if door.told else "",
        "source": sourced(door.told) if door.told else "",
    }
