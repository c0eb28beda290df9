"""What the buyer is asked of a refund that did not come, or not whole."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recours.claims.forms.base import ActForm, TextField
from recours.claims.presentation.words import word
from recours.claims.queries import OpenedClaim
from recours.rules.lifecycle.vocabulary import Missing
from recours.rules.wording.format import money
from recours.ui.forms import MoneyField, RadioCards
from recours.ui.language import lang


class MissingRefundForm(ActForm):
    """What is missing; an amount belongs to "a part came", and one that contradicts the choice is asked about."""

    missing = forms.ChoiceField()
    arrived = forms.CharField(required=False)
    text = TextField(
        label=_("Ce qui aide à le retrouver"),
        help_text=_("Par exemple ce que dit votre banque. N’écrivez ni numéro de carte ni code."),
        required=False,
        rows=4,
    )

    def __init__(self, opened: OpenedClaim, *args: Any, **kwargs: Any) -> None:
        super().__init__(opened, *args, **kwargs)
        sent = opened.claim.refunded
        self.fields["missing"] = forms.ChoiceField(
            label=gettext("Que s’est-il passé ?"),
            choices=[(each.value, word("missing", each)) for each in Missing],
            widget=RadioCards,
            error_messages={"required": _("Choisissez l’une des réponses.")},
        )
        self.fields["arrived"] = MoneyField(
            label=gettext("Montant reçu, si une partie est arrivée"),
            help_text=gettext("%(sent)s vous ont été envoyés.") % {"sent": money(sent, lang())},
            currency=sent.currency,
            maximum=sent,
            required=False,
        )
        self.order_fields(("missing", "arrived", "text"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen, arrived = data.get("missing"), data.get("arrived")
        if not chosen:
            return data
        data["missing"] = Missing(chosen)
        if data["missing"] is Missing.LESS and arrived is None and "arrived" not in self.errors:
            self.add_error("arrived", ValidationError(_("Indiquez ce qui est arrivé."), "required"))
        if data["missing"] is not Missing.LESS and arrived is not None:
            message = _("Ce choix n’a pas de montant. Effacez-le, ou dites qu’une partie est arrivée.")
            self.add_error("arrived", ValidationError(message, "contradiction"))
        return data
