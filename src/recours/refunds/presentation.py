"""Where the money is, for the three faces: what is promised and by when, what was sent, what its being late adds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from recours.claims.presentation.words import country_name
from recours.claims.queries import OpenedClaim
from recours.refunds.models import CREDIT, Refund, StoreCredit
from recours.refunds.providers.sepa.accounts import masked
from recours.refunds.queries import RefundPromise, account_of, credits_of, late, promise, refunds_of
from recours.rules.entitlement import RefundWindow
from recours.rules.lifecycle.decide.checking import is_missed
from recours.rules.lifecycle.decide.crediting import credit_term
from recours.rules.lifecycle.outlook import refund_outlook
from recours.rules.lifecycle.vocabulary import Role, State
from recours.rules.money import Money
from recours.rules.surcharge import Lateness
from recours.rules.windows import Dated
from recours.rules.wording import say
from recours.rules.wording.format import day, money, until
from recours.rules.wording.rights import lateness_lines
from recours.rules.wording.trace import source_text, trace_lines
from recours.ui.language import lang

WHERE_MONEY_IS = (State.REFUND_DUE, State.CLOSED)
"""States in which there can be refunds to tell of; in the others nothing is asked of the database."""


def money_of(opened: OpenedClaim, refunds: list[Refund] | None = None) -> dict[str, Any]:
    """Return the contexts of `refunds/promise.html`, `meter.html` and `credits.html`, nothing where there is none.

    One query where there can be refunds, none before, and none for who gives the refunds that they read; one more where
    the buyer accepted store credit.
    """
    if refunds is None:
        refunds = refunds_of(opened) if opened.claim.state in WHERE_MONEY_IS else []
    found = promise(opened, refunds) if opened.claim.state in WHERE_MONEY_IS else None
    credits = [credit_facts(opened, one) for one in credits_of(opened)] if opened.claim.credited else []
    if found is None:
        return {"promise": _outlook(opened), "meter": None, "credits": credits, "still_owed": ""}
    added = [one for one in refunds if one.is_surcharge]
    return {
        "promise": _promise(opened, found, added),
        "meter": _meter(opened, found, added),
        "credits": credits,
        "still_owed": _still_owed(opened, added),
    }


def _still_owed(opened: OpenedClaim, surcharges: list[Refund]) -> str:
    """Say that a surcharge is not paid yet, where the claim itself is over and expects nothing more."""
    ended = (Refund.Status.SUCCEEDED, Refund.Status.REVERSED, Refund.Status.CANCELLED)
    open_ones = [one for one in surcharges if one.status not in ended]
    if opened.claim.state is not State.CLOSED or opened.claim.refund_check is not None or not open_ones:
        return ""
    amount = money(sum((one.amount for one in open_ones[1:]), open_ones[0].amount), lang())
    if opened.role is Role.BUYER:
        return _(
            "La loi y ajoute %(amount)s, qui vous restent dus : la plateforme doit encore les verser."
        ) % {"amount": amount}
    return _(
        "La loi y ajoute %(amount)s, qui restent dus à l’acheteur : la plateforme doit encore les verser."
    ) % {"amount": amount}


def credit_facts(opened: OpenedClaim, one: StoreCredit) -> dict[str, Any]:
    """Return one store credit: its code, what it is worth and until when, what became of it, and why that date."""
    dated = credit_term(one.issued_at, opened.rules)
    facts = [
        (_("Code"), one.code),
        (_("Montant"), money(one.amount, lang())),
        (_("Émis le"), day(opened.rules.calendar.local_date(one.issued_at), lang())),
        (_("Utilisable jusqu’au"), until(one.expires_at, opened.zone, lang())),
    ]
    if one.ended_at is not None:
        ended_on = day(opened.rules.calendar.local_date(one.ended_at), lang())
        ended = _("Utilisé le") if one.status == StoreCredit.Status.USED else _("Annulé le")
        facts.append((ended, say(lang(), "said.of", what=ended_on, said=one.ended_because)))
    return {
        "id": one.pk,
        "facts": facts,
        "is_open": one.status == StoreCredit.Status.ISSUED,
        "has_expired": one.status == StoreCredit.Status.ISSUED and opened.now >= one.expires_at,
        "why": {"steps": trace_lines(dated.trace, opened.zone, lang())},
    }


def _promise(opened: OpenedClaim, found: RefundPromise, added: list[Refund]) -> dict[str, Any]:
    sent = [
        (_("Versement de %(amount)s") % {"amount": money(one.amount, lang())}, whereabouts(opened, one))
        for one in found.refunds
    ]
    sent += [
        (
            _("Majoration de %(amount)s pour retard") % {"amount": money(one.amount, lang())},
            whereabouts(opened, one),
        )
        for one in added
    ]
    if found.owed.is_zero:
        return {"title": _title(opened), "facts": sent, **_dates(opened, None)}
    owed = [(_("Montant"), money(found.owed, lang()))]
    return {"title": _title(opened), "facts": [*owed, *sent], **_dates(opened, found.term)}


def traces(opened: OpenedClaim) -> list[dict[str, Any]]:
    """Return what an agent needs to find money that the buyer misses: each refund that was paid, with its references.

    Nothing while nobody misses any; one query otherwise.
    """
    if opened.role is not Role.AGENT or not is_missed(opened.claim):
        return []
    paid = [one for one in refunds_of(opened) if one.status == Refund.Status.SUCCEEDED]
    return [{"refund": one, "facts": _references(opened, one)} for one in paid]


def _references(opened: OpenedClaim, one: Refund) -> list[tuple[str, str]]:
    facts = [
        (_("Montant"), money(one.amount, lang())),
        (_("Versement"), whereabouts(opened, one)),
        (_("Prestataire"), one.provider),
        (_("Référence du prestataire"), one.provider_ref),
    ]
    if one.payment is not None:
        facts.append((_("Paiement d’origine"), f"{one.payment.ref} ({one.payment.method})"))
    return facts


def _outlook(opened: OpenedClaim) -> dict[str, Any] | None:
    """Say when the money would come, if what the claim waits for happened."""
    found = refund_outlook(opened.claim, opened.rules, opened.now)
    if found is None:
        return None
    facts = [(_("Montant"), money(found.amount, lang()))]
    return {
        "title": _title(opened),
        "condition": _condition(opened),
        "facts": facts,
        **_dates(opened, found.term),
    }


def _title(opened: OpenedClaim) -> str:
    return _("Votre remboursement") if opened.role is Role.BUYER else _("Le remboursement")


def _condition(opened: OpenedClaim) -> str:
    role = opened.role
    match opened.claim.state:
        case State.WITH_SELLER if role is Role.SELLER:
            return _("Si vous ne répondez pas à temps")
        case State.WITH_SELLER:
            return _("Si le vendeur ne répond pas à temps")
        case State.RULED:
            return _("Si personne ne conteste la décision")
        case State.AWAITING_RETURN if role is Role.BUYER:
            return _("Si vous renvoyez l’article aujourd’hui, et que le retour est accepté")
        case State.AWAITING_RETURN:
            return _("Si l’acheteur renvoie l’article aujourd’hui, et que le retour est accepté")
        case _:
            return _("Si le retour est accepté aujourd’hui")


def _dates(opened: OpenedClaim, term: RefundWindow | None) -> dict[str, Any]:
    """Return policy and law side by side, the one that counts marked, and why each date is what it is."""
    if term is None:
        return {"sides": [], "whys": [], "note": ""}
    return {
        "sides": list(_sides(opened, term)),
        "whys": list(_whys(opened, term)),
        "note": _note(opened, term),
    }


def _sides(opened: OpenedClaim, term: RefundWindow) -> Iterator[dict[str, Any]]:
    by_law = term.law_latest
    law_counts = by_law is not None and by_law.due_at <= term.latest.due_at
    yield {
        "name": _("Conditions de la place de marché"),
        "earliest": _starts(opened, term.policy_earliest),
        # "Not before" gives way to the law, and is then shown for what it is: no reason to wait.
        "gives_way": term.policy_earliest is not None and term.earliest is None,
        "latest": _ends(term.policy_latest),
        "counts": not law_counts,
    }
    if by_law is not None:
        country = country_name(opened.claim.opening.country)
        yield {
            "name": _("La loi (%(country)s)") % {"country": country},
            "earliest": _("sans attendre"),
            "gives_way": False,
            "latest": _ends(by_law),
            "counts": law_counts,
        }


def _whys(opened: OpenedClaim, term: RefundWindow) -> Iterator[dict[str, Any]]:
    if term.policy_earliest is not None:
        yield _why(opened, _("Pourquoi pas plus tôt, selon les conditions ?"), term.policy_earliest)
    yield _why(opened, _("Pourquoi cette date, selon les conditions ?"), term.policy_latest)
    if term.law_latest is not None:
        yield _why(opened, _("Pourquoi cette date, selon la loi ?"), term.law_latest)


def _why(opened: OpenedClaim, summary: str, dated: Dated) -> dict[str, Any]:
    return {"summary": summary, "steps": trace_lines(dated.trace, opened.zone, lang())}


def _note(opened: OpenedClaim, term: RefundWindow) -> str:
    """Cite the article; or say why the law is not there."""
    if term.right is not None:
        cited = source_text(term.right.ref, lang())
        return cited if term.right.verified else f"{cited} {say(lang(), 'rights.unverified')}"
    if opened.rules.law is None:
        return say(lang(), "rights.no_law", country=country_name(opened.claim.opening.country))
    return _("Pour ce motif, la loi ne fixe pas de délai de remboursement dans nos données.")


def _starts(opened: OpenedClaim, dated: Dated | None) -> str:
    if dated is None:
        return _("sans attendre")
    return day(opened.rules.calendar.local_date(dated.due_at), lang())


def _ends(dated: Dated) -> str:
    return day(dated.last_on, lang())


def whereabouts(opened: OpenedClaim, one: Refund) -> str:
    """Say of a payment where it is."""

    def on(at: Any) -> str:
        return day(opened.rules.calendar.local_date(at), lang())

    match one.status:
        case Refund.Status.DUE if opened.role is Role.BUYER:
            return _("vous est due depuis le %(day)s : la plateforme doit encore vous la verser") % {
                "day": on(one.owed_at)
            }
        case Refund.Status.DUE:
            return _("due depuis le %(day)s, pas encore versée") % {"day": on(one.owed_at)}
        case Refund.Status.SUCCEEDED if one.settled_at and one.provider == CREDIT:
            return _("bon d’achat émis le %(day)s") % {"day": on(one.settled_at)}
        case Refund.Status.REVERSED if one.provider == CREDIT:
            return _("bon d’achat annulé par la plateforme")
        case Refund.Status.SUCCEEDED if one.settled_at and one.is_surcharge:
            return _("versée le %(day)s") % {"day": on(one.settled_at)}
        case Refund.Status.SUCCEEDED if one.settled_at:
            return _("versé le %(day)s") % {"day": on(one.settled_at)}
        case Refund.Status.SUBMITTED | Refund.Status.PENDING if one.submitted_at:
            return _("ordre donné le %(day)s, en attente de la banque") % {"day": on(one.submitted_at)}
        case Refund.Status.FAILED:
            return _("n’a pas abouti : la plateforme est prévenue et doit le relancer")
        case Refund.Status.REVERSED:
            return _("revenu à la place de marché : il vous est dû de nouveau")
        case Refund.Status.CANCELLED:
            return _("annulé par la plateforme")
        case _ if opened.claim.chargebacks:
            return _("gelé : la banque examine le paiement")
        case Refund.Status.REQUESTED:
            return _("à approuver par une seconde personne de la plateforme")
        case _:
            return _("en préparation")


def _meter(opened: OpenedClaim, found: RefundPromise, surcharges: list[Refund]) -> dict[str, Any] | None:
    """Return what being late adds; None while nothing is late, and once all that it added was paid."""
    running = late(opened, opened.rules.calendar.local_date(opened.now), found)
    if running is None or (running.running is None and _is_settled(running, surcharges)):
        return None
    return {
        "runs": running.running is not None,
        "owed": found.owed,
        "added": added(running),
        "since": running.due_on + dt.timedelta(days=1),
        "lines": lateness_lines(running, lang()),
        "theirs": opened.role is not Role.BUYER,
    }


def _is_settled(running: Lateness, surcharges: list[Refund]) -> bool:
    paid = sum(one.amount_minor for one in surcharges if one.status == Refund.Status.SUCCEEDED)
    return running.rate_known and paid >= running.surcharge.minor


def added(running: Lateness) -> Money | None:
    """Return what the law adds, None while that is nothing but interest at a rate that nobody has published yet."""
    found = running.surcharge
    return found if found.is_positive or running.rate_known else None


def payout(opened: OpenedClaim, refunds: list[Refund]) -> dict[str, Any] | None:
    """Return what the buyer is asked and told of the account that transfers go to; None where none is made.

    `facts` is the account, masked, empty until it is given; `is_open` whether it can still be given or changed. One
    query where there are transfers, none where there are not.
    """
    transfers = [one.status for one in refunds if one.provider == "sepa"]
    if not transfers:
        return None
    is_open = not {Refund.Status.SUBMITTED, Refund.Status.PENDING} & set(transfers) and any(
        status in (Refund.Status.REQUESTED, Refund.Status.APPROVED) for status in transfers
    )
    given = account_of(opened.row.pk)
    facts = [(_("Titulaire"), given.holder), (_("Compte"), masked(given.iban))] if given else []
    return {"facts": facts, "is_open": is_open} if facts or is_open else None
