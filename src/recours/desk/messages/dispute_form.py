"""The one form by which a conversation becomes a claim: what stands there already is filled in, and can be changed."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recours.channels.commands.disputing import Dispute, claims_opened_from
from recours.channels.commands.filing import sent_by_buyer
from recours.claims.claimable import claims_on_lines
from recours.claims.models import Claim
from recours.claims.presentation import word
from recours.conversations.forms import TextField
from recours.conversations.models import Conversation, Message
from recours.marketplaces.models import Order, OrderLine
from recours.rules.access import Identity
from recours.rules.conversation import Topic
from recours.rules.lifecycle.decide.context import MAX_TEXT
from recours.rules.lifecycle.vocabulary import ASKABLE, Ground, Remedy
from recours.rules.wording import say
from recours.rules.wording.format import instant, money
from recours.ui.forms import CheckboxCards, MoneyField
from recours.ui.language import lang

ORDERS = 10
"""The buyer's latest orders that the form offers, besides the one that the conversation is about."""
MOST_MESSAGES = 60
"""The latest messages that the form offers to file."""
GROUNDS = tuple(ground for ground in Ground if ground is not Ground.CHANGE_OF_MIND)
"""Who changes their mind withdraws: they declare it themselves."""


class DisputeForm(forms.Form):
    """Which articles, why, what is wanted, in which words, and which messages back it. `dispute` is what was read.

    Looking up an older order is part of it: whatever is typed comes back with the order that was found.
    """

    use_required_attribute = False

    lines = forms.MultipleChoiceField(
        label=_("Ce qui est en cause"),
        widget=CheckboxCards,
        error_messages={"required": _("Cochez ce qui est en cause, sur une seule commande.")},
    )
    ground = forms.ChoiceField(label=_("Motif"))
    remedy = forms.ChoiceField(label=_("Ce que demande l’acheteur"))
    goods_return = forms.BooleanField(label=_("L’acheteur peut renvoyer l’article"), required=False)
    explanation = TextField(
        label=_("Explication, que lira aussi le vendeur"),
        help_text=_(
            "Reprise de ses messages. Retirez ce qui ne regarde pas le vendeur : téléphone, adresse."
        ),
        rows=8,
        error_messages={"required": _("Écrivez ce qui s’est passé.")},
    )
    messages = forms.MultipleChoiceField(
        label=_("Messages à verser comme pièces, avec leurs fichiers"),
        help_text=_("Ils sont transcrits tels quels, et le vendeur les lira."),
        widget=CheckboxCards,
        error_messages={"required": _("Cochez au moins un message.")},
    )
    news = forms.BooleanField(required=False)
    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, row: Conversation, who: Identity, data: QueryDict | None = None, number: str = ""
    ) -> None:
        """`number` is that of an order of the buyer's which is to be offered besides.

        What is typed comes back unjudged where the order is looked up, which is also what a number means that was
        typed without asking for it: the claim would be opened on another order than its writer has before them.
        """
        self.row, self.number = row, number
        before = data.get("looked_up", number) if data is not None else number
        self.is_looking_up = data is not None and ("look_up" in data or number not in ("", before))
        self.orders = _orders(row, who, number, data.getlist("lines") if data else [])
        self.sent = list(reversed(sent_by_buyer(row.pk).reverse()[:MOST_MESSAGES]))
        meant = self._said()
        self.filled = ",".join(meant["lines"])
        super().__init__(None if self.is_looking_up else data, initial=meant)
        self.fields["amount"] = MoneyField(
            label=gettext("Montant demandé"),
            help_text=gettext("Pour un remboursement. Laissez vide pour tout ce qui a été payé."),
            currency=self.orders[0].currency if self.orders else row.marketplace.currency,
            required=False,
        )
        self._offer("lines", [pair for order in self.orders for pair in self._of(order)])
        self._offer("ground", [(each.value, word("ground", each)) for each in GROUNDS])
        self._offer("remedy", [(each.value, word("remedy", each)) for each in ASKABLE])
        self._offer("messages", [(str(one.pk), self._line(one)) for one in self.sent])
        if row.contact is None or row.contact.wants_news:
            del self.fields["news"]
        else:
            self.fields["news"].label = gettext("Il a demandé à être prévenu des étapes sur ce canal aussi")
        order = (
            "lines",
            "ground",
            "remedy",
            "amount",
            "goods_return",
            "explanation",
            "messages",
            "news",
            "after",
        )
        self.order_fields([name for name in order if name in self.fields])
        if data is not None:
            self._keep(data)

    def _keep(self, data: QueryDict) -> None:
        """Take what is typed as it stands; what nobody ticked but the form itself gives way to the order found."""
        filled = data.get("filled", "")
        if not self.is_looking_up:
            self.filled = filled
            return
        typed = {name: each.widget.value_from_datadict(data, {}, name) for name, each in self.fields.items()}
        if self.is_found and ",".join(typed["lines"]) == filled:
            del typed["lines"]
        else:
            self.filled = filled
        self.initial = {**self.initial, **typed}

    @property
    def is_found(self) -> bool:
        """Whether the order that was asked for is one of those on offer."""
        return any(order.number == self.number for order in self.orders)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    @cached_property
    def taken(self) -> list[tuple[str, Claim]]:
        """The articles on which a claim is open, each with it."""
        found = []
        for order in self.orders:
            on_lines = self._on(order)
            found += [(line.title, on_lines[line.pk]) for line in order.lines.all() if line.pk in on_lines]
        return found

    @cached_property
    def _taken_by_order(self) -> dict[UUID, dict[int, Claim]]:
        return {order.pk: claims_on_lines(order.pk) for order in self.orders}

    def _on(self, order: Order) -> dict[int, Claim]:
        return self._taken_by_order[order.pk]

    def _of(self, order: Order) -> list[tuple[str, str]]:
        free = [line for line in order.lines.all() if line.pk not in self._on(order)]
        nothing = gettext("Commande %(number)s : aucun article, le paiement ou le site")
        return [
            *((f"{order.pk}:{line.pk}", _line_text(order, line)) for line in free),
            (f"{order.pk}:", nothing % {"number": order.number}),
        ]

    def _line(self, message: Message) -> str:
        at = instant(message.sent_at, self.row.marketplace.zone, lang())
        return say(lang(), "said.of", what=at, said=" ".join(message.text.split())[:120])

    def _said(self) -> dict[str, Any]:
        """Fill in what the conversation says: its order and articles, its topic, and the buyer's own words."""
        ground = Topic(self.row.topic).ground if self.row.topic else None
        order = next((one for one in self.orders if _is_meant(one, self.row, self.number)), None)
        if order is None and len(self.orders) == 1:
            order = self.orders[0]
        lines = [line for line in order.lines.all() if line.pk not in self._on(order)] if order else []
        meant = set(self.row.lines.values_list("pk", flat=True))
        if len(lines) > 1:
            lines = [line for line in lines if line.pk in meant]
        return {
            "lines": [f"{order.pk}:{line.pk}" for line in lines] if order else [],
            "ground": ground.value if ground else None,
            "remedy": Remedy.REFUND.value,
            "explanation": "\n\n".join(one.text for one in self.sent)[:MAX_TEXT],
            "messages": [str(one.pk) for one in self.sent],
            "after": len(claims_opened_from(self.row.pk)),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = [one.partition(":") for one in data.get("lines") or []]
        numbers = {order for order, _colon, _line in chosen}
        if len(numbers) > 1:
            message = _(
                "Une réclamation porte sur une seule commande : ne cochez que ce qui est de l’une d’elles."
            )
            self.add_error("lines", ValidationError(message, "several_orders"))
        elif any(line for *_rest, line in chosen) and not all(line for *_rest, line in chosen):
            message = _("Choisissez des articles, ou « aucun article », mais pas les deux.")
            self.add_error("lines", ValidationError(message, "contradiction"))
        return data

    @property
    def dispute(self) -> Dispute:
        """What a valid form asks for."""
        data = self.cleaned_data
        order, lines = self._chosen
        is_refund = data["remedy"] == Remedy.REFUND
        return Dispute(
            order=order,
            lines=lines,
            ground=Ground(data["ground"]),
            remedy=Remedy(data["remedy"]),
            explanation=data["explanation"],
            amount=data["amount"] if is_refund else None,
            goods_return=data["goods_return"],
            message_ids=[int(key) for key in data["messages"]],
            wants_news=bool(data.get("news")),
            after=data["after"],
        )

    @property
    def _chosen(self) -> tuple[Order, dict[int, int]]:
        keys = [one.partition(":") for one in self.cleaned_data["lines"]]
        order = next(one for one in self.orders if str(one.pk) == keys[0][0])
        wanted = {line for *_rest, line in keys}
        return order, {line.pk: line.quantity for line in order.lines.all() if str(line.pk) in wanted}

    @property
    def claim_in_the_way(self) -> Claim | None:
        """The claim that is open on what was chosen, asked anew: somebody opened it meanwhile."""
        order, lines = self._chosen
        on_lines = claims_on_lines(order.pk)
        return next((on_lines[pk] for pk in lines if pk in on_lines), None)


def _is_meant(order: Order, row: Conversation, number: str) -> bool:
    """Whether an order is the one that was asked for; if none was, the one that the conversation is about."""
    return order.number == number if number else order.pk == row.order_id


def _order_of(ticked: str) -> UUID | None:
    try:
        return UUID(ticked.partition(":")[0])
    except ValueError:
        return None


def _orders(row: Conversation, who: Identity, number: str, ticked: Collection[str]) -> list[Order]:
    """Return the buyer's orders, the one that is meant first; none from a shop for which the agent works.

    Those of which something is ticked stay, when another is looked up.
    """
    rows = Order.objects.filter(buyer=row.buyer).exclude(shop_id__in=who.shop_ids)
    rows = rows.select_related("shop", "buyer__marketplace").prefetch_related("lines")
    latest = list(rows.order_by("-ordered_at", "-pk")[:ORDERS])
    if row.order_id is not None and all(one.pk != row.order_id for one in latest):
        latest += rows.filter(pk=row.order_id)
    if number and all(one.number != number for one in latest):
        latest += rows.filter(number=number)
    kept = {_order_of(one) for one in ticked} - {one.pk for one in latest}
    latest += rows.filter(pk__in=[pk for pk in kept if pk is not None])
    return sorted(latest, key=lambda one: not _is_meant(one, row, number))


def _line_text(order: Order, line: OrderLine) -> str:
    title = line.title if line.quantity == 1 else f"{line.quantity} × {line.title}"
    return f"{order.number} · {title} · {money(line.captured, lang())}"
