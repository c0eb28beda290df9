"""From the answers to all that follows from them: the way out, the days, what is owed, what to send, where to go next.

Nothing here is legal advice, and nothing is guessed: what cannot be counted without an answer is left out.
"""

from __future__ import annotations

from datetime import date, datetime

from recours.rules.entitlement import Entitlement, entitlements, late_refund_table
from recours.rules.guide.answers import Answers, Trouble, Wanted
from recours.rules.guide.days import Reckoning
from recours.rules.guide.doors import doors
from recours.rules.guide.ladder import ladder, way_of
from recours.rules.guide.model import Bank, Door, Note, Outcome, Rung, Term
from recours.rules.guide.notes import notes
from recours.rules.guide.owed import owed
from recours.rules.guide.places import place
from recours.rules.law import Law
from recours.rules.letters.model import Kind
from recours.rules.policy import Policy
from recours.rules.profile import Profile
from recours.rules.surcharge import Meter, NoSurcharge, surcharge
from recours.rules.windows import due_after

_PAPERS: dict[Trouble, tuple[str, ...]] = {
    Trouble.LOST: ("receipt", "bank_statement", "tracking", "messages"),
    Trouble.UNAUTHORISED_CHARGE: ("bank_statement",),
    Trouble.FRAUD: ("bank_statement", "screenshot", "messages"),
    Trouble.CHARGED_TWICE: ("bank_statement", "receipt", "messages"),
    Trouble.OVERCHARGE: ("bank_statement", "receipt", "messages"),
    Trouble.TECHNICAL_FAULT: ("bank_statement", "screenshot"),
}
"""What a bank asks for, as words of `evidence`."""
_TOLD = {
    Trouble.UNAUTHORISED_CHARGE: ("perceval",),
    Trouble.FRAUD: ("thesee", "info_escroqueries", "signalconso"),
}


def outcome(answers: Answers, profile: Profile, policy: Policy, law: Law | None, now: datetime) -> Outcome:
    """Return what follows from answers that `check` accepts, at `now` (aware UTC).

    Half of the answers will do: what they do not lead to is empty. `law` is None for a country whose law is not in the
    data.
    """
    by = Reckoning(answers, policy, law, policy.calendar.local_date(now))
    facts = by.facts()
    rights = entitlements(policy, law, facts) if facts is not None else ()
    refund, meter = _refund(by)
    bank = _bank(by, profile)
    told = notes(by, refund, meter)
    nexts = doors(by, profile) if answers.trouble is not None else ()
    terms = _terms(by, refund, bank)
    return Outcome(
        answers=answers,
        profile=profile,
        today=by.today,
        way=way_of(answers.trouble),
        ladder=ladder(answers, profile, _shut(by)),
        answer_by=_answer_by(by) if answers.trouble is not None else None,
        terms=terms,
        rights=rights,
        refund=refund,
        meter=meter,
        bank=bank,
        owed=owed(by, refund, meter),
        notes=told,
        doors=nexts,
        letters=_letters(by),
        unverified=_unverified(terms, rights, told, nexts, meter),
    )


def _refund(by: Reckoning) -> tuple[Term | None, Meter | None]:
    """By when the money is due, and what the law adds where somebody waits for it and it is late.

    A seller may keep the money back until the goods are on their way: while they are not, nothing is late.
    Sources: C. conso L221-24 and L242-4, L216-7 and L241-4.
    """
    found = by.refund()
    if found is None or by.waits_for_goods():
        return None, None
    term, window = found
    due = window.law_latest
    table = late_refund_table(window.right.key if window.right is not None else None)
    amount = by.answers.amount
    if by.answers.trouble is not Trouble.REFUND_LATE or by.law is None or amount is None:
        return term, None
    if due is None or table is None or by.today <= due.last_on:
        return term, None
    try:
        return term, surcharge(amount, due.last_on, by.today, by.law, table)
    except NoSurcharge:
        return term, None


def _answer_by(by: Reckoning) -> date:
    """Until when an answer is asked for: what the marketplace gives a seller, while a dispute can still be opened."""
    answers = due_after(
        by.today,
        by.policy.seller.response,
        by.calendar,
        rule="seller.response",
        source=by.policy.label,
        event="message_sent",
    )
    dispute = by.dispute()
    if dispute is None or dispute.is_over:
        return answers.last_on
    return min(answers.last_on, dispute.dated.last_on)


def _shut(by: Reckoning) -> frozenset[Rung]:
    """The rungs that time has closed: a dispute by the marketplace's own windows, a declaration by the law's."""
    over = {Rung.DISPUTE: by.dispute(), Rung.DECLARE: by.withdrawal()}
    return frozenset(rung for rung, term in over.items() if _is_over(term))


