"""Telling contacts who asked for it that a claim of theirs moved: a word and a link, once the mail was worded."""

from __future__ import annotations

import datetime as dt
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from recours import jobs
from recours.channels.models import ChannelIdentity, ChannelSending
from recours.channels.queries import window_of
from recours.claims.models import Claim
from recours.conversations.models import Contact
from recours.outbox.models import Mail
from recours.rules.channel_windows import OPEN, Channel, Shape, Writer
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import say

FRESH = dt.timedelta(days=1)
"""What is older is no news any more."""
RENDERER = "claims"


def carry_news(now: dt.datetime) -> int:
    """Put the news of the last day on its way to the contacts who want it, each once; return how many there were.

    The mail goes as ever: it is what guards a right. Outside the window there is no word here.
    """
    made = 0
    contacts = Contact.objects.filter(wants_news=True, buyer__user__isnull=False).select_related(
        "buyer__user"
    )
    for contact in contacts:
        identity = contact.identities.exclude(last_in_at=None).order_by("-last_in_at").first()
        if identity is None or Channel(identity.channel) in OPEN:
            continue
        made += _carry(contact, identity, now)
    if made:
        jobs.wake("channels.send")
    return made


def _carry(contact: Contact, identity: ChannelIdentity, now: dt.datetime) -> int:
    link = contact.links.filter(undone_at=None).first()
    if link is None or contact.buyer is None:
        return 0
    mails = Mail.objects.filter(
        user=contact.buyer.user,
        marketplace_id=contact.marketplace_id,
        role=Role.BUYER,
        renderer=RENDERER,
        created_at__gt=now - FRESH,
        created_at__gte=link.made_at,
    ).exclude(subject="")
    way = window_of(identity, Writer.MACHINE, now).now
    if way is None or way.shape is not Shape.FREE:
        return 0
    made = 0
    for mail in mails.order_by("created_at", "id"):
        with transaction.atomic():
            _, is_new = ChannelSending.objects.get_or_create(
                id=uuid5(NAMESPACE_URL, f"news:{contact.pk}:{mail.pk}"),
                defaults={
                    "identity": identity,
                    "shape": way.shape,
                    "written_by": Writer.MACHINE,
                    "text": say(
                        contact.language, "channels.news", subject=mail.subject, address=_address(mail)
                    ),
                    "language": contact.language,
                    "costs": way.costs,
                    "created_at": now,
                    "not_before": now,
                },
            )
            made += is_new
    return made


def _address(mail: Mail) -> str:
    """Return where its reader sees the claim, signed in."""
    reference = Claim.objects.values_list("reference", flat=True).get(pk=mail.payload["claim"])
    return f"{settings.SITE_URL}{reverse('buyer:claim', args=[reference])}"
