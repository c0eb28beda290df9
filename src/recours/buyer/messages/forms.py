"""What a first message says, besides its words: which order and articles, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recours.conversations.forms import MessageForm, TextField
from recours.conversations.presentation import topic_word
from recours.marketplaces.models import Order, OrderLine
from recours.rules.conversation import Topic
from recours.rules.wording.format import day, money
from recours.ui.forms import CheckboxCards, RadioCards
from recours.ui.language import lang

TO_A_SHOP = tuple(topic for topic in Topic if topic not in {Topic.BEFORE_PURCHASE, Topic.TECHNICAL_FAULT})
"""What a buyer may write to a shop about, concerning an order."""
TO_SUPPORT = (
    Topic.UNAUTHORISED_CHARGE,
    Topic.OVERCHARGE,
    Topic.PAYMENT_ERROR,
    Topic.TECHNICAL_FAULT,
    Topic.QUESTION,
)
"""What the marketplace itself answers for."""
LONGEST_SUBJECT = 120
NOT_SAID = {
    "required": _("Choisissez le motif de votre message."),
    "invalid_choice": _("Choisissez l’un de ces motifs."),
}


class SubjectField(forms.CharField):
    """A title in one line: breaks and control characters become spaces."""

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value))
        return " ".join("".join(char if char.isprintable() else " " for char in text).split())


class AboutOrderForm(MessageForm):
    """The first message to a shop about an order: which articles, why, and in the buyer's words."""

    field_order = ("lines", "topic", "text", "files_given", "key")
    DRAFTED = ("lines", "topic", "text")
    use_required_attribute = False

    def __init__(self, order: Order, *args: Any, hints: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_lines: list[OrderLine] = list(order.lines.all())
        if len(self.order_lines) > 1:
            self.fields["lines"] = forms.MultipleChoiceField(
                label=_("Quels articles sont concernés ?"),
                choices=[(str(line.pk), line.title) for line in self.order_lines],
                widget=CheckboxCards(hints={str(line.pk): _hint(line) for line in self.order_lines}),
                error_messages={
                    "required": _("Cochez au moins un article : le vendeur doit savoir duquel vous parlez."),
                    "invalid_choice": _("Cet article n’est pas dans cette commande."),
                },
            )
        self.fields["topic"] = forms.ChoiceField(
            label=_("Pourquoi écrivez-vous ?"),
            choices=[(topic.value, topic_word(topic)) for topic in TO_A_SHOP],
            widget=RadioCards(hints=hints or {}, columns=True),
            error_messages=NOT_SAID,
        )
        text = self.fields["text"]
        text.label = _("Expliquez au vendeur")
        text.help_text = _("Ce qui s’est passé, et ce que vous attendez. La commande est déjà jointe.")
        text.error_messages["required"] = _("Écrivez quelques mots : le vendeur doit pouvoir vous répondre.")
        self.order_fields(self.field_order)

    @property
    def line_ids(self) -> list[int]:
        """The articles of a valid form; the only one where there is no choice."""
        if "lines" not in self.fields:
            return [line.pk for line in self.order_lines]
        return [int(pk) for pk in self.cleaned_data["lines"]]

    @property
    def topic(self) -> Topic:
        return Topic(self.cleaned_data["topic"])


class ToShopForm(MessageForm):
    """A question to a shop from which nothing was bought yet."""

    field_order = ("subject", "text", "files_given", "key")
    DRAFTED = ("subject", "text")

    subject = SubjectField(
        label=_("Sur quel article, ou quel sujet ?"),
        max_length=LONGEST_SUBJECT,
        error_messages={
            "required": _("Dites de quoi il s’agit : le nom de l’article suffit."),
            "max_length": _("120 caractères au plus : le reste va dans le message."),
        },
    )
    text = TextField(
        label=_("Votre question"), rows=5, error_messages={"required": _("Écrivez votre question.")}
    )


class ToSupportForm(MessageForm):
    """A message to the marketplace's customer service, about one of the buyer's orders or none."""

    field_order = ("topic", "order", "text", "files_given", "key")
    DRAFTED = ("topic", "order", "text")
    use_required_attribute = False

    def __init__(self, orders: Sequence[Order], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.orders = {str(order.pk): order for order in orders}
        self.fields["topic"] = forms.ChoiceField(
            label=_("Pourquoi écrivez-vous ?"),
            choices=[(topic.value, topic_word(topic)) for topic in TO_SUPPORT],
            widget=RadioCards(columns=True),
            error_messages=NOT_SAID,
        )
        if orders:
            none = [("", gettext("Aucune commande"))]
            self.fields["order"] = forms.ChoiceField(
                label=_("Une commande est-elle concernée ?"),
                choices=[*none, *((key, _named(order)) for key, order in self.orders.items())],
                required=False,
                error_messages={"invalid_choice": _("Cette commande n’est pas la vôtre.")},
            )
        self.fields["text"].label = _("Expliquez au service client")
        self.order_fields(self.field_order)

    def clean_order(self) -> UUID | None:
        chosen = self.cleaned_data["order"]
        return UUID(chosen) if chosen else None

    @property
    def topic(self) -> Topic:
        return Topic(self.cleaned_data["topic"])


def _hint(line: OrderLine) -> str:
    paid = money(line.captured, lang())
    return paid if line.quantity == 1 else f"{line.quantity} × · {paid}"


def _named(order: Order) -> str:
    titles = [line.title for line in order.lines.all()]
    named = f"{order.number}, {day(localdate(order.ordered_at), lang())}"
    return f"{named}, {titles[0]}" if titles else named


def ask_to_read_again(form: MessageForm) -> None:
    """Withdrawal was chosen and nothing written: the words are there now, for their author to read."""
    form.add_error(
        "text",
        ValidationError(_("Votre rétractation est écrite ci-dessous. Relisez-la, puis envoyez."), "read"),
    )
