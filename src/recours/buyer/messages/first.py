"""The first message: about an order, to a shop before buying, to customer service."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recours import clock
from recours.buyer.messages.forms import (
    TO_A_SHOP,
    TO_SUPPORT,
    AboutOrderForm,
    ToShopForm,
    ToSupportForm,
    ask_to_read_again,
)
from recours.buyer.messages.prepared import about_order_context, withdrawal_statement
from recours.buyer.messages.views import AUTOSAVE, keep_draft
from recours.buyer.queries import NotTheirs, order_of, orders_of
from recours.conversations.commands import write_about_order, write_to_shop, write_to_support
from recours.conversations.forms import MessageForm, drafted
from recours.conversations.models import Message, MessageDraft
from recours.conversations.presentation import topic_word
from recours.conversations.queries import draft_about
from recours.marketplaces.models import Marketplace, Order
from recours.marketplaces.shops import shop_at, shop_url
from recours.people.commands import AddressNotProven, become_buyer, proven_addresses
from recours.people.models import User
from recours.people.queries import identity
from recours.rules.conversation import Topic
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal
from recours.ui.language import lang

READ_OR_SENT = ["GET", "HEAD", "POST"]
ORDERS_TO_CHOOSE = 30
"""Orders that the message to customer service offers; an older one is written in the text."""


@login_required
@require_http_methods(READ_OR_SENT)
def about_order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Write to the shop about an order: what is known of it is there, the rest is asked."""
    who, now = identity(request), clock.now()
    try:
        order = order_of(who, order_id)
    except NotTheirs as error:
        raise Http404 from error
    user, name = _user(request), f"order:{order.pk}"
    topic = _topic(request, TO_A_SHOP)
    with timezone.override(ZoneInfo(order.marketplace.zone)):
        context = about_order_context(order, who, topic, now)
        if request.method != "POST":
            draft = draft_about(user.pk, name)
            form = AboutOrderForm(
                order, initial=_initial_about(order, topic, draft, now), hints=context["hints"]
            )
            return _shown(request, "order", context, form, draft)
        form = AboutOrderForm(order, request.POST, request.FILES, hints=context["hints"])
        if _is_autosave(request):
            return keep_draft(request, form, name)
        if form.is_valid():
            try:
                sent = write_about_order(
                    order=order,
                    by=Actor(Role.BUYER, user.pk),
                    line_ids=form.line_ids,
                    topic=form.topic,
                    text=form.cleaned_data["text"],
                    files=form.uploads.accepted,
                    key=form.cleaned_data["key"],
                    draft=name,
                    now=now,
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return _gone(request, sent, _("Votre message est parti. Le vendeur y trouve votre commande."))
        elif form["topic"].value() == Topic.WITHDRAWAL and not (form["text"].value() or "").strip():
            written = request.POST.copy()
            written["text"] = withdrawal_statement(order, now)
            form = AboutOrderForm(order, written, hints=context["hints"])
            ask_to_read_again(form)
        keep_draft(request, form, name)
        return _shown(request, "order", context, form, None, 422)


@login_required
@require_http_methods(READ_OR_SENT)
def to_shop(request: HttpRequest, marketplace: str, ref: str) -> HttpResponse:
    """Ask a shop something before buying."""
    shop, who, user = shop_at(marketplace, ref), identity(request), _user(request)
    if shop is None:
        raise Http404
    if shop.pk in who.shop_ids:
        messages.info(request, _("C’est votre boutique : vous ne pouvez pas lui écrire."))
        return redirect(shop_url(shop.marketplace, shop))
    name = f"shop:{shop.pk}"
    context: dict[str, Any] = {"shop": shop, "shop_url": shop_url(shop.marketplace, shop)}
    if not _may_be_answered(user, who.buyer_ids, shop.marketplace):
        return _unanswerable(request, context)
    if request.method != "POST":
        draft = draft_about(user.pk, name)
        initial = drafted(draft.answers, ToShopForm.DRAFTED) if draft else {}
        return _shown(request, "shop", context, ToShopForm(initial=initial), draft)
    form = ToShopForm(request.POST, request.FILES)
    if _is_autosave(request):
        return keep_draft(request, form, name)
    if form.is_valid():
        try:
            sent = write_to_shop(
                shop=shop,
                buyer_id=become_buyer(user=user, marketplace_id=shop.marketplace_id).pk,
                by=Actor(Role.BUYER, user.pk),
                subject=form.cleaned_data["subject"],
                text=form.cleaned_data["text"],
                files=form.uploads.accepted,
                key=form.cleaned_data["key"],
                draft=name,
                now=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _gone(request, sent, _("Votre message est parti."))
    keep_draft(request, form, name)
    return _shown(request, "shop", context, form, None, 422)


@login_required
@require_http_methods(READ_OR_SENT)
def to_support(request: HttpRequest, marketplace: str) -> HttpResponse:
    """Write to the marketplace's customer service."""
    place = Marketplace.objects.filter(slug=marketplace).first()
    who, user = identity(request), _user(request)
    if place is None:
        raise Http404
    name = f"support:{place.slug}"
    context: dict[str, Any] = {"place": place}
    if not _may_be_answered(user, who.buyer_ids, place):
        return _unanswerable(request, context)
    orders = _orders_at(request, place)
    if request.method != "POST":
        draft = draft_about(user.pk, name)
        initial: dict[str, Any] = drafted(draft.answers, ToSupportForm.DRAFTED) if draft else {}
        topic = _topic(request, TO_SUPPORT)
        given = {"topic": topic.value if topic else "", "order": request.GET.get("order", "")}
        initial |= {key: value for key, value in given.items() if value}
        return _shown(request, "support", context, ToSupportForm(orders, initial=initial), draft)
    form = ToSupportForm(orders, request.POST, request.FILES)
    if _is_autosave(request):
        return keep_draft(request, form, name)
    if form.is_valid():
        try:
            sent = write_to_support(
                marketplace_id=place.pk,
                buyer_id=become_buyer(user=user, marketplace_id=place.pk).pk,
                by=Actor(Role.BUYER, user.pk),
                topic=form.topic,
                order_id=form.cleaned_data.get("order"),
                subject=topic_word(form.topic),
                text=form.cleaned_data["text"],
                files=form.uploads.accepted,
                key=form.cleaned_data["key"],
                draft=name,
                now=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _gone(request, sent, _("Votre message est parti. Le service client vous répondra ici."))
    keep_draft(request, form, name)
    return _shown(request, "support", context, form, None, 422)


def _orders_at(request: HttpRequest, place: Marketplace) -> list[Order]:
    """Return the viewer's latest orders there, with the one that the address names. Raises Http404 for another's."""
    who = identity(request)
    orders = orders_of(who, limit=ORDERS_TO_CHOOSE, marketplace_id=place.pk)[:ORDERS_TO_CHOOSE]
    asked = request.POST.get("order", "") or request.GET.get("order", "")
    if not asked or asked in {str(order.pk) for order in orders}:
        return orders
    try:
        order = order_of(who, UUID(asked))
    except (ValueError, NotTheirs) as error:
        raise Http404 from error
    if order.marketplace_id != place.pk:
        raise Http404
    return [order, *orders]


def _initial_about(
    order: Order, topic: Topic | None, draft: MessageDraft | None, now: dt.datetime
) -> dict[str, Any]:
    """Fill in what is known: the draft, the topic that the address names, the words of a withdrawal."""
    initial: dict[str, Any] = drafted(draft.answers, AboutOrderForm.DRAFTED) if draft else {}
    if topic is not None:
        initial["topic"] = topic.value
    if topic is Topic.WITHDRAWAL and not initial.get("text"):
        initial["text"] = withdrawal_statement(order, now)
    return initial


def _topic(request: HttpRequest, allowed: tuple[Topic, ...]) -> Topic | None:
    """Return the topic that the address names; None for none, or for one that makes no sense here."""
    return next((topic for topic in allowed if topic.value == request.GET.get("topic")), None)


def _may_be_answered(user: User, buyer_ids: frozenset[UUID], place: Marketplace) -> bool:
    """Whether the reader buys here already, or has an address that an answer would reach."""
    known = any(buyer.marketplace_id == place.pk for buyer in user.buyers.filter(pk__in=buyer_ids))
    return known or bool(proven_addresses(user))


def _unanswerable(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    refusal = AddressNotProven()
    shown = {"why": refusal.explain(lang()), "remedy": refusal.remedy(lang()), "in_messages": True}
    return render(request, "buyer/messages/unanswerable.html", context | shown)


def _is_autosave(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == AUTOSAVE


def _gone(request: HttpRequest, sent: Message, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("buyer:conversation", sent.conversation_id)


def _shown(
    request: HttpRequest,
    what: str,
    context: dict[str, Any],
    form: MessageForm,
    draft: MessageDraft | None,
    status: int = 200,
) -> HttpResponse:
    shown = {
        "in_messages": True,
        "form": form,
        "action": request.get_full_path(),
        "saved_at": draft.saved_at if draft else None,
    }
    return render(request, f"buyer/messages/to_{what}.html", context | shown, status=status)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
