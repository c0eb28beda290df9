"""Whence a request comes, for limits on what strangers may do; kept as a keyed hash, by which nobody is found."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

SALT = "recours.channels.network"


def network_of(request: HttpRequest) -> str:
    """Return the network address of a request: as the outermost of our own proxies says, where there are some.

    Each adds the address that it saw at the end; what stands before theirs was written by the visitor.
    """
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        ours = forwarded[-settings.PROXIES :]
        if ours[0]:
            return ours[0]
    return str(request.META.get("REMOTE_ADDR", ""))


def hashed(network: str) -> str:
    """Return what is kept of a network address."""
    return salted_hmac(SALT, network, algorithm="sha256").hexdigest()
