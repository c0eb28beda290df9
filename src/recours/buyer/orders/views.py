"""Mes commandes, and one order's page."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from recours import clock
from recours.buyer.orders.cards import claim_line, order_card
from recours.buyer.orders.detail import order_page
from recours.buyer.orders.forms import ReceivedForm
from recours.buyer.queries import (
    PAGE,
    Key,
    NotTheirs,
    buyers_of,
    order_of,
    orders_of,
    payments_without_order,
)
from recours.claims.claimable import claims_on_payments, drafts_of, rules_today
from recours.claims.forms import said
from recours.claims.queries import open_claims_on
from recours.marketplaces.commands import record_delivery
from recours.marketplaces.models import Buyer, Order, Payment
from recours.marketplaces.policies import NoPolicy
from recours.people.queries import identity
from recours.rules.lifecycle import Rulebook
from recours.rules.refusals import Refusal


@login_required
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """The viewer's orders, newest first; on the first page also drafts, stray payments and failed purchases."""
    who, now, before = identity(request), clock.now(), _key(request)
    rows = orders_of(who, before=before)
    page, more = rows[:PAGE], len(rows) > PAGE
    claims = open_claims_on([order.pk for order in page])
    versions: dict[UUID, int] = {}
    context: dict[str, Any] = {
        "in_orders": True,
        "cards": [
            order_card(order, claims.get(order.pk, ()), _rules(order.buyer, versions), now) for order in page
        ],
        "next_url": _next_url(page[-1]) if more else "",
        "first_page": before is None,
    }
    if before is None:
        payments = payments_without_order(who)
        claimed = claims_on_payments(payment.pk for payment in payments)
        context |= {
            "drafts": [_draft(draft) for draft in drafts_of(who)],
            "payments": [_payment(payment, claimed, now) for payment in payments],
            "can_complain": bool(buyers_of(who)),
        }
    return render(request, "buyer/orders/list.html", context)


@login_required
@require_safe
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order: its articles, parcels and money, what is owed by policy and by law, and what can be done."""
    found = _found(request, order_id)
    form = ReceivedForm(found)
    return render(request, "buyer/orders/order.html", order_page(found, clock.now()) | {"form": form})


@login_required
@require_POST
def received(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The buyer says on which day the parcel came."""
    found = _found(request, order_id)
    form = ReceivedForm(found, request.POST)
    if form.is_valid():
        try:
            record_delivery(order_id=found.pk, day=form.cleaned_data["day"])
        except Refusal as refusal:
            form.add_error("day", said(refusal))
        else:
            messages.success(
                request,
                gettext("La date de réception est enregistrée. Vos droits ci-dessous en tiennent compte."),
            )
            return redirect("buyer:order", order_id=found.pk)
    context = order_page(found, clock.now()) | {"form": form, "telling": True}
    return render(request, "buyer/orders/order.html", context, status=422)


def _found(request: HttpRequest, order_id: UUID) -> Order:
    try:
        return order_of(identity(request), order_id)
    except NotTheirs as error:
        raise Http404 from error


def _rules(buyer: Buyer, versions: dict[UUID, int]) -> Rulebook | None:
    try:
        return rules_today(buyer, versions)
    except NoPolicy:
        return None


def _key(request: HttpRequest) -> Key | None:
    """Where the page continues; an address that was changed by hand starts from the newest."""
    try:
        at = dt.datetime.fromisoformat(request.GET["at"])
        return (at, UUID(request.GET["id"])) if at.tzinfo else None
    except (KeyError, ValueError):
        return None


def _next_url(last: Order) -> str:
    return f"{reverse('buyer:orders')}?{urlencode({'at': last.ordered_at.isoformat(), 'id': last.pk})}"


def _draft(draft: Any) -> dict[str, Any]:
    if draft.order is not None:
        title = next((line.title for line in draft.order.lines.all()), draft.order.number)
        url = reverse("buyer:order_dispute", args=[draft.order_id])
    elif draft.payment is not None:
        title = gettext("Débit %(ref)s") % {"ref": draft.payment.ref}
        url = reverse("buyer:payment_dispute", args=[draft.payment_id])
    else:
        title = gettext("Achat qui a échoué sur %(site)s") % {"site": draft.marketplace.name}
        url = reverse("buyer:purchase_dispute", args=[draft.marketplace.slug])
    return {"title": title, "url": url, "saved_at": draft.saved_at, "id": draft.pk}


def _payment(payment: Payment, claimed: dict[UUID, Any], now: dt.datetime) -> dict[str, Any]:
    claim = claimed.get(payment.pk)
    return {
        "payment": payment,
        "claim": claim_line(claim, now) if claim else None,
        "url": reverse("buyer:payment_dispute", args=[payment.pk]),
        "amount": payment.refundable,
    }
