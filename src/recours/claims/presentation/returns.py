"""Goods on the way back, in words: where to, what goes in, who pays, what each clock counts to, who bears a loss."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from recours.claims.presentation.words import word
from recours.claims.queries import OpenedClaim
from recours.claims.return_addresses import address_given, tidy
from recours.rules.law import Right
from recours.rules.lifecycle.claim import Pieces, ReturnTrip
from recours.rules.lifecycle.return_clocks import ClockKind, ReturnClock, return_clocks, return_risk
from recours.rules.lifecycle.vocabulary import Role, State
from recours.rules.tracking import Verdict, tracking_url
from recours.rules.windows import Dated
from recours.rules.wording import say
from recours.rules.wording.format import day, until_day
from recours.rules.wording.format import window as window_text
from recours.rules.wording.trace import source_text, trace_lines
from recours.ui.language import lang

UNCHECKED = (Verdict.UNKNOWN, Verdict.WRONG_DIGIT, Verdict.WRONG_FORMAT)


def goods_back(opened: OpenedClaim) -> dict[str, Any] | None:
    """Return the context of `claims/return.html`; None while no goods have to go back."""
    trip = opened.claim.trip
    if trip is None:
        return None
    return {
        "reference": opened.row.reference,
        "address": address_lines(opened),
        "address_note": address_note(opened),
        "instructions": instructions(opened),
        "contents": contents(opened),
        "parcel": _parcel(trip),
        "clocks": [_clock(one, opened) for one in return_clocks(opened.claim, opened.rules)],
        "risk": _risk(opened) if trip.shipped_on is not None else "",
        "to_ship": opened.claim.state is State.AWAITING_RETURN,
        "shipped": trip.shipped_on is not None,
        "arrived": trip.arrived_on is not None,
    }


def address_lines(opened: OpenedClaim) -> list[str]:
    """Return where the goods go back to: as it was given when the return was authorised, whatever it is today.

    A history of before that was recorded, and a shop that had none then, are answered with today's; nothing without.
    """
    return _address(opened).splitlines()


def _address(opened: OpenedClaim) -> str:
    trip, row = opened.claim.trip, opened.row
    recorded = trip.address if trip else ""
    return recorded or address_given(
        row.shop.return_address if row.shop else "", row.marketplace.return_address
    )


def address_note(opened: OpenedClaim) -> str:
    """Say whose address it is, where it is not the shop's; that another is given since; or what to do without one."""
    row, trip = opened.row, opened.claim.trip
    given = _address(opened)
    of_shop, of_place = (
        tidy(row.shop.return_address if row.shop else ""),
        tidy(row.marketplace.return_address),
    )
    if given and given == of_shop:
        return ""
    if given and given != of_place:
        if trip is not None and trip.shipped_on is not None:
            return ""
        if opened.role is Role.SELLER:
            return _(
                "C’est l’adresse donnée à l’accord du retour, et celle que l’acheteur a reçue, même si une autre est "
                "indiquée depuis."
            )
        return _(
            "C’est l’adresse donnée à l’accord du retour. Une autre est indiquée depuis : avant d’envoyer, "
            "demandez au vendeur par un message laquelle convient."
        )
    if given:
        return _("La boutique n’a pas d’adresse de retour : %(place)s reçoit le colis pour elle.") % {
            "place": row.marketplace.name
        }
    if opened.role is Role.SELLER:
        return _("Aucune adresse de retour n’est connue : donnez-la sur la page de votre boutique.")
    return _("L’adresse de retour n’est pas encore connue : demandez-la au vendeur par un message.")


def contents(opened: OpenedClaim) -> list[dict[str, Any]]:
    """Return what goes into the parcel, a line each: all, or what was sent; and what came, where it was counted."""
    trip = opened.claim.trip
    sent, came = _counts(trip.sent if trip else ()), _counts(trip.came if trip else ())
    return [
        {
            "title": line.title,
            "quantity": sent.get(line.line_id, line.quantity),
            "all": line.quantity,
            "came": came.get(line.line_id) if came else None,
            "part": bool(sent) and sent.get(line.line_id, 0) < line.quantity,
        }
        for line in opened.claim.opening.lines
    ]


