"""What allauth does our way: a proven address brings its orders along, at the moment it is proven or used."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from recours.people.commands import link_buyers
from recours.people.models import User

AGAIN = {
    "reauthenticate": _("Avec votre mot de passe"),
    "mfa_reauthenticate": _("Avec un code"),
    "mfa_reauthenticate:webauthn": _("Avec votre clé d’accès"),
}
"""How to confirm that it is still them, as the buttons call it."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    """Links buyers on sign-in and on confirmation, by call and not by signal."""

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        link_buyers(user)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def get_reauthentication_methods(self, user: User) -> list[dict[str, str]]:
        ways: list[dict[str, str]] = super().get_reauthentication_methods(user)
        return [way | {"description": str(AGAIN[way["id"]])} for way in ways]

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed:
            link_buyers(email_address.user)
        return confirmed
