"""The choice of mails."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from recours.notices.kinds import Kind
from recours.notices.presentation import why_mailed
from recours.rules.wording import say
from recours.ui.forms import CheckboxCards
from recours.ui.language import lang


class MailChoices(forms.Form):
    """Which mails somebody wants, among those that can be switched off."""

    kinds = forms.MultipleChoiceField(label=_("M’envoyer un courriel pour"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        free = [kind for kind in Kind if not kind.protects]
        field = self.fields["kinds"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 -- for the type checker
        field.widget = CheckboxCards(hints={kind.value: why_mailed(kind, lang()) for kind in free})
        field.choices = [(kind.value, say(lang(), f"notices.kind.{kind}")) for kind in free]
