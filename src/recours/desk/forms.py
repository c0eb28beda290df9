"""What the desk types beside the acts of a claim: what a view asks, a transfer that paid, what is withheld."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from recours.casework.refusals import NobodyNamed
from recours.claims.forms import said
from recours.claims.forms.days import DayField, limit_days
from recours.claims.presentation import word
from recours.conversations.forms import TextField
from recours.conversations.models import CannedAnswer
from recours.files.forms import ACCEPT, MultipleFileField
from recours.files.judge import Judged
from recours.marketplaces.models import Marketplace, Shop
from recours.people.models import User
from recours.rules.casework.assigning import Assignment
from recours.rules.casework.filters import HELD_BY, Filters, Holder, Language, address_of
from recours.rules.casework.hours import Hours, NeverOpen
from recours.rules.lifecycle.vocabulary import Ground
from recours.ui.forms import CheckboxCards, MoneyField, RadioCards


class ViewForm(forms.Form):
    """What a view asks of its claims, besides their queue. Only shown: `rules.casework.filters` reads what is sent."""

    is_filter = True

    ground = forms.ChoiceField(label=_("Motif"), required=False)
    held_by = forms.ChoiceField(label=_("Suivi par"), required=False)
    within_hours = forms.ChoiceField(
        label=_("Échéance"),
        choices=[
            ("", _("toutes")),
            ("4", _("dans les 4 heures")),
            ("24", _("dans les 24 heures")),
            ("72", _("dans les 3 jours")),
            ("168", _("dans les 7 jours")),
        ],
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Langue de l’acheteur"),
        choices=[("", _("toutes")), (Language.FR, _("français")), (Language.EN, _("anglais"))],
        required=False,
    )
    least = forms.CharField(label=_("Montant, au moins"), required=False)
    most = forms.CharField(label=_("Montant, au plus"), required=False)

    template_name = "desk/view_form.html"

    def __init__(self, filters: Filters, staff: Sequence[User]) -> None:
        super().__init__(initial=address_of(filters))
        cast(forms.ChoiceField, self.fields["ground"]).choices = [
            ("", _("tous")),
            *((each.value, word("ground_short", each)) for each in Ground),
        ]
        cast(forms.ChoiceField, self.fields[HELD_BY]).choices = [
            ("", _("tous")),
            (Holder.ME, _("moi")),
            (Holder.NOBODY, _("personne")),
            *((str(each.pk), str(each)) for each in staff),
        ]
        for name in ("least", "most"):
            self.fields[name].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}


class ReminderForm(forms.Form):
    """When to come back to a claim, in the marketplace's time, and why."""

    at = forms.DateTimeField(
        label=_("Y revenir le"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(label=_("Pour quoi faire"), max_length=200, required=False)


class AnswerForm(forms.Form):
    """One of the desk's answers."""

    answer = forms.ChoiceField(label=_("Réponse type"))

    def __init__(self, answers: Sequence[CannedAnswer]) -> None:
        super().__init__()
        cast(forms.ChoiceField, self.fields["answer"]).choices = [(str(one.pk), one.title) for one in answers]


class NoteForm(forms.Form):
    """An internal note."""

    text = TextField(label=_("Note interne"), rows=4)


class RelateForm(forms.Form):
    """Another claim, what is to become of the two, and why."""

    LINK, MERGE = "link", "merge"

    other = forms.CharField(
        label=_("Numéro de l’autre dossier"), max_length=16, widget=forms.TextInput({"autocomplete": "off"})
    )
    what = forms.ChoiceField(
        label=_("Que faire ?"),
        choices=[
            (LINK, _("Lier les deux dossiers : chacun garde son cours, et l’équipe les lit ensemble")),
            (MERGE, _("Réunir celui-ci à l’autre : il se clôt, et l’autre reprend tout ce qu’il demandait")),
        ],
        initial=LINK,
        widget=RadioCards,
    )
    reason = TextField(
        label=_("Pourquoi"),
        rows=3,
        help_text=_("Pour un lien, l’équipe seule le lira. Pour une réunion, les deux parties aussi."),
    )


class SharingForm(forms.Form):
    """To whom claims of a kind go. An empty line asks nothing."""

    ground = forms.ChoiceField(label=_("Motif"), required=False)
    language = forms.ChoiceField(
        label=_("Langue de l’acheteur"),
        choices=[("", _("toutes")), (Language.FR, _("français")), (Language.EN, _("anglais"))],
        required=False,
    )
    shop = forms.CharField(
        label=_("Identifiant de la boutique"),
        help_text=_("Celui que la place de marché lui donne."),
        max_length=64,
        required=False,
    )
    agents = forms.MultipleChoiceField(
        label=_("Confiés à"),
        help_text=_("À plusieurs, chaque dossier va à qui en a le moins."),
        widget=CheckboxCards,
    )

    field_order = ("ground", "language", "shop", "least", "most", "agents")

    def __init__(self, marketplace: Marketplace, staff: Sequence[User], *args: Any) -> None:
        super().__init__(*args)
        self.marketplace = marketplace
        self.fields["least"] = MoneyField(
            label=_("Montant, au moins"), currency=marketplace.currency, required=False
        )
        self.fields["most"] = MoneyField(
            label=_("Montant, au plus"), currency=marketplace.currency, required=False
        )
        cast(forms.ChoiceField, self.fields["ground"]).choices = [
            ("", _("tous")),
            *((each.value, word("ground_short", each)) for each in Ground),
        ]
        cast(forms.ChoiceField, self.fields["agents"]).choices = [(str(each.pk), str(each)) for each in staff]
        self.fields["agents"].error_messages["required"] = said(NobodyNamed())
        self.order_fields(self.field_order)

    def clean_shop(self) -> UUID | None:
        ref = self.cleaned_data["shop"].strip()
        if not ref:
            return None
        found = (
            Shop.objects.filter(marketplace=self.marketplace, ref=ref).values_list("pk", flat=True).first()
        )
        if found is None:
            raise forms.ValidationError(_("Aucune boutique n’a cet identifiant."), "shop")
        return found

    @property
    def says(self) -> Assignment:
        """The rule of a valid form."""
        data = self.cleaned_data
        return Assignment(
            agents=tuple(UUID(key) for key in data["agents"]),
            ground=Ground(data["ground"]) if data["ground"] else None,
            language=Language(data["language"]) if data["language"] else None,
            shop_id=data["shop"],
            least=data["least"],
            most=data["most"],
        )


class HoursForm(forms.Form):
    """When the team works, and by when it means to have taken a claim."""

    weekdays = forms.MultipleChoiceField(
        label=_("Jours de travail"),
        choices=[
            ("0", _("lundi")),
            ("1", _("mardi")),
            ("2", _("mercredi")),
            ("3", _("jeudi")),
            ("4", _("vendredi")),
            ("5", _("samedi")),
            ("6", _("dimanche")),
        ],
        widget=CheckboxCards,
    )
    opens = forms.TimeField(label=_("De"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    closes = forms.TimeField(label=_("À"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    take_hours = forms.IntegerField(
        label=_("Délai pour prendre un dossier, en heures de travail"), min_value=1, max_value=200
    )
    closed_on = forms.CharField(
        label=_("Jours de fermeture de l’équipe"),
        help_text=_("Un par ligne, comme 2026-12-24. Les jours fériés sont déjà comptés."),
        widget=forms.Textarea({"rows": 3}),
        required=False,
    )

    def __init__(self, hours: Hours, data: Any = None) -> None:
        initial = {
            "weekdays": [str(day) for day in hours.weekdays],
            "opens": dt.time(hours.opens // 60, hours.opens % 60),
            "closes": dt.time(hours.closes // 60 % 24, hours.closes % 60),
            "take_hours": hours.take_minutes // 60,
            "closed_on": "\n".join(day.isoformat() for day in hours.closed_on),
        }
        super().__init__(data, initial=initial)
        self.fields["weekdays"].error_messages["required"] = said(NeverOpen())

    def clean_closed_on(self) -> tuple[dt.date, ...]:
        lines = self.cleaned_data["closed_on"].split()
        try:
            return tuple(sorted({dt.date.fromisoformat(line) for line in lines}))[:MOST_CLOSED]
        except ValueError:
            raise forms.ValidationError(_("Écrivez chaque jour comme 2026-12-24."), "day") from None

    @property
    def says(self) -> Hours:
        """The hours of a valid form; midnight as an end is the end of the day."""
        data = self.cleaned_data
        closes = _minutes(data["closes"])
        return Hours(
            weekdays=tuple(int(day) for day in data["weekdays"]),
            opens=_minutes(data["opens"]),
            closes=closes or 24 * 60,
            closed_on=data["closed_on"],
            take_minutes=data["take_hours"] * 60,
        )


MOST_CLOSED = 200


def _minutes(at: dt.time) -> int:
    return at.hour * 60 + at.minute


class TransferForm(forms.Form):
    """When the money left, and under which reference the bank knows it."""

    paid_on = DayField(label=_("Jour du virement"))
    reference = forms.CharField(
        label=_("Référence du virement"),
        help_text=_("Celle de la banque : elle prouve le versement, et ne sert qu’une fois."),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"paid_on": today})
        super().__init__(*args, **kwargs)
        limit_days(self.fields["paid_on"], latest=today)


class WithholdForm(forms.Form):
    """What becomes of an exhibit: hidden from a party or both, a copy shown instead, or shown again; and why.

    `is_withheld` offers showing it again. A claim without a seller has one party to hide it from.
    """

    BUYER, SELLER, BOTH, REDACT, RESTORE = "buyer", "seller", "both", "redact", "restore"

    what = forms.ChoiceField(label=_("Que faire de cette pièce ?"), widget=RadioCards)
    copy = MultipleFileField(
        label=_("La copie à montrer"),
        help_text=_(
            "Seulement pour masquer une partie : le même document, avec ce qu’il faut cacher recouvert."
        ),
        room=1,
        most=1,
        required=False,
    )
    reason = TextField(label=_("Motif"), rows=3, help_text=_("Les deux parties le liront dans le dossier."))

    def __init__(self, *args: Any, has_seller: bool, is_withheld: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (self.REDACT, _("En montrer une copie masquée")),
            (self.BOTH, _("La cacher aux deux parties")),
        ]
        if has_seller:
            choices += [
                (self.SELLER, _("La cacher au vendeur seulement")),
                (self.BUYER, _("La cacher à l’acheteur seulement")),
            ]
        if is_withheld:
            choices.append((self.RESTORE, _("La montrer de nouveau, telle qu’elle est arrivée")))
        cast(forms.ChoiceField, self.fields["what"]).choices = choices
        self.fields["copy"].widget.attrs["accept"] = ACCEPT

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        uploads = data.get("copy")
        if data.get("what") == self.REDACT and uploads is not None:
            if error := uploads.as_error():
                self.add_error("copy", error)
            elif not uploads.accepted:
                self.add_error("copy", _("Joignez la copie à montrer à la place."))
        return data

    @property
    def given_copy(self) -> Judged:
        """The copy of a valid form that redacts."""
        found: Judged = self.cleaned_data["copy"].accepted[0]
        return found
