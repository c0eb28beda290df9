"""The two steps, for who is signed in and for who has a mailed link; and the public page that leads to both."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recours import clock
from recours.buyer.queries import NotTheirs, orders_of
from recours.buyer.withdrawing.doors import (
    Door,
    claim_door,
    key_door,
    open_with,
    signed_in_door,
    withdrawal_of,
)
from recours.buyer.withdrawing.forms import AskForm, DeclarationForm
from recours.buyer.withdrawing.listing import orders_to_choose
from recours.buyer.withdrawing.pages import (
    acknowledgement_page,
    confirmation_page,
    declaration_page,
    refused_page,
    start_page,
)
from recours.claims.acknowledgements import paper
from recours.claims.claimable import rules_today
from recours.claims.commands.withdrawing import (
    foresee_withdrawal,
    mail_key,
    order_behind,
    withdraw_from_contract,
)
from recours.claims.models import Claim
from recours.claims.withdrawable import Withdrawable, withdrawable, withdrawal_sent_as
from recours.marketplaces.models import Marketplace
from recours.marketplaces.policies import NoPolicy
from recours.people.queries import identity
from recours.rules.refusals import Refusal
from recours.ui.language import lang

View = Callable[..., HttpResponse]


def _through(find: Callable[..., Door]) -> Callable[[View], View]:
    """Find the door first: an order that is not theirs does not exist. Days are those of its marketplace."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                door = find(request, **kwargs)
            except NotTheirs:
                raise Http404 from None
            with timezone.override(door.order.marketplace.zone):
                return view(request, door)

        return wrapped

    return decorate


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, marketplace: str) -> HttpResponse:
    """ "Renoncer au contrat ici", for anybody: choose among one's orders, sign in, or ask for a link by mail.

    Whether the order and the address go together is not told: the answer is the same, word for word.
    """
    place = get_object_or_404(Marketplace, slug=marketplace)
    form = AskForm(request.POST or None)
    context = start_page(place) | {"form": form}
    who = identity(request)
    if who.is_somebody:
        context["orders"] = orders_to_choose(orders_of(who, marketplace_id=place.pk), clock.now())
    if request.method == "POST":
        if not form.is_valid():
            return render(request, "buyer/withdrawing/start.html", context, status=422)
        order = order_behind(place.pk, form.cleaned_data["number"], form.cleaned_data["email"])
        if order is not None:
            mail_key(order=order, lang=lang())
        context |= {"sent_to": form.cleaned_data["email"]}
    return render(request, "buyer/withdrawing/start.html", context)


@never_cache
@require_safe
def key(request: HttpRequest, secret: str) -> HttpResponse:
    """The link of the letter: kept by the session, and gone from the address."""
    try:
        open_with(request, secret)
    except NotTheirs:
        raise Http404 from None
    return redirect("buyer:withdraw_by_key")


def _first_step(request: HttpRequest, door: Door) -> HttpResponse:
    """Show the form; or, once it is sent, what it would declare and the button that declares it."""
    try:
        found = _read(door)
    except NoPolicy:
        raise Http404 from None
    try:
        term = found.check(clock.now())
    except Refusal as refusal:
        status = 422 if request.method == "POST" else 200
        return render(
            request, "buyer/withdrawing/refused.html", refused_page(door, refusal, found), status=status
        )
    form = DeclarationForm(door, found, request.POST if request.method == "POST" else None)
    context = declaration_page(door, found, term, form)
    if request.method != "POST" or "change" in request.POST:
        return render(request, "buyer/withdrawing/declare.html", context)
    if form.is_valid():
        try:
            birth = foresee_withdrawal(form.request(), by=door.by)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            page = confirmation_page(door, form, birth)
            return render(request, "buyer/withdrawing/confirm.html", page)
    return render(request, "buyer/withdrawing/declare.html", context, status=422)


def _second_step(request: HttpRequest, door: Door) -> HttpResponse:
    """Declare. What has been declared already, by this very form, leads to its acknowledgement."""
    try:
        found = _read(door)
    except NoPolicy:
        raise Http404 from None
    form = DeclarationForm(door, found, request.POST)
    sent_before = _sent_before(door, request)
    if sent_before is not None:
        return redirect(door.acknowledgement(sent_before.reference))
    if form.is_valid():
        try:
            row = withdraw_from_contract(form.request(), by=door.by)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect(door.acknowledgement(row.reference))
    try:
        term = found.check(clock.now())
    except Refusal as refusal:
        return render(
            request, "buyer/withdrawing/refused.html", refused_page(door, refusal, found), status=422
        )
    context = declaration_page(door, found, term, form)
    return render(request, "buyer/withdrawing/declare.html", context, status=422)


@login_required
@require_safe
def acknowledgement(request: HttpRequest, reference: str) -> HttpResponse:
    """The acknowledgement, for the buyer who is signed in."""
    return _acknowledged(request, reference, lambda: claim_door(request, reference))


@never_cache
@require_safe
def acknowledgement_by_key(request: HttpRequest, reference: str) -> HttpResponse:
    """The acknowledgement, for who declared with a mailed link."""
    return _acknowledged(request, reference, lambda: key_door(request))


def _acknowledged(request: HttpRequest, reference: str, find: Callable[[], Door]) -> HttpResponse:
    try:
        door = find()
    except NotTheirs:
        raise Http404 from None
    row = withdrawal_of(door, reference)
    if row is None:
        raise Http404
    with timezone.override(door.order.marketplace.zone):
        if "pdf" in request.GET:
            return _pdf(row)
        page = acknowledgement_page(door, row)
        if page is None:
            raise Http404
        return render(request, "buyer/withdrawing/acknowledgement.html", page)


def _pdf(row: Claim) -> HttpResponse:
    made = paper(row, lang())
    if made is None:
        raise Http404
    headers = {
        "Content-Disposition": f'attachment; filename="{row.reference}.pdf"',
        "Cache-Control": "private",
    }
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def _read(door: Door) -> Withdrawable:
    return withdrawable(door.order, list(door.order.lines.all()), rules_today(door.order.buyer))


def _sent_before(door: Door, request: HttpRequest) -> Claim | None:
    """Return the withdrawal that this very form made: its articles can be chosen no more, so it would be refused."""
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        return None
    row = withdrawal_sent_as(door.order.buyer_id, key)
    return row if row is not None and row.order_id == door.order.pk else None


from_order = login_required(
    require_http_methods(["GET", "HEAD", "POST"])(_through(signed_in_door)(_first_step))
)
confirm_from_order = login_required(require_POST(_through(signed_in_door)(_second_step)))
from_key = never_cache(require_http_methods(["GET", "HEAD", "POST"])(_through(key_door)(_first_step)))
confirm_from_key = require_POST(_through(key_door)(_second_step))
