"""The questions, one form each. None decides: each asks the rules, and says beside the field what they refuse."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace

from recours.claims.forms import said
from recours.claims.forms.days import DayField
from recours.rules.guide import (
    Answers,
    Question,
    SellerIn,
    Trouble,
    Wanted,
    check,
    check_answered,
    days_asked,
    needs_amount,
    needs_order_number,
    remedies,
)
from recours.rules.letters import Step, Tried
from recours.rules.profile import Profile
from recours.rules.refusals import Refusal
from recours.ui.forms import MoneyField, RadioCards

CHOOSE = {
    "required": _("Choisissez l’une des réponses."),
    "invalid_choice": _("Choisissez l’une des réponses."),
}

TROUBLES = {
    Trouble.LOST: (_("Je ne l’ai pas reçu"), ""),
    Trouble.LATE: (_("Il est arrivé en retard"), ""),
    Trouble.DAMAGED: (_("Il est arrivé abîmé ou cassé"), ""),
    Trouble.DEFECTIVE: (_("Il ne fonctionne pas"), ""),
    Trouble.NOT_AS_DESCRIBED: (_("Il ne correspond pas à l’annonce"), ""),
    Trouble.WRONG_ITEM: (_("Ce n’est pas le bon article"), ""),
    Trouble.CHANGE_OF_MIND: (
        _("J’ai changé d’avis"),
        _("Vous pouvez renvoyer l’article sans donner de raison."),
    ),
    Trouble.REFUND_LATE: (_("J’attends un remboursement"), _("On vous le doit, et il n’arrive pas.")),
    Trouble.CHARGED_TWICE: (_("On m’a débité deux fois"), ""),
    Trouble.OVERCHARGE: (_("On m’a débité trop"), ""),
    Trouble.UNAUTHORISED_CHARGE: (_("Je ne reconnais pas ce débit"), ""),
    Trouble.TECHNICAL_FAULT: (_("Le site ou le paiement a eu un problème"), ""),
    Trouble.FRAUD: (_("Je crois être victime d’une arnaque"), _("Faux site, faux vendeur, faux message.")),
}
DAYS = {
    "ordered_on": _("Jour de la commande"),
    "promised_on": _("Livraison promise pour le"),
    "delivered_on": _("Jour où vous l’avez reçu"),
    "claimed_on": _("Jour où vous l’avez demandé"),
    "sent_back_on": _("Jour où vous avez renvoyé l’article"),
    "paid_on": _("Jour du débit"),
}
STEPS = {
    Step.HELP_CENTRE: _("J’ai cherché dans le centre d’aide"),
    Step.SELLER: _("J’ai écrit au vendeur"),
    Step.DISPUTE: _("J’ai ouvert un litige"),
    Step.SUPPORT: _("J’ai écrit au service client"),
}
REMEDIES = {
    Wanted.REFUND: (_("Être remboursé en entier"), ""),
    Wanted.PART_REFUND: (_("Garder l’article et être remboursé en partie"), ""),
    Wanted.REPLACEMENT: (_("Un article en bon état"), _("Réparé ou remplacé, sans frais.")),
    Wanted.DELIVERY: (_("Recevoir ce que j’ai commandé"), ""),
}
SELLERS = {
    SellerIn.SAME_COUNTRY: _("En France"),
    SellerIn.UNION: _("Ailleurs dans l’Union européenne"),
    SellerIn.OUTSIDE: _("Hors de l’Union européenne"),
}


class QuestionForm(forms.Form):
    """One page. Valid once the rules take the answers with its own among them, which are then `given`."""

    use_required_attribute = False
    question: ClassVar[Question]
    title: ClassVar[Any] = ""
    """The heading of a page of several fields; empty where the only field's label is the heading."""

    def __init__(
        self, answers: Answers, profile: Profile, today: dt.date, data: QueryDict | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", self.initial_of(answers))
        super().__init__(data, **kwargs)
        self.before, self.profile, self.today = answers, profile, today
        self.given = answers
        self.build()

    def build(self) -> None:
        """Add the fields that depend on what was said before."""

    def initial_of(self, answers: Answers) -> dict[str, Any]:
        return {name: getattr(answers, name) for name in answers.__struct_fields__}

    def said_in(self, data: dict[str, Any]) -> Answers:
        """Return the answers with those of this page."""
        fields = {name: value for name, value in data.items() if name in self.before.__struct_fields__}
        return replace(self.before, **fields)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        given = self.said_in(data)
        try:
            check(given, self.today)
            check_answered(self.question, given)
        except Refusal as refusal:
            self.add_error(self.place_of(refusal), ValidationError(said(refusal), refusal.code))
            return data
        self.given = given
        return data

    def place_of(self, refusal: Refusal) -> str | None:
        """Return the field beside which a refusal stands; None above them all, for what another page said."""
        field = str(refusal.params.get("field", ""))
        return field if field in self.fields else None


class TroubleForm(QuestionForm):
    question = Question.TROUBLE
    trouble = forms.TypedChoiceField(
        label=_("Que s’est-il passé ?"),
        choices=[(key.value, label) for key, (label, _hint) in TROUBLES.items()],
        widget=RadioCards(
            hints={key.value: hint for key, (_label, hint) in TROUBLES.items() if hint}, columns=True
        ),
        coerce=Trouble,
        error_messages=CHOOSE,
    )


class DaysForm(QuestionForm):
    """The days that matter for what happened, and no others."""

    question = Question.DAYS
    title = _("Quand était-ce ?")

    def build(self) -> None:
        trouble = self.before.trouble or Trouble.DAMAGED
        if trouble is Trouble.REFUND_LATE:
            self.fields["refund_of"] = forms.ChoiceField(
                label=gettext("Pourquoi vous le doit-on ?"),
                choices=[
                    ("withdrawal", gettext("J’ai changé d’avis et je l’ai renvoyé")),
                    ("termination", gettext("J’ai annulé la commande, qui n’arrivait pas")),
                ],
                widget=RadioCards,
                error_messages=CHOOSE,
            )
        for name, is_needed in days_asked(trouble):
            self.fields[name] = DayField(label=DAYS[name], required=is_needed)
            if name != "promised_on":
                self.fields[name].widget.attrs["max"] = self.today.isoformat()
        if trouble is Trouble.TECHNICAL_FAULT:
            self.fields["paid_on"].label = gettext("Jour du problème")
        if trouble is Trouble.LOST:
            self.fields["promised_on"].help_text = gettext(
                "Le dernier jour annoncé. Si rien n’a été promis, la loi donne 30 jours au vendeur."
            )
        if trouble is Trouble.CHANGE_OF_MIND:
            self.fields["delivered_on"].help_text = gettext("Laissez vide si vous ne l’avez pas encore.")
            self._ask("is_told", gettext("Personne ne m’a parlé du droit de changer d’avis"))
        if trouble is Trouble.UNAUTHORISED_CHARGE:
            self._ask(
                "is_outside_eea", gettext("Le commerçant est payé hors de l’Espace économique européen")
            )

    def _ask(self, name: str, label: str) -> None:
        self.fields[name] = forms.BooleanField(label=label, required=False)

    def initial_of(self, answers: Answers) -> dict[str, Any]:
        return super().initial_of(answers) | {"is_told": not answers.is_informed}

    def said_in(self, data: dict[str, Any]) -> Answers:
        given = super().said_in(data)
        return replace(given, is_informed=not data["is_told"]) if "is_told" in data else given


class PurchaseForm(QuestionForm):
    question = Question.PURCHASE
    title = _("Quel achat ?")
    order_number = forms.CharField(
        label=_("Numéro de commande"),
        help_text=_("Il est dans « Mes commandes », et dans le courriel de confirmation."),
    )
    product = forms.CharField(
        label=_("Article"), help_text=_("En quelques mots : « Casque sans fil, noir ».")
    )
    shop = forms.CharField(label=_("Boutique"), required=False)
    amount = MoneyField(label=_("Somme payée"), currency="EUR")
    seller_in = forms.TypedChoiceField(
        label=_("Où est le vendeur ?"),
        choices=[("", _("Je ne sais pas")), *((key.value, label) for key, label in SELLERS.items())],
        widget=RadioCards,
        coerce=lambda value: SellerIn(value) if value else None,
        empty_value=None,
        required=False,
    )

    def build(self) -> None:
        trouble = self.before.trouble or Trouble.DAMAGED
        is_order = needs_order_number(trouble)
        self.fields["order_number"].required = self.fields["product"].required = is_order
        self.fields["amount"].required = needs_amount(trouble)
        if trouble.is_payment:
            self.fields["amount"].label = gettext("Somme débitée à tort")
        elif trouble is Trouble.REFUND_LATE:
            self.fields["amount"].label = gettext("Somme à rembourser")

    def initial_of(self, answers: Answers) -> dict[str, Any]:
        return super().initial_of(answers) | {"seller_in": answers.seller_in or ""}


class TriedForm(QuestionForm):
    """A day for each step of the ladder that was climbed; the others stay empty."""

    question = Question.TRIED
    title = _("Qu’avez-vous déjà essayé ?")

    def build(self) -> None:
        for step, label in STEPS.items():
            self.fields[f"on_{step}"] = DayField(label=label, required=False)
            self.fields[f"on_{step}"].widget.attrs["max"] = self.today.isoformat()
            self.fields[f"text_{step}"] = forms.CharField(
                label=gettext("Ce qui en est sorti"), required=False
            )

    def initial_of(self, answers: Answers) -> dict[str, Any]:
        tried = {each.step: each for each in answers.tried}
        return {f"on_{step}": each.on for step, each in tried.items()} | {
            f"text_{step}": each.text for step, each in tried.items()
        }

    def clean(self) -> dict[str, Any]:
        for step in Step:
            is_undated = not self.cleaned_data.get(f"on_{step}") and f"on_{step}" not in self.errors
            if self.cleaned_data.get(f"text_{step}") and is_undated:
                self.add_error(f"on_{step}", gettext("Indiquez le jour, même à peu près."))
        return super().clean()

    def said_in(self, data: dict[str, Any]) -> Answers:
        tried = tuple(
            Tried(on=data[f"on_{step}"], step=step, text=data[f"text_{step}"])
            for step in Step
            if data.get(f"on_{step}")
        )
        return replace(self.before, tried=tried)

    def place_of(self, refusal: Refusal) -> str | None:
        field = str(refusal.params.get("field", "")).removeprefix("tried.")
        kind = "text" if "count" in refusal.params else "on"
        return f"{kind}_{field}" if f"{kind}_{field}" in self.fields else super().place_of(refusal)


class WantedForm(QuestionForm):
    question = Question.WANTED
    wanted = forms.TypedChoiceField(
        label=_("Que voulez-vous ?"), widget=RadioCards, coerce=Wanted, error_messages=CHOOSE
    )

    def build(self) -> None:
        field = self.fields["wanted"]
        offered = remedies(self.before.trouble or Trouble.DAMAGED)
        field.widget = RadioCards(
            hints={key.value: str(REMEDIES[key][1]) for key in offered if REMEDIES[key][1]}
        )
        field.choices = [(key.value, REMEDIES[key][0]) for key in offered]  # type: ignore[attr-defined]


class StoryForm(QuestionForm):
    question = Question.STORY
    story = forms.CharField(
        label=_("Racontez en quelques phrases"),
        help_text=_(
            "Les faits, dans l’ordre, sans reproche : c’est ce qui sera lu. Vos mots sont repris tels quels."
        ),
        widget=forms.Textarea({"rows": 9}),
    )

    def build(self) -> None:
        trouble = self.before.trouble
        self.fields["story"].required = trouble is not None and trouble.is_faulty

    def clean_story(self) -> str:
        """Count a line's end once, as it is typed, not twice as browsers send it."""
        return str(self.cleaned_data["story"]).replace("\r\n", "\n")


FORMS: dict[Question, type[QuestionForm]] = {
    form.question: form for form in (TroubleForm, DaysForm, PurchaseForm, TriedForm, WantedForm, StoryForm)
}
