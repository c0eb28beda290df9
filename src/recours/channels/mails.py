"""The mails about what came by a channel: a claim that the desk opened out of a conversation."""

from __future__ import annotations

from django.urls import reverse

from recours.claims.models import Claim
from recours.outbox.content import MailContent
from recours.outbox.models import Mail
from recours.rules.wording import say


def render(mail: Mail) -> MailContent | None:
    """Word one of these mails; None when it no longer applies."""
    return _opened(mail)


def _opened(mail: Mail) -> MailContent | None:
    row = Claim.objects.select_related("marketplace").filter(pk=mail.payload["opened"]).first()
    if row is None:
        return None
    lang = mail.language
    return MailContent(
        subject=say(lang, "channels.mail.opened.subject", reference=row.reference),
        heading=say(lang, "channels.mail.opened.heading", place=row.marketplace.name),
        paragraphs=(say(lang, "channels.mail.opened.why"), say(lang, "channels.mail.opened.instead")),
        facts=((say(lang, "channels.mail.reference"), row.reference),),
        button_label=say(lang, "channels.mail.opened.button"),
        button_path=reverse("buyer:claim", args=[row.reference]),
    )
