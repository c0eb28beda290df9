"""An order in words: where its parcel is, what can be done now, and until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, ngettext

from recours.buyer.withdrawing.button import withdraw_button
from recours.claims.claimable import outlook_of
from recours.claims.models import Claim
from recours.claims.presentation import word
from recours.claims.rulebook import rulebook
from recours.marketplaces.models import Order, OrderLine, Parcel
from recours.marketplaces.shops import shop_url
from recours.rules.lifecycle import Rulebook
from recours.rules.lifecycle.allowed import as_of
from recours.rules.lifecycle.standing import standing
from recours.rules.lifecycle.vocabulary import Ground, Role, State
from recours.rules.money import Money
from recours.rules.outlook import Outlook
from recours.rules.wording.format import day, until_day
from recours.ui.language import lang


@dataclass(frozen=True)
class ClaimLine:
    """A claim in one sentence."""

    reference: str
    url: str
    turn: str
    is_open: bool
    is_withdrawal: bool = False


@dataclass(frozen=True)
class OrderCard:
    """One order of the list."""

    title: str
    url: str
    shop: str
    shop_url: str
    where: str
    is_late: bool
    total: Money
    notes: list[str]
    due_at: dt.datetime | None
    claims: list[ClaimLine]
    actions: list[dict[str, Any]] = field(default_factory=list)


def order_card(order: Order, claims: Sequence[Claim], rules: Rulebook | None, now: dt.datetime) -> OrderCard:
    """Word one order; `rules` is None where the marketplace has published none, so that nothing can be claimed."""
    lines = list(order.lines.all())
    found = outlook_of(order, lines, rules, now) if rules else Outlook()
    zone = order.buyer.marketplace.zone
    shown = [claim_line(claim, now) for claim in claims]
    has_open = any(claim.is_open for claim in shown)
    title = title_of(lines)
    withdraw = withdraw_button(order, rules, claims, now, described=title) if rules else None
    return OrderCard(
        title=title,
        url=reverse("buyer:order", args=[order.pk]),
        shop=order.shop.name,
        shop_url=shop_url(order.buyer.marketplace, order.shop),
        where=where(parcels_of(lines), found, zone, now),
        is_late=is_late(parcels_of(lines), found, now),
        total=total_of(order, lines),
        notes=[] if has_open else notes(found, zone),
        due_at=found.change_of_mind.due_at if found.change_of_mind and not has_open else None,
        claims=shown,
        actions=[] if has_open else _actions(order, title, found, withdraw),
    )


def title_of(lines: Sequence[OrderLine]) -> str:
    """Name an order by its first article, and say how many more there are."""
    if not lines:
        return gettext("Commande sans article")
    more = len(lines) - 1
    if not more:
        return lines[0].title
    text = ngettext("%(title)s et %(more)d autre article", "%(title)s et %(more)d autres articles", more)
    return text % {"title": lines[0].title, "more": more}


def total_of(order: Order, lines: Sequence[OrderLine]) -> Money:
    return Money(
        minor=sum(line.captured_minor for line in lines) + order.shipping_captured_minor,
        currency=order.currency,
    )


def parcels_of(lines: Sequence[OrderLine]) -> list[Parcel | None]:
    """Return the parcels of these lines, each once; None stands for the lines that are in no parcel."""
    found: dict[int | None, Parcel | None] = {line.parcel_id: line.parcel for line in lines}
    return list(found.values())


def is_late(parcels: Sequence[Parcel | None], found: Outlook, now: dt.datetime) -> bool:
    waiting = [parcel for parcel in parcels if parcel is None or parcel.delivered_on is None]
    return bool(waiting) and found.expected_by is not None and now >= found.expected_by


def where(parcels: Sequence[Parcel | None], found: Outlook, zone: str, now: dt.datetime) -> str:
    """Say where the goods are, in one sentence, with who says so."""
    arrived = [parcel for parcel in parcels if parcel is not None and parcel.delivered_on is not None]
    waiting = len(parcels) - len(arrived)
    expected = until_day(found.expected_by, zone, lang(), year=False) if found.expected_by else ""
    if not waiting and arrived:
        last = max(arrived, key=lambda parcel: parcel.delivered_on or dt.date.min)
        return gettext("Livrée le %(day)s (%(source)s)") % {
            "day": day(last.delivered_on or dt.date.min, lang(), year=_other_year(last.delivered_on, now)),
            "source": word("delivery_source", last.delivery_source),
        }
    if arrived:
        text = gettext("Colis livrés : %(arrived)d sur %(all)d, le reste attendu au plus tard le %(day)s")
        return text % {"arrived": len(arrived), "all": len(parcels), "day": expected}
    if not expected:
        return gettext("Date de livraison inconnue")
    if is_late(parcels, found, now):
        return gettext("En retard : attendue au plus tard le %(day)s") % {"day": expected}
    on_its_way = any(parcel is not None and parcel.shipped_on is not None for parcel in parcels)
    if on_its_way:
        return gettext("En route, attendue au plus tard le %(day)s") % {"day": expected}
    return gettext("En préparation, attendue au plus tard le %(day)s") % {"day": expected}


def notes(found: Outlook, zone: str) -> list[str]:
    """Say what can be done now, and until when."""
    said: list[str] = []
    if found.until is not None:
        said.append(
            gettext("Litige possible jusqu’au %(day)s.")
            % {"day": until_day(found.until.due_at, zone, lang())}
        )
    elif found.opens_at is not None:
        opens_on = day(found.opens_at.astimezone(ZoneInfo(zone)).date(), lang(), year=False)
        said.append(gettext("Litige possible à partir du %(day)s si elle n’arrive pas.") % {"day": opens_on})
    elif found.over is not None:
        said.append(found.over.explain(lang()))
    if found.change_of_mind is not None:
        said.append(
            gettext("Vous pouvez changer d’avis jusqu’au %(day)s.")
            % {"day": until_day(found.change_of_mind.due_at, zone, lang(), year=False)}
        )
    return said


def _actions(
    order: Order, title: str, found: Outlook, withdraw: dict[str, Any] | None
) -> list[dict[str, Any]]:
    also = [withdraw] if withdraw else []
    if found.until is not None:
        url = reverse("buyer:order_dispute", args=[order.pk])
        problem = {"label": gettext("Un problème ?"), "url": url, "described": title, "style": "secondary"}
        return [problem, *also]
    if found.opens_at is not None:
        return [write_to(order), *also]
    return also


def write_to(order: Order) -> dict[str, Any]:
    """Return the act of writing to the shop: the page knows the order and its articles already."""
    return {
        "label": gettext("Écrire au vendeur"),
        "url": reverse("buyer:write_about_order", args=[order.pk]),
        "style": "secondary",
        "described": order.shop.name,
    }


def claim_line(claim: Claim, now: dt.datetime) -> ClaimLine:
    """Word a claim: its reference, where to, and whose turn it is as of now."""
    rules = rulebook(claim.marketplace_id, claim.policy_version, claim.snapshot.opening.country)
    snapshot = as_of(claim.snapshot, rules, now)
    said = standing(snapshot, Role.BUYER, rules)
    return ClaimLine(
        reference=claim.reference,
        url=claim_url(claim.reference),
        turn=said.turn(lang()),
        is_open=snapshot.state is not State.CLOSED,
        is_withdrawal=snapshot.ground is Ground.CHANGE_OF_MIND,
    )


def claim_url(reference: str) -> str:
    try:
        return reverse("buyer:claim", args=[reference])
    except NoReverseMatch:
        return reverse("buyer:orders")


def _other_year(on: dt.date | None, now: dt.datetime) -> bool:
    return on is not None and on.year != now.year