def instructions(opened: OpenedClaim) -> list[str]:
    """Return what to do, in order, in whole sentences: pack, slip, photograph, deposit, who pays."""
    agreed = opened.claim.agreed
    packing = (
        _("Remettez l’article, soigneusement protégé, dans son emballage d’origine, avec ses accessoires.")
        if opened.rules.policy.returns.original_packaging
        else _(
            "Emballez l’article, soigneusement protégé, avec ses accessoires : tout emballage solide convient."
        )
    )
    paying = (
        _("Les frais de renvoi sont à votre charge.")
        if agreed and agreed.return_paid_by is Role.BUYER
        else _(
            "Les frais de renvoi sont à la charge du vendeur : gardez le reçu, il prouve ce que vous avez avancé."
        )
    )
    return [
        packing,
        _("Mettez le bon de retour dans le colis, et recopiez l’adresse sur l’étiquette."),
        _("Photographiez le colis ouvert, puis fermé."),
        _("Choisissez un envoi suivi, et gardez la preuve de dépôt : elle fait courir vos délais."),
        paying,
    ]


def _counts(pieces: tuple[Pieces, ...]) -> dict[int, int]:
    return {one.line_id: one.quantity for one in pieces}


def _parcel(trip: ReturnTrip) -> dict[str, Any] | None:
    if trip.shipped_on is None:
        return None
    return {
        "text": say(lang(), "story.parcel", carrier=trip.carrier, tracking=trip.tracking),
        "shipped_on": day(trip.shipped_on, lang()),
        "url": tracking_url(trip.carrier, trip.tracking),
        "unchecked": word("story", "return_unchecked") if trip.looks in UNCHECKED else "",
        "arrived_on": day(trip.arrived_on, lang()) if trip.arrived_on else "",
        "refused": trip.refused,
        "condition": trip.condition,
    }


def _clock(clock: ReturnClock, opened: OpenedClaim) -> dict[str, Any]:
    # Between its sending and its arrival a parcel is the carrier's, whoever is to say that it came.
    party = None if clock.kind is ClockKind.TRANSIT else clock.party
    name = f"return_clock.{clock.kind}"
    if clock.done_on is not None:
        text = say(lang(), "return_clock.done", on=clock.done_on)
    elif clock.counted is not None:
        text = say(lang(), "return_clock.by", until=until_day(clock.counted.due_at, opened.zone, lang()))
    elif clock.window is not None:
        text = say(lang(), f"{name}_waits", window=window_text(clock.window.count, clock.window.unit, lang()))
    else:
        text = say(lang(), f"{name}_waits")
    return {
        "what": say(lang(), name),
        "who": _("vous") if party is opened.role else _small(word("role", party)) if party else "",
        "text": text,
        "state": "done" if clock.done_on else "current" if clock.counted else "next",
        "due_at": clock.counted.due_at if clock.counted and not clock.done_on else None,
        "sides": _sides(clock, opened.zone) if not clock.done_on else [],
        "steps": trace_lines(clock.counted.trace, opened.zone, lang()) if clock.counted else [],
    }


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _sides(clock: ReturnClock, zone: str) -> list[str]:
    """Return what the conditions give and what the law does, where both speak."""
    if clock.policy is None or clock.law is None or clock.right is None:
        return []
    return [
        say(lang(), "return_clock.policy", until=_day_of(clock.policy, zone)),
        say(lang(), "return_clock.law", until=_day_of(clock.law, zone), article=_article(clock.right)),
    ]


def _day_of(dated: Dated, zone: str) -> str:
    return until_day(dated.due_at, zone, lang())


def _article(right: Right) -> str:
    """Name an article, marked where nobody has read it at its source."""
    named = source_text(right.ref, lang())
    return named if right.verified else f"{named} {say(lang(), 'rights.unverified')}"


def _risk(opened: OpenedClaim) -> str:
    """Say what a loss on the way changes."""
    trip = opened.claim.trip
    if trip is None or (trip.arrived_on is not None and not trip.refused):
        return ""
    if trip.refused:
        return say(lang(), "return_risk.refused")
    right = return_risk(opened.claim, opened.rules).right
    return (
        say(lang(), "return_risk.proof", article=_article(right))
        if right
        else say(lang(), "return_risk.none")
    )
