"""The questions. Each form knows the answers before its own; none decides anything: it asks the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace

from recours.buyer.orders.forms import DayField
from recours.buyer.wizard.matter import Matter
from recours.claims.forms import LIST, ExhibitsField, TextField, said
from recours.claims.presentation import word
from recours.claims.subjects import Subject
from recours.files.limits import PER_CLAIM_AND_SIDE
from recours.marketplaces.commands.deliveries import check_delivery_day
from recours.rules import entitlement
from recours.rules.eligibility import check_eligible
from recours.rules.lifecycle.vocabulary import About, Ground, Remedy
from recours.rules.outlook import Option, options
from recours.rules.refusals import Refusal
from recours.rules.wording import say
from recours.rules.wording.format import day, money
from recours.ui.forms import CheckboxCards, MoneyField, RadioCards
from recours.ui.language import lang

NO_LINE = "none"
"""The answer of who has no trouble with an article, but with the payment or the site."""
CHOOSE = {
    "required": _("Choisissez l’une des réponses."),
    "invalid_choice": _("Choisissez l’une des réponses."),
}


class OpenCards(RadioCards):
    """Cards of which some cannot be chosen today; their hint says why."""

    closed: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.closed:
            option["attrs"]["disabled"] = True
        return option


class QuantityField(forms.IntegerField):
    """How many; it has an answer already, and matters only where its line is chosen: neither optional nor asked."""

    def clean(self, value: Any) -> int | None:
        return None if value in self.empty_values else super().clean(value)


class RefundField(MoneyField):
    """An amount that only a refund needs; the form asks when it is one."""

    def validate(self, value: Any) -> None:
        if value is not None:
            super().validate(value)


class LinesForm(forms.Form):
    """Which articles, and how many of each. Cleans to `quantities`; none of them for the payment or the site."""

    use_required_attribute = False

    def __init__(self, matter: Matter, answers: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.matter = matter
        free = [line for line in matter.lines if line.pk not in matter.taken]
        hints = {str(line.pk): self._hint(line) for line in free}
        choices = [(str(line.pk), line.title) for line in free]
        hints[NO_LINE] = gettext("Débit, paiement ou panne du site : c’est la place de marché qui répond.")
        self.fields["lines"] = forms.MultipleChoiceField(
            label=gettext("Quels articles sont concernés ?"),
            choices=[*choices, (NO_LINE, gettext("Aucun article : le paiement ou le site"))],
            widget=CheckboxCards(hints=hints),
            error_messages={"required": gettext("Cochez au moins une réponse.")},
        )
        for line in free:
            if line.quantity > 1:
                self.fields[f"quantity_{line.pk}"] = QuantityField(
                    label=gettext("Combien de « %(title)s » sur %(all)d ?")
                    % {"title": line.title, "all": line.quantity},
                    min_value=1,
                    max_value=line.quantity,
                    initial=line.quantity,
                    widget=forms.NumberInput({"class": "short"}),
                )

    def _hint(self, line: Any) -> str:
        paid = money(line.captured, lang())
        return paid if line.quantity == 1 else f"{line.quantity} × · {paid}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = data.get("lines") or []
        if NO_LINE in chosen and len(chosen) > 1:
            message = _("Choisissez des articles, ou « Aucun article », mais pas les deux.")
            self.add_error("lines", ValidationError(message, "contradiction"))
        bought = {str(line.pk): line.quantity for line in self.matter.lines}
        data["quantities"] = {
            int(pk): data.get(f"quantity_{pk}") or bought[pk] for pk in chosen if pk != NO_LINE
        }
        return data


class GroundForm(forms.Form):
    """What happened. A ground that is not open today is shown, closed, with its reason and its date."""

    def __init__(self, matter: Matter, answers: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        quantities = (answers.get("lines") or {}).get("quantities") or {}
        self.subject = matter.subject(quantities or _whole(matter))
        facts = self.subject.facts(Ground.TECHNICAL_FAULT)
        marketplace_only = matter.about is About.ORDER and "lines" in answers and not quantities
        self.options = {
            one.ground.value: one
            for one in options(facts, matter.rules, matter.now)
            if one.ground.concerns_marketplace or not marketplace_only
        }
        widget = OpenCards(
            hints={key: _ground_hint(one, facts.delivered_on) for key, one in self.options.items()},
            columns=True,
        )
        widget.closed = frozenset(
            key for key, one in self.options.items() if not one.is_open and not one.needs_delivery_day
        )
        self.fields["ground"] = forms.ChoiceField(
            label=gettext("Que s’est-il passé ?"),
            choices=[(key, word("ground", key)) for key in self.options],
            widget=widget,
            error_messages=CHOOSE,
        )

    @property
    def any_open(self) -> bool:
        return any(one.is_open or one.needs_delivery_day for one in self.options.values())

    def may_be(self, ground: object) -> bool:
        """Whether this ground can be chosen today."""
        option = self.options.get(str(ground))
        return option is not None and (option.is_open or option.needs_delivery_day)

    def clean_ground(self) -> Ground:
        option = self.options[self.cleaned_data["ground"]]
        if option.refusal is not None and not option.needs_delivery_day:
            raise ValidationError(said(option.refusal), option.refusal.code)
        return option.ground


def withdrawal_facts(subject: Subject) -> entitlement.Facts:
    """Return what decides until when the buyer may withdraw without a reason."""
    return entitlement.Facts(
        delivered_on=subject.delivered_on, promised_on=subject.promised_on, ordered_at=subject.ordered_on
    )


def _whole(matter: Matter) -> dict[int, int]:
    """All that no open claim has taken up."""
    return {line.pk: line.quantity for line in matter.lines if line.pk not in matter.taken}


def _ground_hint(option: Option, delivered_on: dt.date | None) -> str:
    if option.refusal is not None and not option.needs_delivery_day:
        return f"{option.refusal.explain(lang())} {_reopens(option)}".strip()
    if option.ground is Ground.LOST and delivered_on is not None:
        return say(lang(), "ground_help.lost_though_delivered", delivered_on=delivered_on)
    return word("ground_help", option.ground)


def _reopens(option: Option) -> str:
    opens_on = option.refusal.params.get("opens_on") if option.refusal else None
    if not isinstance(opens_on, dt.date):
        return ""
    return gettext("Possible à partir du %(day)s.") % {"day": day(opens_on, lang(), year=False)}


class ReceivedForm(forms.Form):
    """On which day the goods came; refused when that day leaves nothing to claim, and then not recorded."""

    day = DayField(
        label=_("Quel jour avez-vous reçu le colis ?"),
        help_text=_("Personne ne nous l’a dit. Si vous hésitez, donnez le jour le plus probable."),
    )

    def __init__(self, matter: Matter, answers: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.matter = matter
        self.ground: Ground = answers["ground"]["ground"]
        self.quantities = (answers.get("lines") or {}).get("quantities") or _whole(matter)

    def clean_day(self) -> dt.date:
        received: dt.date = self.cleaned_data["day"]
        if self.matter.order is None:
            return received
        facts = self.matter.subject(self.quantities).facts(self.ground)
        try:
            check_delivery_day(self.matter.order, received, self.matter.now)
            check_eligible(replace(facts, delivered_on=received), self.matter.rules, self.matter.now)
        except Refusal as refusal:
            raise ValidationError(said(refusal), refusal.code) from refusal
        return received


class WantedForm(forms.Form):
    """What is wanted, how much, and whether the goods go back."""

    use_required_attribute = False

    def __init__(self, matter: Matter, answers: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ground: Ground = answers["ground"]["ground"]
        self.subject: Subject = matter.subject(
            (answers.get("lines") or {}).get("quantities") or _whole(matter)
        )
        self.is_purchase = matter.about is About.PURCHASE
        remedies = matter.rules.policy.grounds[ground].remedies
        if len(remedies) > 1 and matter.about is About.ORDER:
            self.fields["remedy"] = forms.ChoiceField(
                label=gettext("Que demandez-vous ?"),
                choices=[(remedy, word("remedy", remedy)) for remedy in remedies],
                widget=RadioCards,
                initial=remedies[0],
                error_messages=CHOOSE,
            )
        self.fields["amount"] = self._amount(matter, len(remedies) > 1)
        if ground.goods_received and matter.about is About.ORDER:
            self.fields["goods_return"] = forms.ChoiceField(
                label=gettext("Et l’article ?"),
                choices=[("no", gettext("Je le garde")), ("yes", gettext("Je peux le renvoyer"))],
                widget=RadioCards(
                    hints={
                        "no": gettext("Sa valeur ou son état ne justifie pas un retour."),
                        "yes": gettext("Vous demandez que le vendeur paie le retour."),
                    }
                ),
                initial="no",
                error_messages=CHOOSE,
            )

    def _amount(self, matter: Matter, several: bool) -> MoneyField:
        if self.is_purchase:
            return MoneyField(
                label=gettext("Combien vous a-t-on débité ?"),
                help_text=gettext("Laissez vide si rien n’a été débité."),
                currency=matter.currency,
                required=False,
            )
        most = self.subject.disputed
        hint = gettext("Au plus %(most)s : ce qui a été payé et pas encore remboursé.") % {
            "most": money(most, lang())
        }
        if self.subject.shipping is not None:
            shipping = money(self.subject.shipping, lang())
            hint += " " + gettext("Dont %(shipping)s de livraison.") % {"shipping": shipping}
        if several:
            hint += " " + gettext("Seulement pour un remboursement.")
        return RefundField(
            label=gettext("Combien demandez-vous ?"),
            help_text=hint,
            currency=matter.currency,
            maximum=most,
            initial=most,
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        remedy = Remedy(data.get("remedy") or Remedy.REFUND)
        data["remedy"] = remedy
        amount = data.get("amount")
        if remedy is not Remedy.REFUND:
            data["amount"] = None
        elif (
            "amount" not in self.errors
            and not self.is_purchase
            and (amount is None or not amount.is_positive)
        ):
            message = _("Indiquez un montant supérieur à zéro.")
            self.add_error("amount", ValidationError(message, "required"))
        data["goods_return"] = data.get("goods_return") == "yes"
        return data


class StoryForm(forms.Form):
    """The explanation, and what shows it."""

    explanation = TextField(
        label=_("Expliquez ce qui s’est passé"),
        rows=8,
        error_messages={"required": _("Écrivez quelques mots : l’autre partie doit pouvoir vous répondre.")},
    )
    exhibits = ExhibitsField()

    def __init__(self, matter: Matter, answers: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ground: Ground = answers["ground"]["ground"]
        reader = (
            gettext("La place de marché lira ce texte. 5 000 caractères au plus.")
            if ground.concerns_marketplace
            else gettext("Le vendeur et la plateforme liront ce texte. 5 000 caractères au plus.")
        )
        self.fields["explanation"].help_text = reader
        kept = matter.draft.files.count() if self.files and matter.draft else 0
        exhibits = self.fields["exhibits"]
        if isinstance(exhibits, ExhibitsField):
            exhibits.room = max(0, PER_CLAIM_AND_SIDE - kept)
            if matter.draft is not None:
                exhibits.send_to(reverse("buyer:draft_upload", args=[matter.draft.pk]), into=LIST)
