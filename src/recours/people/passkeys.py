"""Forms of passkeys that refuse what is none, whatever it is: a browser sends JSON, and anybody can send other JSON."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm

MALFORMED = (KeyError, TypeError, ValueError)
"""What fido2 raises for JSON that lacks a part, or whose bytes are no credential; allauth lets it through."""


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth is not typed
    """Adds one, under a name."""

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return cleaned


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
