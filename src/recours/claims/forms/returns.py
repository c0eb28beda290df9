"""What is asked about goods on the way back: what goes into the parcel, how it arrived, what was in it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recours.claims.forms.base import ActForm, ExhibitsField, TextField
from recours.claims.forms.days import DayField, limit_days
from recours.claims.forms.parcels import ParcelForm
from recours.claims.queries import OpenedClaim
from recours.rules.lifecycle.claim import Pieces
from recours.rules.lifecycle.decide.returns import owed_for_pieces, to_send_back
from recours.rules.wording.format import money
from recours.ui.language import lang


class PiecesForm(ActForm):
    """Counts pieces, where there is more than one: a number per line, all of them unless changed."""

    asked = ""
    """The beginning of each field's name."""
    expected: tuple[Pieces, ...] = ()

    def count(self, expected: tuple[Pieces, ...], words: Any) -> None:
        """Add a field per line of `expected`; `words` is its label, with the line's `title` and how many `all` are."""
        self.expected = expected if sum(one.quantity for one in expected) > 1 else ()
        titles = {line.line_id: line.title for line in self.opened.claim.opening.lines}
        for one in self.expected:
            self.fields[self._name(one)] = forms.IntegerField(
                label=words % {"title": titles.get(one.line_id, ""), "all": one.quantity},
                min_value=0,
                max_value=one.quantity,
                initial=one.quantity,
                widget=forms.NumberInput({"inputmode": "numeric", "class": "number"}),
            )

    @property
    def counted(self) -> tuple[Pieces, ...]:
        """The pieces of a valid form, a line each; nothing where they are all there."""
        found = tuple(
            Pieces(line_id=one.line_id, quantity=self.cleaned_data.get(self._name(one), one.quantity))
            for one in self.expected
        )
        return () if found == self.expected else found

    def _name(self, one: Pieces) -> str:
        return f"{self.asked}_{one.line_id}"


class ShipReturnForm(ParcelForm, PiecesForm):
    shipped_on = DayField(label=_("Jour de l’envoi"))
    exhibits = ExhibitsField(
        label=_("Preuve d’envoi"),
        help_text=_("Photo du colis emballé, et du reçu de dépôt. 10 Mo par fichier."),
    )
    partly = forms.BooleanField(
        label=_("Oui, je ne renvoie que cela : le reste de ma demande s’éteint"), required=False
    )

    asked = "sent"

    def __init__(self, opened: OpenedClaim, *args: Any, **kwargs: Any) -> None:
        super().__init__(opened, *args, **kwargs)
        today = opened.rules.calendar.local_date(opened.now)
        self.initial.setdefault("shipped_on", today)
        limit_days(self.fields["shipped_on"], latest=today)
        self.count(to_send_back(opened.claim), _("Dans le colis : %(title)s (sur %(all)s)"))
        counts = [self._name(one) for one in self.expected]
        self.order_fields(["shipped_on", "carrier", "tracking", "sure", *counts, "partly", "exhibits"])
        if not (self.is_bound and self._is_part()):
            # Asked only of who leaves something out, with what it costs.
            del self.fields["partly"]

    def _is_part(self) -> bool:
        return any(str(self[self._name(one)].value() or "") != str(one.quantity) for one in self.expected)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["sent"] = self.counted
        if cleaned["sent"] and not cleaned.get("partly") and "partly" in self.fields:
            self.add_error("partly", self._what_it_costs(cleaned["sent"]))
        return cleaned

    def _what_it_costs(self, sent: tuple[Pieces, ...]) -> str:
        agreed = self.opened.claim.agreed
        owed = owed_for_pieces(self.opened.claim, sent)
        if agreed is None or agreed.amount is None or owed is None:
            return gettext(
                "Vous ne renvoyez qu’une partie : seuls ces articles seront remplacés. Cochez la case si c’est voulu."
            )
        return gettext(
            "Vous ne renvoyez qu’une partie : le remboursement sera de %(owed)s au lieu de %(agreed)s. "
            "Cochez la case si c’est voulu, ou corrigez les quantités."
        ) % {"owed": money(owed, lang()), "agreed": money(agreed.amount, lang())}


class CorrectTrackingForm(ParcelForm):
    """The number of a parcel that has left, as it was typed, to be put right."""

    def __init__(self, opened: OpenedClaim, *args: Any, **kwargs: Any) -> None:
        super().__init__(opened, *args, **kwargs)
        trip = opened.claim.trip
        if trip is not None:
            self.initial.update(carrier=trip.carrier, tracking=trip.tracking)


class ArrivalForm(ActForm):
    """The day on which a return arrived, and what the parcel looked like."""

    arrived_on = DayField(label=_("Jour de l’arrivée"))
    condition = TextField(
        label=_("État du colis"),
        help_text=_("Si l’emballage est abîmé ou ouvert, dites-le et photographiez-le avant de l’ouvrir."),
        required=False,
        rows=3,
    )
    exhibits = ExhibitsField()

    def __init__(self, opened: OpenedClaim, *args: Any, **kwargs: Any) -> None:
        super().__init__(opened, *args, **kwargs)
        today = opened.rules.calendar.local_date(opened.now)
        self.initial.setdefault("arrived_on", today)
        trip = opened.claim.trip
        limit_days(self.fields["arrived_on"], latest=today, earliest=trip.shipped_on if trip else None)


class ReturnRefusedForm(ActForm):
    """The seller did not take the parcel."""

    refused_on = DayField(label=_("Jour du refus"))
    text = TextField(
        label=_("Ce que dit le transporteur"),
        help_text=_("Recopiez le suivi, et ajoutez une photo de l’avis ou du colis revenu."),
        rows=4,
    )
    exhibits = ExhibitsField()

    def __init__(self, opened: OpenedClaim, *args: Any, **kwargs: Any) -> None:
        super().__init__(opened, *args, **kwargs)
        today = opened.rules.calendar.local_date(opened.now)
        self.initial.setdefault("refused_on", today)
        trip = opened.claim.trip
        limit_days(self.fields["refused_on"], latest=today, earliest=trip.shipped_on if trip else None)


class ReturnLostForm(ActForm):
    text = TextField(
        label=_("Ce que dit le transporteur"),
        help_text=_(
            "Sa réponse, ou le dernier lieu connu. Ajoutez la preuve d’envoi si elle n’est pas au dossier."
        ),
        rows=4,
    )
    exhibits = ExhibitsField()


class ContestReturnForm(PiecesForm):
    reasons = TextField(
        label=_("Ce qui ne va pas dans ce retour"),
        help_text=_("Article manquant, abîmé, différent : décrivez-le et ajoutez des photos."),
    )
    exhibits = ExhibitsField()

    asked = "came"

    def __init__(self, opened: OpenedClaim, *args: Any, **kwargs: Any) -> None:
        super().__init__(opened, *args, **kwargs)
        trip = opened.claim.trip
        expected = trip.sent if trip and trip.sent else to_send_back(opened.claim)
        self.count(tuple(one for one in expected if one.quantity), _("Reçu : %(title)s (sur %(all)s)"))
        self.order_fields([*(self._name(one) for one in self.expected), "reasons", "exhibits"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["came"] = self.counted
        return cleaned
