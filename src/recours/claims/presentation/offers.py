"""What each side proposes, side by side, in euros and in words."""

from __future__ import annotations

from typing import Any

from recours.claims.presentation.words import word
from recours.claims.queries import OpenedClaim
from recours.rules.lifecycle.claim import Offer, Terms
from recours.rules.lifecycle.vocabulary import Remedy, Role, State
from recours.rules.wording import say
from recours.rules.wording.format import until
from recours.ui.language import lang


def terms_text(terms: Terms) -> str:
    """Say what terms mean: "Remboursement de 20,00 €, sans retour"."""
    if terms.amount is None:
        with_return = terms.goods_return and terms.remedy is Remedy.REPLACEMENT
        return say(lang(), f"terms.{terms.remedy}{'_return' if with_return else ''}")
    if not terms.goods_return:
        return say(lang(), f"terms.{terms.remedy}_no_return", amount=terms.amount)
    payer = "buyer" if terms.return_paid_by is Role.BUYER else "seller"
    return say(lang(), f"terms.{terms.remedy}_return_{payer}", amount=terms.amount)


def offer_columns(opened: OpenedClaim) -> list[dict[str, Any]]:
    """Return the columns of `ui/components/offers.html`: the buyer's request, the seller's offer, the platform's.

    Each shows the newest offer of its side, with its state; `number` is set on one that the viewer may answer.
    A claim without a seller has no seller's column.
    """
    claim = opened.claim
    columns = [
        {
            "who": word("side", f"request_{_viewer(opened)}"),
            "amount": claim.wanted.amount,
            "title": "" if claim.wanted.amount else terms_text(claim.wanted),
            "lines": [terms_text(claim.wanted)] if claim.wanted.amount else [],
            "chosen": False,
        }
    ]
    if claim.has_seller:
        columns.append(_column(opened, Role.SELLER))
    if any(offer.by is Role.AGENT for offer in claim.offers) or claim.state is State.WITH_PLATFORM:
        columns.append(_column(opened, Role.AGENT))
    return columns


def _column(opened: OpenedClaim, side: Role) -> dict[str, Any]:
    mine = [offer for offer in opened.claim.offers if offer.by is side]
    who = word("side", f"{side}_offer" if side is not opened.role else f"{side}_offer_own")
    if not mine:
        return {"who": who, "amount": None, "title": "", "lines": [], "chosen": False}
    offer = mine[-1]
    answerable = any(open_offer.number == offer.number for open_offer in opened.answerable)
    return {
        "who": who,
        "amount": offer.terms.amount,
        "title": "" if offer.terms.amount else terms_text(offer.terms),
        "lines": [terms_text(offer.terms)] * bool(offer.terms.amount)
        + beside_credit(opened, offer.terms)
        + _state_lines(opened, offer),
        "chosen": opened.claim.agreed is not None
        and bool(offer.accepted_by)
        and not offer.is_open(opened.now),
        "number": offer.number if answerable else None,
        "reasons": offer.reasons,
    }


def beside_credit(opened: OpenedClaim, terms: Terms) -> list[str]:
    """Say beside an offer of store credit what it would replace, in money, and that nobody has to take it."""
    if terms.remedy is not Remedy.CREDIT:
        return []
    instead = opened.claim.wanted.amount or opened.claim.disputed
    key = "offer.credit_own" if opened.role is Role.BUYER else "offer.credit_other"
    return [say(lang(), key, amount=instead)]


def _state_lines(opened: OpenedClaim, offer: Offer) -> list[str]:
    if offer.refused_by:
        return [say(lang(), "offer.refused", who=word("role", offer.refused_by[-1]))]
    if offer.accepted_by:
        return [say(lang(), "offer.accepted", who=word("role", role)) for role in offer.accepted_by]
    if not offer.is_open(opened.now):
        return [say(lang(), "offer.expired")]
    return [say(lang(), "offer.expires", until=until(offer.expires_at, opened.zone, lang()))]


def _viewer(opened: OpenedClaim) -> str:
    return "own" if opened.role is Role.BUYER else "other"
