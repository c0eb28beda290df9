"""Taking a contact for a buyer: by a link that they opened signed in, or because an agent says so; and undoing it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from recours import live
from recours.channels.models import ChannelSending, ContactLink
from recours.conversations.commands import send_message
from recours.conversations.models import Contact, Conversation, Message
from recours.marketplaces.models import Buyer
from recours.rules.channel_refusals import ContactAlreadyLinked, LinkReasonMissing, NoSuchBuyer
from recours.rules.lifecycle.claim import Actor
from recours.rules.wording import say

SALT = "recours.channels.join"
"""Of links for this one purpose: no other signature of ours opens one."""
GOOD_FOR = dt.timedelta(days=7)
How = ContactLink.How


class LinkNotGood(Exception):
    """A link that we did not make, that is too old, or of a contact that was joined since."""


def join_address(contact_id: UUID) -> str:
    """Return the address by which a contact says who they are, signed in; good for a week, and once.

    It counts how often they were joined before: a joining that the desk undid is not done again by the same link.
    """
    joined = ContactLink.objects.filter(contact_id=contact_id).count()
    token = signing.TimestampSigner(salt=SALT).sign(f"{contact_id.hex}-{joined}")
    return f"{settings.SITE_URL}{reverse('channels:join', args=[token])}"


def contact_of(token: str) -> Contact:
    """Return the contact of a link. Raises LinkNotGood."""
    try:
        said = signing.TimestampSigner(salt=SALT).unsign(token, max_age=GOOD_FOR)
        name, _, joined = said.partition("-")
        found = Contact.objects.select_related("marketplace").filter(pk=UUID(name), buyer=None).first()
    except (signing.BadSignature, ValueError) as error:
        raise LinkNotGood from error
    if found is None or str(found.links.count()) != joined:
        raise LinkNotGood
    return found


def ask_who(*, conversation_id: UUID, by: Actor, key: UUID, now: dt.datetime) -> Message:
    """Send a contact the link by which they say who they are. Raises ContactAlreadyLinked, and what carrying raises."""
    row = Conversation.objects.select_related("contact").get(pk=conversation_id)
    if row.contact is None or row.contact.buyer_id is not None:
        raise ContactAlreadyLinked
    address = join_address(row.contact.pk)
    text = say(row.contact.language, "channels.ask_who", address=address)
    return send_message(conversation_id=conversation_id, by=by, text=text, now=now, key=key)


def prove(*, contact_id: UUID, buyer: Buyer, wants_news: bool, now: dt.datetime) -> None:
    """Take a contact for the buyer who opened their link. Raises ContactAlreadyLinked."""
    with transaction.atomic():
        _link(contact_id, buyer, How.PROVED, "", buyer.user_id, now)
        Contact.objects.filter(pk=contact_id).update(wants_news=wants_news)


def link_by_code(contact: Contact, buyer: Buyer, *, wants_news: bool, now: dt.datetime) -> None:
    """Take a contact for the buyer whose mail they read; in the caller's transaction. Raises ContactAlreadyLinked."""
    _link(contact.pk, buyer, How.CODE, "", buyer.user_id, now)
    Contact.objects.filter(pk=contact.pk).update(wants_news=wants_news)


def choose_answers(*, contact_id: UUID, by_mail: bool) -> None:
    """Have a contact be answered by mail and on the site, or on their channel again."""
    Contact.objects.filter(pk=contact_id).update(answer_by_mail=by_mail)


def link_by_agent(
    *, contact_id: UUID, email: str, reason: str, user_id: UUID | None, now: dt.datetime
) -> Buyer:
    """Take a contact for the buyer of an address, as an agent says. Raises LinkReasonMissing, NoSuchBuyer,
    ContactAlreadyLinked."""
    if not reason.strip():
        raise LinkReasonMissing
    with transaction.atomic():
        place = Contact.objects.get(pk=contact_id).marketplace_id
        buyer = Buyer.objects.filter(marketplace_id=place, email=email.strip().lower()).first()
        if buyer is None:
            raise NoSuchBuyer
        _link(contact_id, buyer, How.AGENT, " ".join(reason.split())[:300], user_id, now)
        return buyer


def unlink(*, contact_id: UUID, user_id: UUID | None, now: dt.datetime) -> bool:
    """Take a contact for nobody again: their conversations have no buyer any more. False when they had none.

    What went into a claim stays there. News of the buyer's claims that still wait to leave go nowhere.
    """
    with transaction.atomic():
        contact = Contact.objects.select_for_update().get(pk=contact_id)
        undone = ContactLink.objects.filter(contact=contact, undone_at=None).update(
            undone_at=now, undone_by_id=user_id
        )
        Contact.objects.filter(pk=contact_id).update(buyer=None, wants_news=False, answer_by_mail=False)
        ChannelSending.objects.filter(
            identity__contact=contact, message=None, state=ChannelSending.State.WAITING
        ).update(state=ChannelSending.State.FAILED, failed_at=now, trouble="unlinked")
        _give(contact_id, None)
        return bool(undone)


def _link(
    contact_id: UUID, buyer: Buyer, how: ContactLink.How, reason: str, user_id: UUID | None, now: dt.datetime
) -> None:
    contact = Contact.objects.select_for_update().get(pk=contact_id)
    if contact.buyer_id is not None:
        raise ContactAlreadyLinked
    ContactLink.objects.create(
        contact=contact, buyer=buyer, how=how, reason=reason, by_id=user_id, made_at=now
    )
    Contact.objects.filter(pk=contact_id).update(buyer=buyer)
    _give(contact_id, buyer.pk)


def _give(contact_id: UUID, buyer_id: UUID | None) -> None:
    rows = Conversation.objects.filter(contact_id=contact_id, shop=None)
    rows.update(buyer_id=buyer_id)
    for pk in rows.values_list("pk", flat=True):
        live.announce(f"conversation:{pk}")
