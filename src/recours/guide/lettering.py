"""The formal letter: what the guide knows already, what is still asked, and what is to be seen before it is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace

from recours.claims.forms import said
from recours.guide.forms import CHOOSE
from recours.letters import paper
from recours.rules.guide import Outcome, Question, letter_story
from recours.rules.law import law_of
from recours.rules.letters import Enclosure, Kind, Party, Prepared, Story, address, write
from recours.rules.letters.address import (
    AddressEmpty,
    AddressLineTooLong,
    AddressTooLong,
    AddressWithoutPostcode,
)
from recours.rules.letters.checks import LetterNeeds
from recours.rules.letters.reading import NOT_TO_THE_MARKETPLACE
from recours.rules.profile import Profile
from recours.rules.refusals import Refusal
from recours.rules.wording.guide import letter_text
from recours.ui.forms import RadioCards
from recours.ui.language import lang

MAX_ENCLOSURES = 20
"""Papers that one letter lists. Ours: two pages of titles are no longer a list."""

_PLACES = {
    "story": Question.STORY,
    "order_number": Question.PURCHASE,
    "product": Question.PURCHASE,
    "amount": Question.PURCHASE,
}
_ADDRESS = (AddressEmpty, AddressLineTooLong, AddressTooLong, AddressWithoutPostcode)


class AddressField(forms.CharField):
    """Lines of an address, as they are written on an envelope; cleans to the lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": 4}), **kwargs)

    def to_python(self, value: Any) -> Any:
        return tuple(line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip())


class LetterForm(forms.Form):
    """Who writes, to whom, and with what. Valid once a letter can be made of it, which is then `prepared`."""

    use_required_attribute = False
    kind = forms.TypedChoiceField(
        label=_("Quelle lettre ?"), widget=RadioCards, coerce=Kind, error_messages=CHOOSE
    )
    name = forms.CharField(label=_("Votre nom"), widget=forms.TextInput({"autocomplete": "name"}))
    street = AddressField(
        label=_("Votre adresse"),
        help_text=_(
            "Une ligne par étage, rue, puis code postal et ville : six lignes en tout, nom compris, de 38 caractères."
        ),
    )
    country = forms.CharField(label=_("Pays, s’il n’est pas la France"), required=False)
    email = forms.EmailField(
        label=_("Adresse électronique"), required=False, widget=forms.EmailInput({"autocomplete": "email"})
    )
    phone = forms.CharField(
        label=_("Téléphone"), required=False, widget=forms.TextInput({"autocomplete": "tel"})
    )
    place = forms.CharField(label=_("Fait à"), help_text=_("La ville d’où vous écrivez."))
    addressee = AddressField(
        label=_("À qui"), help_text=_("Le nom, la rue, puis le code postal et la ville.")
    )
    enclosures = forms.CharField(
        label=_("Pièces jointes"),
        help_text=_(
            "Une par ligne : commande, photos, échanges… À la page suivante, vous annexerez leurs fichiers."
        ),
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, found: Outcome, data: QueryDict | None = None, *, bound: bool = False) -> None:
        fields = data if bound else None
        kinds = found.letters
        kind = str(data.get("kind", "")) if data is not None else ""
        chosen = next((each for each in kinds if each == kind), kinds[0])
        super().__init__(
            fields, initial={"kind": chosen.value, "addressee": addressee_of(found.profile, chosen)}
        )
        self.found = found
        self.prepared: Prepared | None = None
        self.story: Story | None = None
        self.missing: Question | None = None
        choice = self.fields["kind"]
        choice.widget = RadioCards()
        choice.choices = [(each.value, letter_text(each, lang())) for each in kinds]  # type: ignore[attr-defined]

    def clean_enclosures(self) -> tuple[Enclosure, ...]:
        titles = [line.strip() for line in self.cleaned_data["enclosures"].splitlines() if line.strip()]
        if len(titles) > MAX_ENCLOSURES:
            raise ValidationError(
                gettext("Une lettre nomme %(most)d pièces au plus : réunissez-en plusieurs sous un titre.")
                % {"most": MAX_ENCLOSURES}
            )
        return tuple(Enclosure(title=title) for title in titles)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._check_address(
            "street", [data.get("name", ""), *data.get("street", ())], data.get("country") or None
        )
        self._check_address("addressee", list(data.get("addressee", ())), None)
        law = law_of(self.found.profile.meta.country)
        if self.errors or law is None:
            return data
        self.story = story_of(self.found, data)
        try:
            self.prepared = write(self.story, law, self.found.profile.policy.calendar)
        except Refusal as refusal:
            self._refuse(refusal)
        return data

    def _check_address(self, field: str, lines: list[str], country: str | None) -> None:
        """Say beside the address that is wrong, and not beside the other."""
        if field in self.errors or not lines:
            return
        try:
            address(lines, country=country)
        except _ADDRESS as refusal:
            self.add_error(field, ValidationError(said(refusal), refusal.code))

    def _refuse(self, refusal: Refusal) -> None:
        field = str(refusal.params.get("field", ""))
        if isinstance(refusal, LetterNeeds) and field in _PLACES:
            self.missing = _PLACES[field]
            message = gettext(
                "Cette lettre a besoin d’une réponse que vous n’avez pas donnée : complétez-la, puis revenez ici."
            )
            self.add_error(None, ValidationError(message, refusal.code))
            return
        self.add_error(None, ValidationError(said(refusal), refusal.code))


def addressee_of(profile: Profile, kind: Kind) -> str:
    """Return where the letter goes as far as the profile knows: neither the bank nor the mediator is in it."""
    if kind in NOT_TO_THE_MARKETPLACE or profile.address is None:
        return ""
    return "\n".join(profile.address.lines)


def story_of(found: Outcome, data: dict[str, Any]) -> Story:
    """Return the story of a letter: what the guide was told, and what the form adds."""
    sender = Party(
        name=data["name"],
        address=data["street"],
        country=data["country"] or None,
        email=data["email"] or None,
        phone=data["phone"] or None,
    )
    to_name, *to_lines = data["addressee"]
    addressee = Party(name=to_name, address=tuple(to_lines))
    story = letter_story(found, sender, addressee, place=data["place"], kind=data["kind"])
    return replace(story, enclosures=data["enclosures"])


def printed(found: Outcome, story: Story, pages: Mapping[str, Sequence[bytes]]) -> bytes:
    """Return the PDF of a story that a letter was written from already, with its exhibits."""
    law = law_of(found.profile.meta.country)
    if law is None:
        raise ValueError(f"no law of {found.profile.meta.country}")
    return paper(write(story, law, found.profile.policy.calendar), story, pages)
