"""What a shop tells buyers about itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext_lazy as _

from recours.marketplaces.commands.shops import ShopDetails
from recours.marketplaces.models import Shop
from recours.rules.holidays import MAX_WORDS, Holiday

MAX_SELLS = 1500
MAX_ADDRESS = 400
PHONE = RegexValidator(
    r"\A\+?[0-9 ().\u00a0\u202f/-]{5,}\Z",
    _("Un numéro de téléphone ne contient que des chiffres, des espaces et un + devant."),
)
VAT = RegexValidator(
    r"\A[A-Z]{2}[A-Z0-9+*]{2,13}\Z",
    _("Un numéro de TVA commence par les deux lettres du pays : FR12345678901."),
)


class ShopForm(forms.Form):
    """Every field may be left empty; the public page then says that it is not given."""

    sells = forms.CharField(
        label=_("Ce que vous vendez"),
        help_text=_("Deux ou trois phrases, dans vos mots. Tout le monde les lira en haut de votre page."),
        max_length=MAX_SELLS,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    email = forms.EmailField(
        label=_("Adresse électronique"),
        help_text=_("Celle de la boutique, pas la vôtre : elle est publique."),
        required=False,
        max_length=254,
    )
    phone = forms.CharField(label=_("Téléphone"), max_length=40, required=False, validators=[PHONE],
                            widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}))  # fmt: skip
    address = forms.CharField(
        label=_("Adresse postale"), max_length=MAX_ADDRESS, required=False, widget=forms.Textarea({"rows": 3})
    )
    return_address = forms.CharField(
        label=_("Adresse de retour"),
        help_text=_(
            "Où les acheteurs renvoient un article, avec le destinataire sur la première ligne. "
            "Elle n’est montrée qu’à eux ; vide, c’est celle de la place de marché qui sert."
        ),
        max_length=MAX_ADDRESS,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    legal_name = forms.CharField(label=_("Nom ou raison sociale"), max_length=200, required=False)
    registration = forms.CharField(
        label=_("Immatriculation"),
        help_text=_("Le registre et le numéro : RCS Lyon 123 456 789."),
        max_length=80,
        required=False,
    )
    vat_number = forms.CharField(label=_("Numéro de TVA"), max_length=20, required=False)
    mediator = forms.CharField(
        label=_("Médiateur de la consommation"),
        help_text=_("Son nom. Un vendeur professionnel établi en France doit en indiquer un (art. L616-1)."),
        max_length=200,
        required=False,
    )
    mediator_url = forms.URLField(
        label=_("Site du médiateur"),
        max_length=200,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
    )

    def __init__(self, shop: Shop, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {name: getattr(shop, name) for name in ShopDetails.__struct_fields__})
        super().__init__(*args, **kwargs)
        for name in ("sells", "address", "return_address"):
            # A browser would cut what is pasted without a word.
            self.fields[name].widget.attrs.pop("maxlength", None)

    def clean_vat_number(self) -> str:
        """Spaces and capitals are how people type it; what is kept has neither."""
        number = "".join(str(self.cleaned_data["vat_number"]).split()).upper()
        if number:
            VAT(number)
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("mediator_url") and not cleaned.get("mediator") and "mediator" not in self.errors:
            self.add_error("mediator", _("Indiquez aussi le nom du médiateur."))
        return cleaned

    @property
    def details(self) -> ShopDetails:
        """What was typed, with the line breaks of the web made plain ones."""
        return ShopDetails(
            **{
                name: self.cleaned_data[name].replace("\r\n", "\n").strip()
                for name in ShopDetails.__struct_fields__
            }
        )


class HolidayField(forms.DateField):
    """A day to come, chosen or typed."""

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


class WordsField(forms.CharField):
    """What buyers read in one language; empty, they read another."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_WORDS, required=False, widget=forms.Textarea({"rows": 3}), **kwargs)
        self.widget.attrs.pop("maxlength", None)  # a browser would cut what is pasted without a word


class HolidayForm(forms.Form):
    """From when to when a shop is away, and what buyers read meanwhile."""

    first_on = HolidayField(label=_("Premier jour d’absence"))
    last_on = HolidayField(label=_("Dernier jour d’absence"))
    fr = WordsField(
        label=_("Ce que les acheteurs liront, en français"),
        help_text=_("Qui répond pendant ce temps, et quand vous revenez. Une seule langue suffit."),
    )
    en = WordsField(label=_("En anglais"))
    zh = WordsField(label=_("En chinois"))

    @property
    def holiday(self) -> Holiday:
        """What a valid form says."""
        words = {name: self.cleaned_data[name].replace("\r\n", "\n") for name in ("fr", "en", "zh")}
        return Holiday(first_on=self.cleaned_data["first_on"], last_on=self.cleaned_data["last_on"], **words)
