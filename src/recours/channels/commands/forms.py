"""The contact form, for who is not signed in: it reaches the desk at once, and answers go to a proven address alone.

Our first mail holds none of the words that were typed: the form is no way to send somebody mails in our name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from recours.channels.continuity import FormSender
from recours.channels.networks import hashed
from recours.composed import Composed
from recours.conversations.commands import send_message, start_conversation
from recours.conversations.models import Contact, Conversation, Message
from recours.conversations.news import Follower, tell_others
from recours.files.commands import store_judged
from recours.files.judge import Judged
from recours.marketplaces.models import Marketplace
from recours.notices.commands import Reader
from recours.outbox.commands import write_letter
from recours.rules.channel_refusals import TooManyForms
from recours.rules.conversation import Topic
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import Lang, say

SALT = "recours.channels.form"
GOOD_FOR = dt.timedelta(days=7)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
PER_NETWORK = 10
"""Messages in an hour from one network."""
PER_ADDRESS = 5
"""Messages in a day that name one address: what its owner may be mailed at most, whoever types it."""


class FormLinkNotGood(Exception):
    """A link that we did not make, or that is too old."""


def write_by_form(
    *,
    place: Marketplace,
    email: str,
    name: str,
    topic: Topic,
    subject: str,
    text: str,
    files: Sequence[Judged],
    language: Lang,
    key: UUID,
    network: str,
    now: dt.datetime,
) -> Message:
    """Put what a stranger wrote before the desk, and mail them the link that proves their address.

    In one transaction. Each message is of a contact of its own: an address that was typed joins nobody to what its
    owner wrote before. Idempotent by `key`. Raises TooManyForms, TextMissing, TextTooLong, FileNotKept.
    """
    email, asked_from = email.strip().lower(), hashed(network)
    with transaction.atomic():
        Marketplace.objects.select_for_update(no_key=True).only("pk").get(pk=place.pk)
        twin = FormSender.objects.filter(key=key).first()
        if twin is not None:
            return Message.objects.filter(conversation__contact=twin.contact_id).order_by("pk")[0]
        lately = FormSender.objects.filter(written_at__gt=now - HOUR, asked_from=asked_from).count()
        today = FormSender.objects.filter(written_at__gt=now - DAY, email=email).count()
        if lately >= PER_NETWORK or today >= PER_ADDRESS:
            raise TooManyForms
        contact = Contact.objects.create(marketplace=place, name=name[:120], language=language, first_at=now)
        FormSender.objects.create(
            contact=contact, email=email, asked_from=asked_from, key=key, written_at=now
        )
        conversation = start_conversation(
            marketplace_id=place.pk,
            buyer_id=None,
            contact_id=contact.pk,
            shop_id=None,
            topic=topic,
            subject=subject,
            now=now,
        )
        message = send_message(
            conversation_id=conversation.pk,
            by=Actor(Role.BUYER, None),
            text=text,
            now=now,
            files=[store_judged(judged=one, by=None) for one in files],
            key=key,
            channel=Message.Channel.FORM,
        )
        write_letter(
            subject=say(language, "channels.form.subject", place=place.name),
            body=say(language, "channels.form.body", place=place.name, address=proof_address(contact.pk)),
            site=place.name,
            address=email,
            language=language,
            now=now,
        )
        return message


def proof_address(contact_id: UUID) -> str:
    """Return the address that proves a mailbox to be theirs."""
    token = signing.TimestampSigner(salt=SALT).sign(contact_id.hex)
    return f"{settings.SITE_URL}{reverse('channels:prove_form', args=[token])}"


def sender_of(token: str) -> FormSender:
    """Return who a link is of. Raises FormLinkNotGood."""
    try:
        key = UUID(signing.TimestampSigner(salt=SALT).unsign(token, max_age=GOOD_FOR))
    except (signing.BadSignature, ValueError) as error:
        raise FormLinkNotGood from error
    found = FormSender.objects.select_related("contact__marketplace").filter(pk=key).first()
    if found is None:
        raise FormLinkNotGood
    return found


def prove_address(*, contact_id: UUID, now: dt.datetime) -> bool:
    """Note that a mailbox is theirs, and mail them what the desk has answered already; False when it was known."""
    with transaction.atomic():
        sender = FormSender.objects.select_for_update().get(pk=contact_id)
        if sender.proven_at is not None:
            return False
        sender.proven_at = now
        sender.save(update_fields=["proven_at"])
        for row in Conversation.objects.filter(contact_id=contact_id):
            for message in row.messages.filter(author_role=Role.AGENT).order_by("sent_at", "pk"):
                tell_others(row, message, now=now)
        return True


def _proven(conversation_id: UUID) -> QuerySet[FormSender]:
    theirs = FormSender.objects.filter(contact__conversations=conversation_id, contact__buyer=None)
    return theirs.filter(proven_at__isnull=False).select_related("contact")


_PROVEN = Composed(_proven)


def sender_following(conversation_id: UUID) -> list[Follower]:
    """Return who wrote by the form, for the mails of a conversation: not before their address is proven, nor once they
    are joined to a buyer, who is told anyway."""
    return [
        Follower(
            Reader(
                role=Role.BUYER,
                address=one.email,
                name=one.contact.name,
                language=one.contact.language,
            ),
            f"conversation:{conversation_id}",
            "",
        )
        for one in _PROVEN.rows(conversation_id)
    ]
