"""What a declaration asks for: which articles, who, and where the acknowledgement goes. Never why."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recours.buyer.withdrawing.doors import Door
from recours.claims.commands.withdrawing import NAME_MOST, WithdrawalRequest
from recours.claims.forms import said
from recours.claims.withdrawable import (
    DisputeStandsInTheWay,
    Withdrawable,
    exclusion_of,
)
from recours.marketplaces.models import OrderLine
from recours.rules.refusals import Refusal
from recours.rules.withdrawing import ExcludedGoods, NameMissing, NothingChosen
from recours.rules.wording import say
from recours.rules.wording.format import money
from recours.ui.forms import CheckboxCards
from recours.ui.language import lang

BESIDE: dict[type[Refusal], str] = {
    ExcludedGoods: "contests_exclusion",
    DisputeStandsInTheWay: "closes_disputes",
    NameMissing: "name",
    NothingChosen: "lines",
}
"""The field that a refusal stands beside; the others stand above the form."""


class AskForm(forms.Form):
    """Which order, for who has no account: its number, and the address that it was placed with."""

    number = forms.CharField(label=_("Numéro de commande"), max_length=64)
    email = forms.EmailField(
        label=_("Adresse électronique de la commande"),
        help_text=_("Celle que vous avez donnée en achetant. Le lien y est envoyé."),
        max_length=254,
    )


class DeclarationForm(forms.Form):
    """The first step. Cleans to `quantities`; a line that cannot be chosen is not among them."""

    use_required_attribute = False

    def __init__(self, door: Door, found: Withdrawable, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.door, self.found = door, found
        self.left = found.left()
        free = [line for line in found.lines if line.pk in self.left]
        self.fields["key"] = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
        self.fields["lines"] = forms.MultipleChoiceField(
            label=gettext("De quels articles ne voulez-vous plus ?"),
            choices=[(str(line.pk), line.title) for line in free],
            widget=CheckboxCards(hints={str(line.pk): self._hint(line) for line in free}),
            initial=[str(line.pk) for line in free if len(free) == 1 and not line.exclusion],
            error_messages={"required": gettext("Cochez au moins un article.")},
        )
        for line in free:
            if self.left[line.pk] > 1:
                self.fields[f"quantity_{line.pk}"] = forms.IntegerField(
                    label=gettext("Combien de « %(title)s » sur %(all)d ?")
                    % {"title": line.title, "all": self.left[line.pk]},
                    min_value=1,
                    max_value=self.left[line.pk],
                    initial=self.left[line.pk],
                    required=False,
                    widget=forms.NumberInput({"class": "short"}),
                )
        if any(line.exclusion for line in free):
            self.fields["contests_exclusion"] = forms.BooleanField(
                label=gettext("Je pense que cette exclusion ne s’applique pas"),
                help_text=gettext(
                    "À cocher seulement pour rendre un article que le vendeur dit exclu. La plateforme tranchera."
                ),
                required=False,
            )
        disputes = sorted({claim.reference for claim in found.disputes(self.left)})
        if disputes:
            self.fields["closes_disputes"] = forms.BooleanField(
                label=gettext("Ma rétractation remplace ce litige : %(references)s")
                % {"references": ", ".join(disputes)},
                help_text=gettext(
                    "Le litige sera retiré. Si l’article a un défaut, il peut vous donner plus que la rétractation."
                ),
                required=False,
            )
        self.fields["name"] = forms.CharField(
            label=gettext("Votre nom"),
            max_length=NAME_MOST,
            initial=door.name,
            widget=forms.TextInput({"autocomplete": "name"}),
        )
        self.fields["email"] = forms.EmailField(
            label=gettext("Adresse électronique"),
            help_text=gettext("L’accusé de réception y est envoyé aussitôt."),
            max_length=254,
            initial=door.email,
            widget=forms.EmailInput({"autocomplete": "email"}),
        )

    def _hint(self, line: OrderLine) -> str:
        paid = money(line.captured, lang())
        hint = paid if line.quantity == 1 else f"{line.quantity} × · {paid}"
        exclusion = exclusion_of(line)
        if exclusion is None:
            return hint
        excluded = gettext("Exclu d’après le vendeur : %(why)s. %(plain)s") % {
            "why": say(lang(), f"exclusion.label.{exclusion}").lower(),
            "plain": say(lang(), f"exclusion.plain.{exclusion}"),
        }
        return f"{hint} · {excluded}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["quantities"] = {
            int(pk): data.get(f"quantity_{pk}") or self.left[int(pk)] for pk in data.get("lines") or []
        }
        return data

    def request(self) -> WithdrawalRequest:
        """Return what a valid form declares."""
        data = self.cleaned_data
        return WithdrawalRequest(
            key=data["key"],
            buyer_id=self.door.order.buyer_id,
            order_id=self.door.order.pk,
            lines=data["quantities"],
            name=data["name"],
            email=data["email"],
            lang=lang(),
            contests_exclusion=bool(data.get("contests_exclusion")),
            closes_disputes=bool(data.get("closes_disputes")),
        )

    def refuse(self, refusal: Refusal) -> None:
        """Say what was refused, beside the field where it is mended."""
        name = BESIDE.get(type(refusal), "")
        self.add_error(name if name in self.fields else None, ValidationError(said(refusal), refusal.code))
