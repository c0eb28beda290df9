"""The second factor, beside the password: codes of an authenticator, or a passkey. allauth does the work, we say how
it looks."""

from __future__ import annotations

import base64
import hashlib
import io
from typing import ClassVar
from urllib.parse import urlsplit

import segno
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PURPOSE = b"recours.people.second_factor:"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is not typed
    """Draws the QR code with the library that draws all of ours, keeps no secret in clear, and refuses in our words."""

    error_messages: ClassVar = {
        "add_email_blocked": gettext_lazy(
            "Retirez d’abord votre second facteur : une adresse ne s’ajoute pas à un compte qu’il protège."
        ),
        "cannot_delete_authenticator": gettext_lazy("Ce second facteur ne peut pas être retiré."),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Ajoutez d’abord une application ou une clé d’accès : les codes de secours la remplacent."
        ),
        "incorrect_code": gettext_lazy(
            "Nous n’avons pas reconnu ce code, ou cette clé d’accès. Essayez de nouveau, avec le code qui s’affiche"
            " maintenant."
        ),
        "unverified_email": gettext_lazy(
            "Confirmez d’abord votre adresse électronique : le lien est dans le courriel envoyé à la création de votre"
            " compte. La page de vos adresses en envoie un autre."
        ),
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        drawn = io.BytesIO()
        segno.make(url, error="m").save(drawn, kind="svg", scale=5, border=4, light="white")
        return drawn.getvalue().decode()


def _cipher() -> MultiFernet:
    """Return what hides secrets: a key made of the installation's own, whose predecessors still open what they shut."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(PURPOSE + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def ask_to_enrol(request: HttpRequest) -> HttpResponse:
    """Lead somebody of a desk to where they add the second factor that it asks for."""
    messages.info(
        request,
        _("La plateforme demande un second facteur à qui y travaille. Ajoutez-le, elle s’ouvre aussitôt."),
    )
    return redirect("mfa_activate_totp")


def ask_again(request: HttpRequest, *, otherwise: str) -> HttpResponse | None:
    """Ask who is about to write to sign in anew, unless they did within ten minutes; they then press the button again.

    What was to be written is not replayed by itself: the page says again what it is about. `otherwise` names the route
    to come back to where the browser does not say which page it was.
    """
    if request.method in SAFE or did_recently_reauthenticate(request):
        return None
    messages.info(request, _("Confirmez que c’est bien vous, puis recommencez : rien n’a encore été fait."))
    back = {REDIRECT_FIELD_NAME: _page_before(request, otherwise)}
    return redirect(f"{reverse('account_reauthenticate')}?{urlencode(back)}")


def _page_before(request: HttpRequest, otherwise: str) -> str:
    """Return the page whose button was pressed; the other one where the browser does not say."""
    said = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(said, {request.get_host()}, require_https=request.is_secure()):
        return reverse(otherwise)
    parts = urlsplit(said)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