def _bank(by: Reckoning, profile: Profile) -> Bank | None:
    papers = _PAPERS.get(by.answers.trouble) if by.answers.trouble is not None else None
    if papers is None:
        return None
    names = _TOLD.get(by.answers.trouble, ()) if by.answers.trouble is not None else ()
    told = (place(name, profile.meta.country) for name in names)
    return Bank(terms=by.bank(), papers=papers, tell=tuple(each for each in told if each is not None))


def _terms(by: Reckoning, refund: Term | None, bank: Bank | None) -> tuple[Term, ...]:
    """Every day that counts for this trouble, the earliest first."""
    trouble = by.answers.trouble
    if trouble is None:
        return ()
    found: list[Term | None] = [refund, by.mediator(), *(bank.terms if bank is not None else ())]
    if trouble in (Trouble.LOST, Trouble.LATE):
        found += [by.delivery(), by.dispute()]
    if trouble.is_faulty:
        found += [by.dispute(), by.conformity()]
    if trouble in (Trouble.CHARGED_TWICE, Trouble.OVERCHARGE):
        found.append(by.dispute())
    if trouble is Trouble.CHANGE_OF_MIND:
        found += [by.withdrawal_by_policy(), by.send_back()]
    if trouble is Trouble.REFUND_LATE and by.answers.refund_of == "withdrawal":
        found.append(by.send_back())
    if trouble.is_faulty or trouble in (Trouble.LATE, Trouble.CHANGE_OF_MIND):
        found.append(by.withdrawal())
    return tuple(sorted((each for each in found if each is not None), key=lambda term: term.dated.due_at))


def _letters(by: Reckoning) -> tuple[Kind, ...]:
    """The kinds of letter that can be written today, the fittest first. Letters are French: they rest on French law."""
    trouble = by.answers.trouble
    if by.law is None or by.law.country != "FR" or trouble is None or trouble is Trouble.FRAUD:
        return ()
    fittest = {
        Trouble.LOST: (Kind.DELIVER, _is_over(by.delivery())),
        Trouble.CHANGE_OF_MIND: (Kind.WITHDRAWAL, not _is_over(by.withdrawal())),
        Trouble.REFUND_LATE: (Kind.REFUND_OVERDUE, _is_late_by_law(by)),
        Trouble.UNAUTHORISED_CHARGE: (Kind.BANK, _is_open(by.bank())),
        Trouble.CHARGED_TWICE: (Kind.BANK, _is_open(by.bank())),
    }
    found: list[Kind] = []
    if trouble.is_faulty and not _is_over(by.conformity()):
        found.append(Kind.CONFORMITY)
    if trouble in fittest:
        kind, is_possible = fittest[trouble]
        found += [kind] if is_possible else []
    if _may_withdraw_instead(by):
        found.append(Kind.WITHDRAWAL)
    if trouble is not Trouble.UNAUTHORISED_CHARGE:
        found.append(Kind.COMPLAINT)
        year = by.mediator()
        found += [Kind.MEDIATOR] if year is not None and not year.is_over else []
    return tuple(found)


def _is_late_by_law(by: Reckoning) -> bool:
    """A letter rests on the law: what is late by the marketplace's own terms alone is not in it."""
    found = by.refund()
    if found is None or by.waits_for_goods():
        return False
    due = found[1].law_latest
    return due is not None and due.last_on < by.today


def _may_withdraw_instead(by: Reckoning) -> bool:
    """Who has the goods and wants their money back, and is still in time, need not give the reason that they have."""
    trouble, term = by.answers.trouble, by.withdrawal()
    if trouble is None or not (trouble.is_faulty or trouble is Trouble.LATE):
        return False
    return by.answers.wanted in (None, Wanted.REFUND) and term is not None and not term.is_over


def _is_over(term: Term | None) -> bool:
    return term is not None and term.is_over


def _is_open(terms: tuple[Term, ...]) -> bool:
    return any(term.is_law and not term.is_over for term in terms)


def _unverified(
    terms: tuple[Term, ...],
    rights: tuple[Entitlement, ...],
    told: tuple[Note, ...],
    nexts: tuple[Door, ...],
    meter: Meter | None,
) -> tuple[str, ...]:
    """The references to articles that nobody has read at their source yet, each once."""
    found = [term.article for term in terms if not term.verified]
    sides = [side for line in rights for side in (line.policy, line.law) if side is not None]
    found += [article for side in sides if not side.verified for article in side.articles]
    found += [article for note in told if not note.verified for article in note.articles]
    found += [article for door in nexts for article in door.unverified]
    if meter is not None and not meter.verified:
        found.append(meter.ref)
    return tuple(dict.fromkeys(article for article in found if article))
