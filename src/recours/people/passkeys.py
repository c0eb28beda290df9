"""Forms of passkeys that refuse what is none, whatever it is: a browser sends JSON, and anybody can send other JSON."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

MALFORMED = (KeyError, TypeError, ValueError)
"""What fido2 raises for JSON that lacks a part, or whose bytes are no credential; allauth lets it through."""

NAME = 60
"""Characters of a passkey's name."""


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth is not typed
    """Adds one, under a name; without one it gets one, since the device has already made the passkey."""

    name = forms.CharField(label=_("Son nom, pour la reconnaître"), max_length=NAME, required=False)

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return cleaned


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth is not typed
    """Gives one another name."""

    name = forms.CharField(
        label=_("Son nom, pour la reconnaître"),
        max_length=NAME,
        error_messages={"required": _("Écrivez un nom, par exemple celui de l’appareil.")},
    )


class PasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth is not typed
    """Signs in with one, after the password."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error


class PasskeyAgainForm(PasskeyForm):
    """Confirms with one that it is still them."""

    reauthenticated = True
