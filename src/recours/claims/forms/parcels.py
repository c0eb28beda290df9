"""A parcel that left: who carries it, and a number that is checked while it is typed and again when it is sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recours.claims.forms.base import ActForm
from recours.claims.presentation.parcels import looks
from recours.rules.tracking import MAX_CHARS, carriers, checked


class CarrierInput(forms.TextInput):
    """A carrier: one of those that are known, proposed as one types, or any other."""

    template_name = "claims/carrier_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        listed = f"{context['widget']['attrs'].get('id', name)}_list"
        context["widget"]["attrs"]["list"] = context["list_id"] = listed
        context["carriers"] = [carrier.name for carrier in carriers()]
        return context


class TrackingInput(forms.TextInput):
    """A number; what it looks like is said under it while it is typed, by the page `tracking/` below the form's own."""

    template_name = "claims/tracking_input.html"

    def __init__(self) -> None:
        super().__init__(
            {
                "autocapitalize": "characters",
                "autocomplete": "off",
                "spellcheck": "false",
                "hx-get": "tracking/",
                "hx-trigger": "input changed delay:500ms, change",
                "hx-include": "[name=carrier], [name=tracking]",
                "hx-target": "next [data-tracking-verdict]",
                "hx-sync": "this:replace",
            }
        )


class ParcelForm(ActForm):
    """A parcel that left: who carries it, and how to follow it."""

    carrier = forms.CharField(
        label=_("Transporteur"),
        max_length=MAX_CHARS,
        help_text=_("Choisissez dans la liste, ou écrivez son nom s’il n’y est pas."),
        widget=CarrierInput({"autocomplete": "off"}),
    )
    tracking = forms.CharField(
        label=_("Numéro de suivi"),
        max_length=MAX_CHARS,
        help_text=_("Il est sur le reçu du transporteur, et prouve l’envoi."),
        widget=TrackingInput,
    )
    sure = forms.BooleanField(
        label=_("J’ai relu le numéro : il est écrit ainsi sur le reçu"),
        required=False,
    )

    def __init__(self, opened: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(opened, *args, **kwargs)
        if not self.is_bound or not self._looks_wrong():
            # Asked only of who typed something that looks wrong: a box to tick beforehand would be ticked unread.
            del self.fields["sure"]

    def _looks_wrong(self) -> bool:
        carrier, number = str(self["carrier"].value() or ""), str(self["tracking"].value() or "")
        return bool(carrier.strip() and number.strip()) and checked(carrier, number).verdict.is_wrong

    def clean(self) -> dict[str, Any]:
        """Keep carrier and number as the rules do, so that the same parcel sent twice is one."""
        cleaned = super().clean() or self.cleaned_data
        cleaned.setdefault("sure", False)
        if not cleaned.get("carrier") or not cleaned.get("tracking"):
            return cleaned
        found = checked(cleaned["carrier"], cleaned["tracking"])
        if found.verdict.is_wrong and not cleaned["sure"]:
            self.add_error("tracking", looks(found).text)
        else:
            cleaned |= {"carrier": found.carrier, "tracking": found.number}
        return cleaned
