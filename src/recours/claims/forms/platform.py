"""What an agent is asked for besides terms and rulings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from recours.claims.forms.base import ActForm, TextField
from recours.claims.presentation.words import word
from recours.claims.queries import OpenedClaim
from recours.people.models import DeskRole, DeskStaff
from recours.rules.lifecycle.vocabulary import Role
from recours.ui.forms import RadioCards


class AskEvidenceForm(ActForm):
    """A question to one party; a claim without a seller has only the buyer to ask."""

    of = forms.ChoiceField(label=_("À qui demander"))
    text = TextField(
        label=_("Ce que vous demandez"),
        help_text=_("Le délai de votre décision est suspendu jusqu’à la réponse."),
    )

    def __init__(self, opened: OpenedClaim, *args: Any, **kwargs: Any) -> None:
        super().__init__(opened, *args, **kwargs)
        parties = [Role.BUYER, Role.SELLER] if opened.claim.has_seller else [Role.BUYER]
        self.fields["of"] = forms.ChoiceField(
            label=self.fields["of"].label,
            choices=[(role.value, word("role", role)) for role in parties],
            initial=Role.BUYER.value if len(parties) == 1 else None,
            widget=RadioCards,
            error_messages={"required": _("Choisissez une réponse.")},
        )

    def clean_of(self) -> Role:
        return Role(self.cleaned_data["of"])


class TraceRefundForm(ActForm):
    """What was found of a refund that the buyer misses; the reference is what their bank will ask for."""

    text = TextField(
        label=_("Ce que vous avez trouvé"),
        help_text=_(
            "L’acheteur le lira : où est l’argent, sous quelle référence, et ce qui reste à faire s’il n’arrive pas."
        ),
    )


class AssignForm(ActForm):
    """Which agent gets the claim: not a party to it, nor who ruled first when it is an appeal."""

    agent = forms.ChoiceField(label=_("Agent"))

    def __init__(self, opened: OpenedClaim, *args: Any, **kwargs: Any) -> None:
        super().__init__(opened, *args, **kwargs)
        appeal = opened.claim.appeal
        row = opened.row
        staff = DeskStaff.objects.filter(marketplace_id=row.marketplace_id, user__is_active=True)
        staff = staff.exclude(role=DeskRole.AUDITOR)
        # For a party the claim does not exist at the desk: given it, nobody would have it.
        staff = staff.exclude(user__buyers=row.buyer_id)
        if row.shop_id is not None:
            staff = staff.exclude(user__shop_roles__shop_id=row.shop_id)
        choices = [
            (str(member.user_id), str(member.user))
            for member in staff.select_related("user").order_by("user__name", "user__email")
            if appeal is None or member.user_id != appeal.first_agent
        ]
        self.fields["agent"] = forms.ChoiceField(label=self.fields["agent"].label, choices=choices)

    def clean_agent(self) -> UUID:
        return UUID(self.cleaned_data["agent"])
