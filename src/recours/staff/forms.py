"""Inviting somebody, and choosing what a member is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recours.rules.access import Person
from recours.staff.places import Workplace
from recours.ui.forms import RadioCards

NAMES: dict[Person, Promise] = {
    Person.AGENT: _("Agent"),
    Person.LEAD: _("Responsable d’équipe"),
    Person.ADMINISTRATOR: _("Administrateur"),
    Person.AUDITOR: _("Auditeur"),
    Person.SHOP_STAFF: _("Membre de l’équipe"),
    Person.SHOP_ADMINISTRATOR: _("Administrateur de la boutique"),
}
HINTS: dict[Person, Promise] = {
    Person.AGENT: _("Lit les dossiers, écrit aux parties, décide, fait verser ce qui est dû."),
    Person.LEAD: _("Fait tout ce que fait un agent, et attribue les dossiers."),
    Person.ADMINISTRATOR: _(
        "Fait tout ce que fait un responsable, écrit le centre d’aide, choisit l’équipe et lit le registre."
    ),
    Person.AUDITOR: _("Lit tout ce que lit un agent, et le registre. Ne change rien."),
    Person.SHOP_STAFF: _("Répond aux dossiers et aux messages de la boutique."),
    Person.SHOP_ADMINISTRATOR: _("Fait de même, et choisit qui d’autre agit pour la boutique."),
}
LEAVES = "leaves"


class InviteForm(forms.Form):
    """An address, and the role that it is invited to."""

    email = forms.EmailField(
        label=_("Adresse électronique"),
        help_text=_("La personne devra prouver que c’est la sienne."),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Écrivez l’adresse de la personne.")},
    )
    role = forms.ChoiceField(
        label=_("Rôle"), widget=RadioCards, error_messages={"required": _("Choisissez un rôle.")}
    )

    def __init__(self, place: Workplace, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_roles(self.fields["role"], place)


class MemberForm(forms.Form):
    """What a member is from now on, or that they leave."""

    role = forms.ChoiceField(label=_("Rôle"), widget=RadioCards)

    def __init__(self, place: Workplace, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_roles(self.fields["role"], place, leaves=True)


def _offer_roles(field: forms.Field, place: Workplace, *, leaves: bool = False) -> None:
    persons = [(role, place.person(role)) for role in place.roles]
    choices: list[tuple[str, Any]] = [(role, NAMES[person]) for role, person in persons]
    hints: dict[str, object] = {role: HINTS[person] for role, person in persons}
    if leaves:
        choices.append((LEAVES, _("Ne fait plus partie de l’équipe")))
        hints[LEAVES] = _("Perd tout accès à sa prochaine page. Ce qu’elle a fait reste, signé de son nom.")
    if isinstance(field, forms.ChoiceField) and isinstance(field.widget, RadioCards):
        field.choices = choices
        field.widget.hints = {key: str(hint) for key, hint in hints.items()}
