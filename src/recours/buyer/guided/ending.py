"""Where the answers lead: what to do, until when, and one button with everything filled in."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from recours import clock
from recours.buyer.guided.forms import DebitDayForm
from recours.buyer.guided.subjects import Subject
from recours.claims.claimable import rules_today
from recours.claims.subjects import subject_of_order
from recours.claims.withdrawable import purchase_of
from recours.helpcentre.models import PublishedText
from recours.marketplaces.models import Marketplace, Order
from recours.marketplaces.policies import NoPolicy, current_policy
from recours.rules.eligibility import check_eligible
from recours.rules.guidance import BankTerm, End, Place, bank_terms
from recours.rules.law import law_of
from recours.rules.lifecycle import Rulebook
from recours.rules.lifecycle.vocabulary import Ground
from recours.rules.refusals import Refusal
from recours.rules.withdrawing import check_withdrawable
from recours.rules.wording import say
from recours.rules.wording.format import until, until_day
from recours.rules.wording.trace import trace_lines
from recours.ui.language import lang

Page = dict[str, Any]


def ending_page(
    request: HttpRequest, place: Marketplace, end: End, subject: Subject | None, form: DebitDayForm
) -> Page:
    """Return what the last page shows. `subject` is the reader's order or payment, None where they have chosen none."""
    words = f"guidance.end.{end.place}"
    page: Page = {
        "title": say(lang(), f"{words}.title"),
        "text": say(lang(), f"{words}.text"),
        "subject": subject,
        "article": _article(place, end.article),
        "actions": [],
    }
    if end.place is Place.BANK:
        page |= _bank(place, form)
    needs_choice = end.place.wants_order or end.place.wants_payment
    if end.place is Place.SHOP:
        return page | {"actions": _read_first(page)}
    if not request.user.is_authenticated:
        back = f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
        page["sign_in"] = say(lang(), f"{words}.sign_in")
        if end.place is Place.WITHDRAWAL:
            url = reverse("buyer:withdraw_here", args=[place.slug])
            page["actions"] = [
                {"label": say(lang(), f"{words}.no_account"), "url": url, "style": "secondary"}
            ]
        return page | {"sign_in_url": back}
    if needs_choice and subject is None:
        return page | {"nothing_to_choose": True}
    if subject is not None and subject.order is not None:
        return page | _about_order(end, subject.order, page)
    return page | {"actions": [_button(place, end, subject)]}


def _button(place: Marketplace, end: End, subject: Subject | None) -> Page:
    label = say(lang(), f"guidance.end.{end.place}.button")
    ground = f"?{urlencode({'ground': end.ground})}" if end.ground else ""
    match end.place:
        case Place.PAYMENT if subject is not None:
            url = reverse("buyer:payment_dispute", args=[subject.id]) + ground
        case Place.PURCHASE:
            url = reverse("buyer:purchase_dispute", args=[place.slug]) + ground
        case Place.CLAIMS:
            url = reverse("buyer:claims")
        case Place.ORDERS | Place.BANK:  # each charge is listed there, with and without an order
            url = reverse("buyer:orders")
        case _:
            url = reverse("buyer:write_to_support", args=[place.slug])
    return {"label": label, "url": url, "style": "secondary" if end.place is Place.BANK else ""}


def _read_first(page: Page) -> list[Page]:
    article = page["article"]
    return [{"label": say(lang(), "guidance.end.shop.button"), "url": article["url"]}] if article else []


def _about_order(end: End, order: Order, page: Page) -> Page:
    match end.place:
        case Place.DISPUTE if end.ground is not None:
            return _dispute(end, order, end.ground)
        case Place.WITHDRAWAL:
            return _withdrawal(order)
        case _:
            return {"actions": [_write(end, order, say(lang(), "guidance.end.message.button"))]}


