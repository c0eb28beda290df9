"""Whether a webhook comes from Meta: signed with our app's secret, over these very bytes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

SCHEME = "sha256="


def signature(body: bytes, secret: str) -> str:
    """Return the header X-Hub-Signature-256 of a body. Source: Meta, "Webhooks: validating payloads"."""
    return SCHEME + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(body: bytes, header: str, secrets: Iterable[str]) -> bool:
    """Whether a header signs the raw bytes with one of the secrets in use, compared in constant time.

    Raw bytes, because Meta escapes what is not ASCII: the same JSON written anew has another signature. An empty secret
    verifies nothing: anybody can sign with it.
    """
    given = header.encode(errors="replace")
    usable = [secret for secret in secrets if secret.strip()]
    return any(hmac.compare_digest(given, signature(body, secret).encode()) for secret in usable)


def proof(token: str, secret: str) -> str:
    """Return `appsecret_proof`: that who calls with a token has the app's secret too.

    Meta asks for it where the app's setting "Require app secret" is on. Source: Meta, "Secure Graph API calls".
    """
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
