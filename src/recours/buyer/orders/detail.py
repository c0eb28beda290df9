"""One order, all of it, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from recours.buyer.orders.cards import (
    claim_line,
    is_late,
    notes,
    parcels_of,
    title_of,
    total_of,
    where,
    write_to,
)
from recours.buyer.queries import payments_on
from recours.buyer.withdrawing.button import withdraw_button
from recours.claims.claimable import claims_on_lines, outlook_of, rules_today
from recours.claims.presentation import country_name, word
from recours.claims.queries import open_claims_on
from recours.claims.subjects import Subject, subject_of_order
from recours.marketplaces.commands.deliveries import is_trusted
from recours.marketplaces.models import Order, OrderLine, Parcel, Payment
from recours.marketplaces.policies import NoPolicy
from recours.marketplaces.shops import shop_url
from recours.rules.entitlement import Entitlement, Facts, Kind, entitlements
from recours.rules.lifecycle import Rulebook
from recours.rules.lifecycle.vocabulary import Ground
from recours.rules.money import Money
from recours.rules.outlook import Outlook
from recours.rules.wording import say
from recours.rules.wording.format import day
from recours.rules.wording.rights import counted_text, kind_text, side_text, source_lines
from recours.rules.wording.trace import trace_lines
from recours.ui.language import lang


def order_page(order: Order, now: dt.datetime) -> dict[str, Any]:
    """Return what the page of an order shows."""
    lines = list(order.lines.all())
    zone = order.marketplace.zone
    rows = open_claims_on([order.pk]).get(order.pk, [])
    claims = [claim_line(claim, now) for claim in rows]
    taken = claims_on_lines(order.pk)
    context: dict[str, Any] = {
        "in_orders": True,
        "order": order,
        "shop_url": shop_url(order.marketplace, order.shop),
        "title": title_of(lines),
        "lines": [_line(line, taken) for line in lines],
        "parcels": [_parcel(parcel, lines) for parcel in parcels_of(lines)],
        "payments": [_payment(payment) for payment in payments_on(order)],
        "total": total_of(order, lines),
        "shipping": Money(minor=order.shipping_captured_minor, currency=order.currency),
        "refunded": Money(
            minor=sum(line.refunded_minor for line in lines) + order.shipping_refunded_minor,
            currency=order.currency,
        ),
        "claims": claims,
        "contact": write_to(order),
        "can_tell": any(parcel is None or not is_trusted(parcel) for parcel in parcels_of(lines)),
    }
    try:
        rules = rules_today(order.buyer)
    except NoPolicy:
        return context | {"where": where(parcels_of(lines), Outlook(), zone, now), "no_policy": True}
    found = outlook_of(order, lines, rules, now)
    any_left = any(line.pk not in taken for line in lines)
    may_open = any_left and (found.until is not None or found.payment_open)
    return context | {
        "where": where(parcels_of(lines), found, zone, now),
        "late": is_late(parcels_of(lines), found, now),
        "notes": notes(found, zone) if any_left else [],
        "dispute_url": reverse("buyer:order_dispute", args=[order.pk]) if may_open else "",
        "opens_now": found.until is not None,
        "over": _over(found),
        "withdraw": withdraw_button(order, rules, rows, now),
        "withdraw_url": reverse("buyer:withdraw", args=[order.pk])
        if not any(claim.is_withdrawal for claim in claims)
        else "",
        "rights": rights(order, lines, rules, withdrawing=found.change_of_mind is not None),
    }


def _over(found: Outlook) -> dict[str, str] | None:
    if found.over is None:
        return None
    return {"why": found.over.explain(lang()), "remedy": found.over.remedy(lang())}


def _line(line: OrderLine, taken: dict[int, Any]) -> dict[str, Any]:
    claim = taken.get(line.pk)
    return {
        "title": line.title,
        "quantity": line.quantity,
        "captured": line.captured,
        "refunded": Money(minor=line.refunded_minor, currency=line.currency) if line.refunded_minor else None,
        "claimed": claim.reference if claim else "",
        "is_withdrawn": claim is not None and claim.ground == Ground.CHANGE_OF_MIND,
    }


def _payment(payment: Payment) -> dict[str, Any]:
    methods = {"card": gettext("carte"), "transfer": gettext("virement"), "wallet": gettext("portefeuille")}
    return {
        "amount": Money(minor=payment.captured_minor, currency=payment.currency),
        "at": payment.captured_at,
        "method": methods.get(payment.method, payment.method),
        "failed": payment.status == Payment.Status.FAILED,
        "ref": payment.ref,
    }


def _parcel(parcel: Parcel | None, lines: Sequence[OrderLine]) -> dict[str, Any]:
    inside = [line.title for line in lines if line.parcel_id == (parcel.pk if parcel else None)]
    return {"lines": inside, "facts": _parcel_facts(parcel)}


def _parcel_facts(parcel: Parcel | None) -> list[tuple[str, str]]:
    if parcel is None:
        return [(gettext("Expédition"), gettext("aucune information du vendeur"))]
    facts: list[tuple[str, str]] = []
    if parcel.carrier or parcel.tracking:
        known = [part for part in (parcel.carrier, parcel.tracking) if part]
        facts.append((gettext("Suivi"), ", ".join(known)))
    if parcel.shipped_on:
        facts.append((gettext("Expédié"), day(parcel.shipped_on, lang())))
    if parcel.promised_on:
        facts.append((gettext("Promis au plus tard"), day(parcel.promised_on, lang())))
    if parcel.delivered_on:
        said = gettext("%(day)s (%(source)s)") % {
            "day": day(parcel.delivered_on, lang()),
            "source": word("delivery_source", parcel.delivery_source),
        }
        facts.append((gettext("Reçu"), said))
    else:
        facts.append((gettext("Reçu"), gettext("date inconnue")))
    return facts


def rights(
    order: Order, lines: Sequence[OrderLine], rules: Rulebook, *, withdrawing: bool
) -> list[dict[str, Any]]:
    """Put policy and law side by side, for a change of mind and for goods with a fault.

    One of the two stands open: the first while the buyer is still `withdrawing` from the purchase at will.
    """
    if not lines:
        return []
    whole = subject_of_order(order, lines, {}, rules)
    tables = [
        (gettext("Si vous changez d’avis"), None, withdrawing),
        (gettext("Si l’article a un défaut ou n’est pas le bon"), Ground.DAMAGED.value, not withdrawing),
    ]
    return [
        {"title": title, "is_open": is_open, **_table(order, rules, _facts(whole, ground))}
        for title, ground, is_open in tables
    ]


def _facts(whole: Subject, ground: str | None) -> Facts:
    return Facts(
        delivered_on=whole.delivered_on,
        promised_on=whole.promised_on,
        ordered_at=whole.ordered_on,
        ground=ground,
    )


def _table(order: Order, rules: Rulebook, facts: Facts) -> dict[str, Any]:
    lines = entitlements(rules.policy, rules.law, facts)
    country = order.buyer.country or order.marketplace.country
    return {
        "rows": [_row(line, withdrawing=facts.ground is None) for line in lines],
        "country": country_name(country),
        "note": " · ".join(source_lines(lines, lang())),
    }


def _row(line: Entitlement, *, withdrawing: bool) -> dict[str, Any]:
    notice = withdrawing and line.kind is Kind.CLAIM
    what = gettext("Se rétracter") if notice else kind_text(line.kind, lang())
    row: dict[str, Any] = {
        "what": what,
        "policy": side_text(line.policy, lang()),
        "law": side_text(line.law, lang()) if line.law else say(lang(), "rights.no_rule"),
        "counts": counted_text(line, lang()),
        "law_is_better": line.better == "law",
    }
    if line.counted is not None:
        row["steps"] = trace_lines(line.counted.trace, line.counted.zone, lang())
        row["why"] = gettext("Pourquoi cette date : %(what)s") % {"what": what.lower()}
    return row
