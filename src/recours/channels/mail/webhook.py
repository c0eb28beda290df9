"""Mails and bounces that a mail service posts to us, read by django-anymail.

Anymail's own signals are the only way to its events; they are no signals of models. Without a service and a secret in
the settings none of its addresses exists: most services sign nothing, and only the secret tells them from anybody.
"""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern

from recours import clock
from recours.channels.commands import receive
from recours.outbox.commands import mark_returned

COMBINED = {"mandrill": ("mandrill_webhook",)}
ENDINGS = ("_inbound_webhook", "_tracking_webhook")
_FINAL = {"bounced", "rejected", "failed"}
_LATE = {"deferred", "autoresponded"}


def webhook_urls(service: str, secret: str) -> list[URLPattern]:
    """Return the addresses of one mail service; none without both its name and a secret. Raises UnknownService."""
    if not service or not secret:
        return []
    from anymail import urls  # optional dependency of the settings: it warns when there is no secret

    wanted = {*COMBINED.get(service, ()), *(service + ending for ending in ENDINGS)}
    found = [pattern for pattern in urls.urlpatterns if pattern.name in wanted]
    if not found:
        raise UnknownService(service)
    return found


class UnknownService(ValueError):
    """RECOURS_MAIL_WEBHOOK names no service that django-anymail knows."""


def listen() -> None:
    """Hear what Anymail reads; called once, where it is installed."""
    from anymail.signals import inbound, tracking  # optional dependency

    inbound.connect(mail_came, dispatch_uid="recours.channels.mail_came")
    tracking.connect(mail_returned, dispatch_uid="recours.channels.mail_returned")


def mail_came(sender: object, event: Any, esp_name: str, **rest: object) -> None:
    """Keep a mail that a service brought. What fails answers 500, and the service brings it again."""
    receive(event.message.as_bytes(), source="webhook", now=clock.now())


def mail_returned(sender: object, event: Any, esp_name: str, **rest: object) -> None:
    """Note a bounce or a complaint."""
    kind = str(event.event_type)
    if kind not in _FINAL | _LATE | {"complained"}:
        return
    mark_returned(
        now=clock.now(),
        said=" ".join(
            str(part)
            for part in (event.mta_response, event.description, event.reject_reason)
            if part and str(part) != "other"
        ),
        message_ids=[str(event.message_id)] if event.message_id else (),
        recipient=str(event.recipient or ""),
        final=kind not in _LATE,
        complaint=kind == "complained",
    )
