"""What the desk types that is no act on a claim: the transfer that paid a refund."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recours.claims.forms.days import DayField, limit_days


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
