"""Who writes, and in which conversation: names that a service gives, and nothing that they prove."""

from __future__ import annotations

import datetime as dt
from functools import cache
from uuid import UUID

from django.db import connection

from recours.channels.connected import same_people
from recours.channels.models import ChannelIdentity, ChannelSending, ChannelThread
from recours.channels.providers import Told
from recours.channels.queries import thread_of, window_of
from recours.composed import Composed
from recours.conversations.commands import start_conversation
from recours.conversations.models import Contact, Conversation
from recours.rules.channel_windows import Channel, Writer

SAME_MATTER = dt.timedelta(days=30)
"""Who writes again within this goes on where they were; later, it is another matter."""


def identity_of(
    channel: Channel, account: str, told: Told, *, marketplace_id: UUID, now: dt.datetime
) -> ChannelIdentity:
    """Return the lasting identity of who wrote, made with its contact where it is new; in the caller's transaction.

    Two ids that come together are one contact. A number that comes with another lasting id than before has changed
    hands: its new holder is a new contact, who sees and joins nothing of the old one's.
    """
    lasting = told.ids[0]
    with connection.cursor() as cursor:  # two messages of somebody new must not make two contacts
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{same_people(channel)[0]}:{account}:{told.ids[-1]}"],
        )
    rows = _identities(channel).rows(account, *told.ids)
    known = {row.external_id: row for row in rows if row.channel == channel}
    contact = _contact_of(told, {row.external_id: row for row in rows} | known)
    if contact is None:
        contact = Contact.objects.create(marketplace_id=marketplace_id, name=told.name, first_at=now)
    elif told.name and contact.name != told.name:
        contact.name = told.name
        contact.save(update_fields=["name"])
    for external_id in told.ids:
        row = known.get(external_id)
        if row is None:
            known[external_id] = ChannelIdentity.objects.create(
                channel=channel, account=account, external_id=external_id, contact=contact, phone=told.phone
            )
        elif row.contact_id != contact.pk or (told.phone and row.phone != told.phone):
            row.contact, row.phone = contact, told.phone or row.phone
            row.save(update_fields=["contact", "phone"])
    found = known[lasting]
    found.contact = contact
    return found


@cache
def _identities(channel: Channel) -> Composed[ChannelIdentity]:
    rows = ChannelIdentity.objects.filter(channel__in=same_people(channel))
    whose = rows.select_related("contact__buyer__user")
    return Composed(lambda account, *ids: whose.filter(account=account, external_id__in=ids))


@cache
def _open_with(channel: Channel) -> Composed[Conversation]:
    rows = Conversation.objects.filter(
        shop=None, channel_thread__identity__channel__in=same_people(channel)
    ).order_by("-last_at", "-id")
    return Composed(lambda contact_id, since: rows.filter(contact=contact_id, last_at__gt=since)[:1])


def _contact_of(told: Told, known: dict[str, ChannelIdentity]) -> Contact | None:
    lasting = told.ids[0]
    if lasting in known:
        return known[lasting].contact
    for external_id in told.ids[1:]:
        if external_id in known:
            contact = known[external_id].contact
            taken = contact.identities.exclude(external_id__in=told.ids)
            has_another = taken.filter(channel=known[external_id].channel).exists()
            return None if has_another else contact
    return None


def reach(sending: ChannelSending, psid: str) -> None:
    """Note who got a private answer: what they reply on Messenger is of the same contact."""
    identity = sending.identity
    ChannelIdentity.objects.get_or_create(
        channel=Channel.MESSENGER,
        account=identity.account,
        external_id=psid,
        defaults={"contact_id": identity.contact_id},
    )


def conversation_with(identity: ChannelIdentity, *, now: dt.datetime) -> Conversation:
    """Return the conversation that a contact's message belongs to, started where there is none; in the caller's
    transaction.

    It is answered by the way on which they wrote last; a comment takes nobody out of a private exchange that is open.
    """
    contact = identity.contact
    found = _open_with(Channel(identity.channel)).first(contact.pk, now - SAME_MATTER)
    if found is None:
        found = start_conversation(
            marketplace_id=contact.marketplace_id,
            buyer_id=contact.buyer_id,
            contact_id=contact.pk,
            shop_id=None,
            now=now,
        )
    if not (identity.channel == Channel.FACEBOOK and _is_in_private(found, now)):
        ChannelThread.objects.bulk_create(
            [ChannelThread(conversation=found, identity=identity)],
            update_conflicts=True,
            unique_fields=["conversation"],
            update_fields=["identity"],
        )
    return found


def _is_in_private(conversation: Conversation, now: dt.datetime) -> bool:
    thread = thread_of(conversation.pk)
    if thread is None or thread.identity.channel == Channel.FACEBOOK:
        return False
    return window_of(thread.identity, Writer.PERSON, now).now is not None
