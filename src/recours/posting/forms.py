"""What a letter asks of who writes it, and what the post told of one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from recours.claims.forms import ExhibitsField, TextField
from recours.claims.models import Evidence
from recours.posting.filling import Filled
from recours.rules.letters import Kind
from recours.rules.posting import Step
from recours.rules.wording import say
from recours.ui.forms import CheckboxCards
from recours.ui.language import lang


def _address(label: Any, help_text: Any = "", **attrs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=600,
        widget=forms.Textarea({"rows": 4, **attrs}),
    )


class LetterForm(forms.Form):
    """A letter: everything that the claim knows is filled in, and may be changed."""

    letter_id = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    """What the person was shown of this very letter before the PDF is made: `looks.digest`."""
    kind = forms.ChoiceField(label=_("Quelle lettre"))
    sender_name = forms.CharField(
        label=_("Votre nom"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    sender_address = _address(
        _("Votre adresse"),
        _("De la rue à la ville, une ligne chacune ; la dernière est « 69003 Lyon » par exemple."),
        autocomplete="street-address",
    )
    sender_country = forms.CharField(
        label=_("Pays, si ce n’est pas la France"), max_length=60, required=False
    )
    sender_email = forms.EmailField(label=_("Courriel"), required=False)
    addressee_name = forms.CharField(label=_("Destinataire"), max_length=120)
    addressee_address = _address(
        _("Adresse du destinataire"),
        _("Vérifiez-la avant d’envoyer : dans les mentions légales du site, par exemple."),
    )
    addressee_country = forms.CharField(
        label=_("Pays, si ce n’est pas la France"), max_length=60, required=False
    )
    place = forms.CharField(label=_("Fait à"), max_length=60, help_text=_("La ville d’où vous écrivez."))
    story = TextField(label=_("Ce qui s’est passé"), rows=8, required=False)
    wanted = TextField(label=_("Ce que vous demandez"), rows=2, required=False)
    term_days = forms.IntegerField(
        label=_("Délai accordé, en jours"),
        required=False,
        help_text=_("Vide : celui de la loi, ou le nôtre là où elle n’en donne pas."),
        widget=forms.NumberInput({"min": 1, "max": 90, "inputmode": "numeric"}),
    )
    exhibits = forms.MultipleChoiceField(label=_("Pièces à joindre"), required=False, widget=CheckboxCards)

    def __init__(self, found: Filled, evidence: Sequence[Evidence], *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "letter_id": uuid.uuid4(),
            "kind": found.kind.value,
            "sender_name": found.sender_name,
            "addressee_name": found.addressee_name,
            "addressee_address": "\n".join(found.addressee_lines),
            "story": found.story,
            "wanted": found.wanted,
            "exhibits": [one.exhibit for one in evidence],
        }
        super().__init__(*args, **kwargs)
        kinds = cast(forms.ChoiceField, self.fields["kind"])
        kinds.choices = [(kind.value, say(lang(), f"posting.sort.{kind.value}")) for kind in Kind]
        enclosures = cast(forms.MultipleChoiceField, self.fields["exhibits"])
        enclosures.choices = [(one.exhibit, f"{one.exhibit} – {one.file.original_name}") for one in evidence]
        if not evidence:
            del self.fields["exhibits"]


class StepForm(forms.Form):
    """What the post did with a letter, on which day, as its papers say."""

    step = forms.ChoiceField(label=_("Ce qui s’est passé"))
    on = forms.DateField(
        label=_("À quelle date"),
        help_text=_("Celle que porte le document de la poste."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    tracking = forms.CharField(
        label=_("Numéro de suivi"),
        help_text=_("Treize caractères, sur la preuve de dépôt. Une erreur de copie est signalée."),
        max_length=64,
        required=False,
        widget=forms.TextInput({"autocapitalize": "characters", "spellcheck": "false"}),
    )
    exhibits = ExhibitsField(
        label=_("Photo du document de la poste"),
        help_text=_("Preuve de dépôt, avis, accusé de réception ou enveloppe revenue ; photo ou PDF."),
    )

    def __init__(self, open_steps: Sequence[Step], *args: Any, has_number: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = cast(forms.ChoiceField, self.fields["step"])
        steps.choices = [(step.value, say(lang(), f"posting.step.{step.value}")) for step in open_steps]
        if len(open_steps) == 1:
            steps.initial = open_steps[0].value
        if has_number:
            del self.fields["tracking"]
