"""The form of a canned answer."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from recours.conversations.forms import TextField, said
from recours.conversations.refusals import AnswerTitleTaken
from recours.rules.refusals import Refusal

MAX_TITLE = 80


class CannedForm(forms.Form):
    title = forms.CharField(
        label=_("Nom de la réponse"),
        help_text=_("Vous seuls le voyez, dans la liste où vous la choisissez."),
        max_length=MAX_TITLE,
    )
    text = TextField(label=_("Texte"), rows=8)

    def refuse(self, refusal: Refusal) -> None:
        """Show why it was not kept; what was typed stays."""
        field = "title" if isinstance(refusal, AnswerTitleTaken) else None
        self.add_error(field, ValidationError(said(refusal), refusal.code))
