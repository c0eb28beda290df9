"""What buyer and seller are asked for: words, a ground, an appeal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recours.claims.forms.base import ActForm, ExhibitsField, TextField
from recours.claims.presentation.words import word
from recours.claims.queries import OpenedClaim
from recours.rules.lifecycle.claim import Offer
from recours.rules.lifecycle.vocabulary import About, AppealReason, Ground, State
from recours.ui.forms import RadioCards


class AnswerForm(ActForm):
    """The seller's answer to a first message, or the buyer's to a seller's question."""

    text = TextField(label=_("Votre réponse"))
    exhibits = ExhibitsField()

    def __init__(self, opened: OpenedClaim, *args: Any, **kwargs: Any) -> None:
        super().__init__(opened, *args, **kwargs)
        if self.is_buyer:
            self.label("text", _("Votre réponse au vendeur"))
        else:
            self.label("text", _("Votre réponse à l’acheteur"))


class AskForm(ActForm):
    text = TextField(
        label=_("Votre question à l’acheteur"),
        help_text=_(
            "Posez une seule question, précise. Quand l’acheteur aura répondu, ce sera de nouveau à vous."
        ),
    )


class ExtendForm(ActForm):
    reason = TextField(
        label=_("Pourquoi il vous faut plus de temps"),
        help_text=_("L’acheteur lira cette raison : ce que vous vérifiez, et auprès de qui."),
        rows=4,
    )


class RefuseForm(ActForm):
    reasons = TextField(
        label=_("Pourquoi vous refusez"),
        help_text=_(
            "L’acheteur lira ce texte, et la plateforme aussi si elle doit décider : des faits, des dates."
        ),
    )
    exhibits = ExhibitsField()


class EscalateForm(ActForm):
    reasons = TextField(
        label=_("Ce que la plateforme doit savoir"),
        help_text=_("Elle lit déjà tout le dossier : inutile de répéter."),
        required=False,
    )
    exhibits = ExhibitsField()


class ReopenForm(ActForm):
    reasons = TextField(
        label=_("Pourquoi rouvrir"),
        help_text=_("Dites ce qui a changé ou ce qui n’a pas été fait : la plateforme examinera le dossier."),
    )
    exhibits = ExhibitsField()


class MissingReplacementForm(ActForm):
    text = TextField(
        label=_("Ce qui s’est passé"),
        help_text=_(
            "Rien n’est arrivé, ou l’article est de nouveau abîmé : dites-le, et ajoutez des photos."
        ),
    )
    exhibits = ExhibitsField()


class WithdrawForm(ActForm):
    reason = TextField(label=_("Pourquoi vous la retirez"), required=False, rows=3)


class GiveEvidenceForm(ActForm):
    text = TextField(label=_("Votre réponse à la plateforme"))
    exhibits = ExhibitsField()


class OfferForm(ActForm):
    """An answer to one offer; `number` says which, and is set from the address."""

    number = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def offer(self) -> Offer | None:
        """The offer meant, when it exists."""
        try:
            return self.opened.claim.offer(int(self["number"].value()))
        except (TypeError, ValueError):
            return None


class RefuseOfferForm(OfferForm):
    reasons = TextField(label=_("Pourquoi elle ne convient pas"), required=False, rows=4)


class GroundForm(ActForm):
    """Another ground for the same claim."""

    ground = forms.ChoiceField(label=_("Que s’est-il passé ?"))
    explanation = TextField(
        label=_("Expliquez en quelques phrases"),
        help_text=_("Votre première explication reste au dossier."),
    )
    exhibits = ExhibitsField()

    def __init__(self, opened: OpenedClaim, *args: Any, **kwargs: Any) -> None:
        super().__init__(opened, *args, **kwargs)
        possible = [ground for ground in Ground if self._fits(ground)]
        field = forms.ChoiceField(
            label=self.fields["ground"].label,
            choices=[(ground.value, word("ground", ground)) for ground in possible],
            widget=RadioCards(hints={ground.value: word("ground_help", ground) for ground in possible}),
        )
        self.fields["ground"] = field

    def _fits(self, ground: Ground) -> bool:
        claim = self.opened.claim
        if ground is claim.ground:
            # Not to be chosen; but a form sent twice finds that its ground is the claim's already.
            return self.is_bound
        if ground is Ground.CHANGE_OF_MIND:
            return False
        if claim.opening.about is not About.ORDER:
            return ground.concerns_marketplace
        return not (claim.state is State.CONTACTING_SELLER and ground.concerns_marketplace)

    def clean_ground(self) -> Ground:
        return Ground(self.cleaned_data["ground"])


class AppealForm(ActForm):
    """The one appeal: one of two reasons, and what backs it."""

    reason = forms.ChoiceField(label=_("Pourquoi contester"), widget=RadioCards)
    text = TextField(
        label=_("Expliquez"),
        help_text=_("Un autre agent relira tout le dossier. Dites ce que la première décision n’a pas vu."),
    )
    exhibits = ExhibitsField()

    def __init__(self, opened: OpenedClaim, *args: Any, **kwargs: Any) -> None:
        super().__init__(opened, *args, **kwargs)
        hints = {
            AppealReason.NEW_EVIDENCE.value: _("Une pièce ou un fait que la plateforme n’avait pas."),
            AppealReason.ERROR_OF_RULE.value: _("La règle citée ne s’applique pas, ou dit autre chose."),
        }
        self.fields["reason"] = forms.ChoiceField(
            label=self.fields["reason"].label,
            choices=[(reason.value, word("appeal_reason", reason)) for reason in AppealReason],
            widget=RadioCards(hints=hints),
        )

    def clean_reason(self) -> AppealReason:
        return AppealReason(self.cleaned_data["reason"])
