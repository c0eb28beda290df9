"""The buyer's word on when a parcel arrived."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from recours import clock
from recours.claims.forms import said
from recours.marketplaces.commands.deliveries import check_delivery_day
from recours.marketplaces.models import Order
from recours.rules.refusals import Refusal

WRITTEN = ["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y", "%d %m %Y"]
"""How people write a date; the first is what a browser's calendar sends."""


class DayField(forms.DateField):
    """A day, chosen in the browser's calendar or typed."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"})
        super().__init__(
            input_formats=WRITTEN,
            widget=widget,
            error_messages={
                "required": _("Indiquez le jour."),
                "invalid": _("Cette date n’existe pas. Écrivez-la ainsi : 02/11/2026."),
            },
            **kwargs,
        )


class ReceivedForm(forms.Form):
    """The day on which the parcel came."""

    day = DayField(label=_("Quel jour avez-vous reçu le colis ?"))

    def __init__(self, order: Order, *args: Any, **kwargs: Any) -> None:
        self.order = order
        super().__init__(*args, **kwargs)

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        try:
            check_delivery_day(self.order, day, clock.now())
        except Refusal as refusal:
            raise ValidationError(said(refusal), refusal.code) from refusal
        return day
