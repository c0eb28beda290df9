"""The one thing to do after an article, as a button; and where it leads once the reader has chosen."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from msgspec import Struct

from recours.buyer.help.fitting import ORDER, PAYMENT, SHOP, Choice, choices_for, chosen_id
from recours.buyer.queries import NotTheirs
from recours.buyer.wizard.matter import matter_of_order, matter_of_payment, matter_of_purchase
from recours.buyer.wizard.prefill import begin
from recours.helpcentre.actions import Action, Kind
from recours.helpcentre.naming import action_label
from recours.marketplaces.models import Marketplace
from recours.people.queries import identity
from recours.rules.access import Identity

ANCHOR = "next"
OPEN_TO_ALL = frozenset({Kind.WHAT_HAPPENED, Kind.WITHDRAW})
"""What asks nobody to sign in."""


class Step(Struct, frozen=True, kw_only=True):
    """A button: its words, and what to choose before it. `sign_in` is where who is signed out goes first."""

    label: str
    choose: str = ""
    choices: tuple[Choice, ...] = ()
    sign_in: str = ""
    note: str = ""


def step_of(action: Action, request: HttpRequest, place: Marketplace, here: str, now: dt.datetime) -> Step:
    """Return the step that ends an article for this reader. `here` is the article's address, to come back to."""
    label = action_label(action)
    if not request.user.is_authenticated and action.kind not in OPEN_TO_ALL:
        back = urlencode({"next": f"{here}#{ANCHOR}"})
        return Step(label=label, sign_in=f"{reverse('account_login')}?{back}")
    who = identity(request)
    choices = tuple(choices_for(action, who, place, now))
    if action.kind is Kind.BEFORE_PURCHASE and choices:
        return Step(label=label, choose=_("À quelle boutique ?"), choices=choices)
    if not action.needs_order and action.kind is not Kind.BEFORE_PURCHASE:
        return Step(label=label)
    if choices:
        choose = _("Pour quel achat ?") if action.kind is not Kind.PAYMENT else _("Pour quel débit ?")
        return Step(label=label, choose=choose, choices=choices)
    return Step(label=action_label(Action(Kind.ORDERS)), note=_nothing_fits(action))


def target_of(action: Action, request: HttpRequest, place: Marketplace, choice: str) -> str:
    """Return where the reader goes on to, the dispute's first answers filled in; empty for a choice that is none.

    What is chosen is resolved through what the reader may see.
    """
    who = identity(request)
    try:
        return _target(action, who, place, choice)
    except (NotTheirs, NoReverseMatch):
        return ""


def _target(action: Action, who: Identity, place: Marketplace, choice: str) -> str:
    about: dict[str, Any] = {"topic": action.topic.value} if action.topic else {}
    match action.kind:
        case Kind.DISPUTE | Kind.PAYMENT:
            if (payment := chosen_id(choice, PAYMENT)) and action.kind is Kind.PAYMENT:
                return begin(matter_of_payment(who, payment), action.ground)
            order = chosen_id(choice, ORDER)
            if order is None:
                return "" if choice else reverse("buyer:orders")
            return begin(matter_of_order(who, order), action.ground)
        case Kind.PURCHASE:
            matter = matter_of_purchase(who, place.slug)
            return matter.url() if matter else reverse("buyer:purchase_choice")
        case Kind.MESSAGE:
            order = chosen_id(choice, ORDER)
            if order is None:
                return "" if choice else reverse("buyer:orders")
            return f"{reverse('buyer:write_about_order', args=[order])}?{urlencode(about)}"
        case Kind.BEFORE_PURCHASE:
            kind, _sep, ref = choice.partition(":")
            if kind != SHOP or not ref:
                return ""
            return reverse("buyer:write_to_shop", args=[place.slug, ref])
        case Kind.SUPPORT:
            return reverse("buyer:write_to_support", args=[place.slug])
        case Kind.ORDERS:
            return reverse("buyer:orders")
        case Kind.CLAIMS:
            return reverse("buyer:claims")
        case Kind.WHAT_HAPPENED:
            return what_happened_url(place)
        case Kind.WITHDRAW:
            return reverse("buyer:withdraw_here", args=[place.slug])


def what_happened_url(place: Marketplace) -> str:
    """Return the address of the guided question, empty where there is none."""
    try:
        return reverse("buyer:what_happened", args=[place.slug])
    except NoReverseMatch:
        return ""


def support_url(place: Marketplace) -> str:
    """Return where one writes to the platform."""
    try:
        return reverse("buyer:write_to_support", args=[place.slug])
    except NoReverseMatch:
        return ""


def _nothing_fits(action: Action) -> str:
    if action.kind is Kind.BEFORE_PURCHASE:
        return _("Aucune boutique n’est encore présente ici.")
    if action.kind is Kind.MESSAGE:
        return _("Vous n’avez pas encore de commande ici.")
    return _(
        "Aucun de vos achats récents ne permet de le faire aujourd’hui. La page de chaque commande dit pourquoi, "
        "et ce que vous pouvez faire."
    )
