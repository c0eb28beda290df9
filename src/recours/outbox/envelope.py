"""A row of the outbox as a message on the wire: the same bytes at each try."""

from __future__ import annotations

from email.utils import format_datetime, formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from recours.outbox.headers import NAME_MOST, bounce_address, clean, stop_link, thread_root
from recours.outbox.models import Mail


class Letter(EmailMultiAlternatives):
    """Django's message with a boundary that does not change from one try to the next."""

    boundary = ""

    def message(self, *arguments: Any, **options: Any) -> Any:
        made = super().message(*arguments, **options)
        if made.is_multipart():
            made.set_boundary(self.boundary)
        return made


def letter_of(mail: Mail) -> Letter:
    """Return the message for a mail that has been worded."""
    letter = Letter(
        subject=mail.subject,
        body=mail.text,
        from_email=bounce_address(mail.pk),
        to=[formataddr((clean(mail.name, NAME_MOST), mail.address))],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=_headers(mail),
    )
    letter.boundary = f"recours_{mail.pk.hex}"
    letter.attach_alternative(mail.html, "text/html")
    return letter


def _headers(mail: Mail) -> dict[str, str]:
    root = thread_root(mail.topic)
    headers = {
        # The envelope's sender is another address where bounces are read.
        "From": settings.DEFAULT_FROM_EMAIL,
        "Date": format_datetime(mail.created_at),
        "Message-ID": mail.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": mail.language,
    }
    if mail.topic:
        headers |= {"In-Reply-To": root, "References": root}
    if mail.may_be_stopped and mail.user_id is not None:
        headers |= {
            "List-Unsubscribe": f"<{stop_link(mail.user_id, mail.kind)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers
