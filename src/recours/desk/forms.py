"""What the desk types beside the acts of a claim: the transfer that paid a refund, what is withheld of an exhibit."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from recours.claims.forms.days import DayField, limit_days
from recours.conversations.forms import TextField
from recours.files.forms import ACCEPT, MultipleFileField
from recours.files.judge import Judged
from recours.ui.forms import RadioCards


class TransferForm(forms.Form):
    """When the money left, and under which reference the bank knows it."""

    paid_on = DayField(label=_("Jour du virement"))
    reference = forms.CharField(
        label=_("Référence du virement"),
        help_text=_("Celle de la banque : elle prouve le versement, et ne sert qu’une fois."),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"paid_on": today})
        super().__init__(*args, **kwargs)
        limit_days(self.fields["paid_on"], latest=today)


class WithholdForm(forms.Form):
    """What becomes of an exhibit: hidden from a party or both, a copy shown instead, or shown again; and why.

    `is_withheld` offers showing it again. A claim without a seller has one party to hide it from.
    """

    BUYER, SELLER, BOTH, REDACT, RESTORE = "buyer", "seller", "both", "redact", "restore"

    what = forms.ChoiceField(label=_("Que faire de cette pièce ?"), widget=RadioCards)
    copy = MultipleFileField(
        label=_("La copie à montrer"),
        help_text=_(
            "Seulement pour masquer une partie : le même document, avec ce qu’il faut cacher recouvert."
        ),
        room=1,
        most=1,
        required=False,
    )
    reason = TextField(label=_("Motif"), rows=3, help_text=_("Les deux parties le liront dans le dossier."))

    def __init__(self, *args: Any, has_seller: bool, is_withheld: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (self.REDACT, _("En montrer une copie masquée")),
            (self.BOTH, _("La cacher aux deux parties")),
        ]
        if has_seller:
            choices += [
                (self.SELLER, _("La cacher au vendeur seulement")),
                (self.BUYER, _("La cacher à l’acheteur seulement")),
            ]
        if is_withheld:
            choices.append((self.RESTORE, _("La montrer de nouveau, telle qu’elle est arrivée")))
        cast(forms.ChoiceField, self.fields["what"]).choices = choices
        self.fields["copy"].widget.attrs["accept"] = ACCEPT

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        uploads = data.get("copy")
        if data.get("what") == self.REDACT and uploads is not None:
            if error := uploads.as_error():
                self.add_error("copy", error)
            elif not uploads.accepted:
                self.add_error("copy", _("Joignez la copie à montrer à la place."))
        return data

    @property
    def given_copy(self) -> Judged:
        """The copy of a valid form that redacts."""
        found: Judged = self.cleaned_data["copy"].accepted[0]
        return found
