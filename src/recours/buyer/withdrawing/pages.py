"""What the pages of a withdrawal show."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from recours import clock
from recours.buyer.orders.cards import title_of, write_to
from recours.buyer.withdrawing.doors import Door
from recours.buyer.withdrawing.forms import DeclarationForm
from recours.claims.acknowledgements import acknowledgement
from recours.claims.commands.opening import Birth
from recours.claims.models import Claim
from recours.claims.presentation import terms_text
from recours.claims.presentation.returns import address_lines, address_note
from recours.claims.queries import OpenedClaim
from recours.claims.withdrawable import Withdrawable, withdrawals_from
from recours.marketplaces.models import Marketplace
from recours.rules.law import Law, law_of
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.vocabulary import Ground, Role, State
from recours.rules.refusals import Refusal
from recours.rules.windows import Dated
from recours.rules.withdrawing import Exclusion, NothingWasPaid, TooLateToWithdraw
from recours.rules.wording import say
from recours.rules.wording.format import until, window
from recours.rules.wording.trace import source_text, trace_lines
from recours.ui.language import lang

Page = dict[str, Any]


def head(door: Door) -> Page:
    """What every page about an order has."""
    order = door.order
    lines = list(order.lines.all())
    return {
        "in_orders": door.is_signed_in,
        "door": door,
        "order": order,
        "title": title_of(lines),
        "back_url": reverse("buyer:order", args=[order.pk]) if door.is_signed_in else "",
        "declared": [
            {"reference": row.reference, "url": door.acknowledgement(row.reference)}
            for row in withdrawals_from(order.pk)
        ],
    }


def declaration_page(door: Door, found: Withdrawable, term: Dated | None, form: DeclarationForm) -> Page:
    """The first step: until when, the form, and what the law excludes in plain words."""
    return head(door) | {
        "form": form,
        "until": until(term.due_at, term.zone, lang()) if term else "",
        "steps": trace_lines(term.trace, term.zone, lang()) if term else [],
        "untold": not found.order.withdrawal_told,
        "exclusions": exclusions(),
        "excluded_by": _excluded_by(found.rules.law),
    }


def _excluded_by(law: Law | None) -> str:
    """Name the article that excludes, in the law of the buyer's country; empty where it is not known."""
    right = law.find("withdrawal_exclusions", clock.now().date()) if law else None
    if right is None:
        return ""
    named = source_text(right.ref, lang())
    return named if right.verified else f"{named} {say(lang(), 'rights.unverified')}"


def exclusions() -> list[dict[str, str]]:
    """Every exclusion, in plain words: for a buyer whose seller said nothing, to know what to expect."""
    return [
        {
            "label": say(lang(), f"exclusion.label.{one}"),
            "plain": say(lang(), f"exclusion.plain.{one}"),
        }
        for one in Exclusion
    ]


def confirmation_page(door: Door, form: DeclarationForm, birth: Birth) -> Page:
    """The second step: the declaration word for word, what it brings, and the one button."""
    event = birth.events[0]
    declared = event.declaration if isinstance(event, e.ContractWithdrawn) else None
    return head(door) | {
        "form": form,
        "text": declared.text if declared else "",
        "email": declared.email if declared else "",
        "wanted": terms_text(birth.opening.wanted),
        "shipping": birth.opening.shipping,
        "partial": birth.opening.shipping is None
        and birth.subject.disputed.minor > 0
        and _has_shipping(door),
        "judged": birth.claim.state is State.WITH_PLATFORM,
        "goods_back": birth.opening.wanted.goods_return,
    }


def _has_shipping(door: Door) -> bool:
    return door.order.shipping_refundable.minor > 0


def refused_page(door: Door, refusal: Refusal, found: Withdrawable | None = None) -> Page:
    """Why there is nothing to declare, and what else there is."""
    actions = []
    order = door.order
    under_way = (
        next((c for c in found.taken.values() if c.ground == Ground.CHANGE_OF_MIND), None) if found else None
    )
    if under_way is not None:
        actions.append(
            {"label": gettext("Voir l’accusé de réception"), "url": door.acknowledgement(under_way.reference)}
        )
    elif door.is_signed_in:
        if isinstance(refusal, TooLateToWithdraw):
            url = reverse("buyer:order_dispute", args=[order.pk])
            actions.append({"label": gettext("Signaler un défaut"), "url": url})
        if isinstance(refusal, NothingWasPaid):
            actions.append({"label": gettext("Mes commandes"), "url": reverse("buyer:orders")})
        actions.append(write_to(order))
    if isinstance(refusal, TooLateToWithdraw):
        # Who was never told of the right has a year more, and only the platform can look into that.
        url = reverse("buyer:write_to_support", args=[order.marketplace.slug])
        actions.append({"label": gettext("Écrire au service client"), "url": url, "style": "secondary"})
    return head(door) | {
        "why": refusal.explain(lang()),
        "remedy": refusal.remedy(lang()),
        "actions": actions,
    }


def acknowledgement_page(door: Door, row: Claim) -> Page | None:
    """The acknowledgement, to read and to print; None for a claim that is no withdrawal."""
    found = acknowledgement(row, lang())
    if found is None:
        return None
    return head(door) | {
        "ack": found,
        "terms": [
            {"question": question, "steps": trace_lines(term.trace, term.zone, lang())}
            for question, term in (
                (gettext("Pourquoi cette date pour renvoyer l’article ?"), found.send_back),
                (gettext("Pourquoi cette date de remboursement ?"), found.refund),
            )
            if term is not None
        ],
        "reference": row.reference,
        "claim_url": reverse("buyer:claim", args=[row.reference]) if door.is_signed_in else "",
        "pdf_url": "?pdf",
        "back": _where_to(door, row) if found.send_back and not door.is_signed_in else None,
    }


def _where_to(door: Door, row: Claim) -> Page:
    """Where the goods go, for who has no account and so no page of the return."""
    opened = OpenedClaim(row=row, role=Role.BUYER, actor=door.by, now=clock.now())
    return {"address": address_lines(opened), "address_note": address_note(opened)}


def start_page(place: Marketplace) -> Page:
    """The public page; how long the term is, where the law of the marketplace's country is known."""
    law = law_of(place.country)
    right = law.find("withdrawal", clock.now().date()) if law else None
    length = right.window if right else None
    return {
        "place": place,
        "in_help": True,
        "exclusions": exclusions(),
        "excluded_by": _excluded_by(law),
        "window": window(length.count, length.unit, lang()) if length else "",
    }
