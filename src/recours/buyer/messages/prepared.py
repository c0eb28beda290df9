"""What a first message about an order begins with: what is known of it, and the words of a withdrawal."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from recours.buyer.orders.cards import claim_line, parcels_of, title_of
from recours.claims.claimable import outlook_of, rules_today
from recours.claims.queries import open_claims_on
from recours.conversations.presentation import CardLine, OrderCard, parcel_sentence
from recours.conversations.queries import open_conversation_about
from recours.marketplaces.models import Order
from recours.marketplaces.policies import NoPolicy
from recours.marketplaces.shops import shop_url
from recours.rules.access import Identity
from recours.rules.conversation import Topic, answer_due
from recours.rules.lifecycle import Rulebook
from recours.rules.money import Money
from recours.rules.outlook import Outlook
from recours.rules.windows import Dated
from recours.rules.wording.format import day, until, until_day, window
from recours.rules.wording.trace import source_text, trace_lines
from recours.ui.language import lang


def about_order_context(order: Order, who: Identity, topic: Topic | None, now: dt.datetime) -> dict[str, Any]:
    """Return what the page shows beside its form: the card that the shop will see, what is open already, the dates."""
    lines = list(order.lines.all())
    rules = _rules(order)
    found = outlook_of(order, lines, rules, now) if rules else Outlook()
    due = answer_due(now, rules.policy) if rules else None
    current = open_conversation_about(order.pk, who.buyer_ids)
    claims = [claim_line(claim, now) for claim in open_claims_on([order.pk]).get(order.pk, [])]
    received = all(parcel is not None and parcel.delivered_on is not None for parcel in parcels_of(lines))
    return {
        "order": order,
        "title": title_of(lines),
        "shop_url": shop_url(order.marketplace, order.shop),
        "order_url": reverse("buyer:order", args=[order.pk]),
        "card": _card(order),
        "current": current,
        "claims": [claim for claim in claims if claim.is_open],
        "answer": _answer(due, order.marketplace.zone),
        "hints": _hints(found, received=received),
        "withdrawing": topic is Topic.WITHDRAWAL,
        "withdrawal": _withdrawal(found, received=received),
        "send_back": _send_back(rules, now),
        "withdrawal_url": f"{reverse('buyer:write_about_order', args=[order.pk])}?topic={Topic.WITHDRAWAL}",
        "may_withdraw": found.change_of_mind is not None or not received,
    }


def _rules(order: Order) -> Rulebook | None:
    try:
        return rules_today(order.buyer)
    except NoPolicy:
        return None


def _card(order: Order) -> OrderCard:
    lines = list(order.lines.all())
    return OrderCard(
        number=order.number,
        ordered_at=order.ordered_at,
        lines=[
            CardLine(title=line.title, quantity=line.quantity, captured=line.captured, meant=True)
            for line in lines
        ],
        shipping=Money(minor=order.shipping_captured_minor, currency=order.currency),
        delivery=[parcel_sentence(parcel) for parcel in parcels_of(lines)],
        reason="",
    )


def _answer(due: Dated | None, zone: str) -> dict[str, Any] | None:
    """Say until when the shop should answer what is sent now, and how that is counted."""
    if due is None:
        return None
    return {"until": until(due.due_at, zone, lang()), "steps": trace_lines(due.trace, zone, lang())}


def _withdrawal(found: Outlook, *, received: bool) -> str:
    """Say until when the buyer may change their mind, for who writes to do so."""
    if found.change_of_mind is not None:
        end = found.change_of_mind
        return _("Vous pouvez vous rétracter jusqu’au %(until)s, sans donner de raison.") % {
            "until": until_day(end.due_at, end.zone, lang())
        }
    if not received:
        return _("Vous pouvez déjà vous rétracter : le délai ne commence qu’à la réception.")
    return _(
        "Le délai pour changer d’avis est passé. Le vendeur peut encore accepter, mais n’y est plus obligé."
    )


def _send_back(rules: Rulebook | None, now: dt.datetime) -> str:
    """Say how long the law gives to send back; empty where it is not known."""
    right = rules.law.find("send_back", rules.calendar.local_date(now)) if rules and rules.law else None
    return window(right.window.count, right.window.unit, lang()) if right and right.window else ""


def _articles(rules: Rulebook | None, now: dt.datetime) -> str:
    """Name the articles of the right to withdraw and of its declaration, in the law of the buyer's country."""
    if rules is None or rules.law is None:
        return ""
    today = rules.calendar.local_date(now)
    rights = (rules.law.find(key, today) for key in ("withdrawal", "withdrawal_function"))
    return ", ".join(dict.fromkeys(source_text(right.ref, lang()) for right in rights if right))


def _hints(found: Outlook, *, received: bool) -> dict[str, str]:
    at_once = _("Un litige s’ouvre sans attendre le vendeur.")
    payments = (Topic.UNAUTHORISED_CHARGE, Topic.OVERCHARGE, Topic.PAYMENT_ERROR)
    hints = {topic.value: at_once for topic in payments}
    return hints | {Topic.WITHDRAWAL.value: _withdrawal(found, received=received)}


def withdrawal_statement(order: Order, now: dt.datetime) -> str:
    """Return an unambiguous statement of withdrawal (art. L221-21 in France), with the order and its articles."""
    zone = ZoneInfo(order.marketplace.zone)
    lines = list(order.lines.all())
    received = [
        parcel.delivered_on for parcel in parcels_of(lines) if parcel is not None and parcel.delivered_on
    ]
    text = [
        _("Bonjour,"),
        "",
        _("Je vous notifie par la présente ma rétractation du contrat portant sur la vente ci-dessous."),
        "",
        _("Commande : %(number)s, du %(day)s")
        % {"number": order.number, "day": day(order.ordered_at.astimezone(zone).date(), lang())},
        *(_("Article : %(title)s") % {"title": _counted(line.title, line.quantity)} for line in lines),
    ]
    if received:
        text.append(_("Reçu le : %(day)s") % {"day": day(max(received), lang())})
    articles = _articles(_rules(order), now)
    if articles:
        text.append(_("Fondement légal : %(articles)s") % {"articles": articles})
    text += [
        _("Nom : %(name)s") % {"name": order.buyer.name or order.buyer.email},
        _("Date : %(day)s") % {"day": day(now.astimezone(zone).date(), lang())},
        "",
        _("Merci de me confirmer la réception de ce message et de me dire comment renvoyer l’article."),
    ]
    return "\n".join(text)


def _counted(title: str, quantity: int) -> str:
    return title if quantity == 1 else f"{quantity} × {title}"
