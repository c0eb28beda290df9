"""Days that people choose or type."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DayField(forms.DateField):
    """A day that is not in the future, chosen or typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"],
            error_messages={
                "required": _("Indiquez un jour."),
                "invalid": _("Ce jour n’existe pas. Écrivez-le comme 24/11/2026."),
            },
            **kwargs,
        )


def limit_days(field: forms.Field, *, latest: dt.date, earliest: dt.date | None = None) -> None:
    """Tell the browser which days make sense; the rules refuse the others with a reason."""
    field.widget.attrs["max"] = latest.isoformat()
    if earliest is not None:
        field.widget.attrs["min"] = earliest.isoformat()
