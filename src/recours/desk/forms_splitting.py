"""What is typed to split a claim: which of its articles leave, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recours.conversations.forms import TextField
from recours.rules.lifecycle.claim import Claim
from recours.rules.wording.format import money
from recours.ui.forms import CheckboxCards
from recours.ui.language import lang


class SplitForm(forms.Form):
    """The articles that go on apart, and the reason, which both parties read."""

    lines = forms.TypedMultipleChoiceField(
        label=_("Quels articles partent dans un dossier à part ?"),
        coerce=int,
        widget=CheckboxCards,
        error_messages={"required": _("Cochez au moins un article.")},
    )
    reason = TextField(
        label=_("Pourquoi"),
        rows=3,
        help_text=_("Les deux parties le liront."),
        error_messages={"required": _("Dites pourquoi : les deux parties le liront.")},
    )

    def __init__(self, claim: Claim, *args: Any) -> None:
        super().__init__(*args)
        self.fields["lines"].choices = [  # type: ignore[attr-defined]
            (line.line_id, f"{line.quantity} × {line.title} · {money(line.paid, lang())}")
            for line in claim.opening.lines
        ]
