"""What is typed of an action plan: up to MOST_STEPS lines, each a wait and what is done after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from recours.claims.presentation.acts import act_label
from recours.conversations.models import CannedAnswer
from recours.rules.casework.plans import LONGEST_DAYS, MOST_STEPS, SUGGESTED, Plan, Step
from recours.rules.lifecycle.vocabulary import Act, Role

SEND, SUGGEST = "send:", "suggest:"


class PlanForm(forms.Form):
    """A name, and steps of which the empty ones are none."""

    name = forms.CharField(
        label=_("Nom du plan"),
        max_length=60,
        error_messages={
            "required": _("Donnez un nom au plan : c’est par lui qu’un agent le choisit sur un dossier.")
        },
    )

    def __init__(self, answers: Sequence[CannedAnswer], *args: Any) -> None:
        super().__init__(*args)
        done = [
            *((f"{SEND}{one.pk}", _("envoyer « %(title)s »") % {"title": one.title}) for one in answers),
            *(
                (f"{SUGGEST}{act}", _("suggérer : %(act)s") % {"act": act_label(act, Role.AGENT)})
                for act in SUGGESTED
            ),
        ]
        for number in range(1, MOST_STEPS + 1):
            first = number == 1
            self.fields[f"days_{number}"] = forms.IntegerField(
                label=_("Étape %(number)d : jours d’attente") % {"number": number},
                help_text=_("Depuis le lancement ; 0 pour aussitôt.")
                if first
                else _("Sans réponse d’une partie depuis l’étape précédente."),
                min_value=0,
                max_value=LONGEST_DAYS,
                initial=0 if first else 3,
                required=False,
            )
            self.fields[f"what_{number}"] = forms.ChoiceField(
                label=_("Étape %(number)d : ce qui se fait") % {"number": number},
                help_text=_("Une réponse type, ou une suggestion à l’agent.")
                if first
                else _("Laissez « rien de plus » pour finir avant."),
                choices=[("", _("Choisir…") if first else _("rien de plus")), *done],
                required=first,
                error_messages={
                    "required": _("Choisissez ce que fait la première étape : un plan en a au moins une.")
                },
            )

    @property
    def steps(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """How long each step waits, and what it does, as the page lays them out."""
        return [(self[f"days_{number}"], self[f"what_{number}"]) for number in range(1, MOST_STEPS + 1)]

    @property
    def says(self) -> Plan:
        """The plan of a valid form."""
        return Plan(steps=tuple(self._steps()))

    def _steps(self) -> Iterator[Step]:
        for number in range(1, MOST_STEPS + 1):
            what = cast(str, self.cleaned_data[f"what_{number}"])
            days = self.cleaned_data[f"days_{number}"] or 0
            if what.startswith(SEND):
                yield Step(after_days=days, answer=int(what.removeprefix(SEND)))
            elif what:
                yield Step(after_days=days, suggest=Act(what.removeprefix(SUGGEST)))
