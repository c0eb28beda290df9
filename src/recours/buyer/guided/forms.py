"""The one thing that the guided question asks to be typed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from recours.rules.wording import say
from recours.ui.language import lang

LONGEST_AGO = dt.timedelta(days=366 * 3)
"""Older than this no term of a bank runs any more."""


class DebitDayForm(forms.Form):
    """On what day a charge was made."""

    on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].label = say(lang(), "guidance.end.bank.asked")
        self.fields["on"].widget.attrs |= {"max": today.isoformat()}

    def clean_on(self) -> dt.date:
        on: dt.date = self.cleaned_data["on"]
        if on > self.today:
            raise ValidationError(gettext("Ce jour n’est pas encore venu : indiquez celui du débit."))
        if on < self.today - LONGEST_AGO:
            raise ValidationError(
                gettext("C’est trop ancien : aucun délai ne court plus. Vérifiez l’année du débit.")
            )
        return on