def _dispute(end: End, order: Order, ground: Ground) -> Page:
    """The dispute form, or, where it is not open today, why and what to do meanwhile."""
    instead = _write(end, order, say(lang(), "guidance.instead.message"))
    try:
        rules = rules_today(order.buyer)
        check_eligible(_facts(order, rules, ground), rules, clock.now())
    except NoPolicy:
        return {"actions": [instead]}
    except Refusal as refusal:
        return {
            "refusal": {"why": refusal.explain(lang()), "remedy": refusal.remedy(lang())},
            "actions": [instead],
        }
    url = f"{reverse('buyer:order_dispute', args=[order.pk])}?{urlencode({'ground': ground})}"
    return {
        "actions": [
            {"label": say(lang(), "guidance.end.dispute.button"), "url": url},
            {**_write(end, order, say(lang(), "guidance.end.message.button")), "style": "secondary"},
        ]
    }


def _withdrawal(order: Order) -> Page:
    """Until when the reader may change their mind about this order, and the first of the two steps."""
    words = "guidance.end.withdrawal"
    action = {"label": say(lang(), f"{words}.button"), "url": reverse("buyer:withdraw", args=[order.pk])}
    try:
        rules = rules_today(order.buyer)
    except NoPolicy:
        return {"actions": []}
    purchase = purchase_of(order, list(order.lines.all()), rules)
    try:
        end = check_withdrawable(purchase, rules, clock.now())
    except Refusal:
        label = say(lang(), f"{words}.over_button")
        url = f"{reverse('buyer:write_about_order', args=[order.pk])}?{urlencode({'topic': 'withdrawal'})}"
        return {
            "note": say(lang(), f"{words}.over"),
            "actions": [{"label": label, "url": url, "style": "secondary"}],
        }
    if end is None:
        return {"note": say(lang(), f"{words}.not_yet"), "actions": [action]}
    shown = until_day(end.due_at, rules.calendar.zone, lang())
    return {
        "note": say(lang(), f"{words}.until", until=shown),
        "steps": trace_lines(end.trace, end.zone, lang()),
        "due_at": end.due_at,
        "actions": [action],
    }


def _facts(order: Order, rules: Rulebook, ground: Ground) -> Any:
    lines = list(order.lines.all())
    return subject_of_order(order, lines, {line.pk: line.quantity for line in lines}, rules).facts(ground)


def _write(end: End, order: Order, label: str) -> Page:
    topic = f"?{urlencode({'topic': end.topic})}" if end.topic else ""
    return {"label": label, "url": reverse("buyer:write_about_order", args=[order.pk]) + topic}


def _bank(place: Marketplace, form: DebitDayForm) -> Page:
    """The bank's terms, counted from the day of the debit once it is known."""
    words = "guidance.end.bank"
    page: Page = {
        "form": form,
        "advice": [say(lang(), f"{words}.{number}") for number in ("first", "second", "third")],
    }
    if not (form.is_bound and form.is_valid()):
        return page
    try:
        calendar = current_policy(place.pk).calendar
    except NoPolicy:
        return page
    found = bank_terms(form.cleaned_data["on"], law_of(place.country), calendar)
    return page | {"terms": [_term(one, calendar.zone) for one in found]}


def _term(term: BankTerm, zone: str) -> Page:
    now = clock.now()
    words = "guidance.end.bank"
    left = term.until.due_at - now
    over = left <= dt.timedelta()
    return {
        "what": say(lang(), f"{words}.{term.right.key}"),
        "until": say(lang(), f"{words}.term", until=until(term.until.due_at, zone, lang())),
        "left": say(lang(), f"{words}.over") if over else say(lang(), f"{words}.days_left", count=left.days),
        "due_at": term.until.due_at,
        "over": over,
        "steps": trace_lines(term.until.trace, zone, lang()),
    }


def _article(place: Marketplace, slug: str) -> Page | None:
    """The article that explains, in the reader's language where it is written, else in French."""
    texts = PublishedText.objects.filter(
        marketplace=place, article__slug=slug, language__in={lang(), "fr"}
    ).values_list("language", "title")
    found = dict(texts)
    title = found.get(lang()) or found.get("fr")
    if title is None:
        return None
    return {
        "title": say(lang(), "guidance.instead.read", title=title),
        "url": reverse("buyer:help_article", args=[place.slug, slug]),
    }
