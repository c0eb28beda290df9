"""Telling contacts who asked for it that a claim of theirs moved: a word and a link, once the mail was worded.

In free words while their window is open; after that by the template that the operator had approved, where there is one.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from msgspec import Struct

from recours import jobs
from recours.channels.commands.following_claims import follow_address
from recours.channels.models import ChannelSending
from recours.channels.queries import approved_in
from recours.channels.templates_known import NEWS
from recours.claims.models import Claim
from recours.conversations.models import Contact
from recours.rules.channel_windows import OPEN, Asked, Channel, Shape, Way, Writer, allowed
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import say

FRESH = dt.timedelta(days=1)
"""What is older is no news any more."""
ONE_TEMPLATE_IN = dt.timedelta(days=1)
RENDERER = "claims"

# By the address as well: it is what mails are indexed by. Who changed theirs within the day has the mail.
MAILED = """
SELECT contact.id, contact.language, way.id, way.channel, way.last_in_at, mail.id, mail.subject, claim.reference,
  place.name, claim.id, person.id IS NULL AND link.how <> 'agent'
FROM conversations_contact AS contact
JOIN channels_contactlink AS link ON link.contact_id = contact.id AND link.undone_at IS NULL
JOIN marketplaces_buyer AS buyer ON buyer.id = contact.buyer_id
JOIN marketplaces_marketplace AS place ON place.id = contact.marketplace_id
LEFT JOIN people_user AS person ON person.id = buyer.user_id
CROSS JOIN LATERAL (
  SELECT id, channel, last_in_at FROM channels_channelidentity
  WHERE contact_id = contact.id AND last_in_at IS NOT NULL AND channel <> 'facebook'
  ORDER BY last_in_at DESC, id LIMIT 1
) AS way
JOIN outbox_mail AS mail ON mail.address = coalesce(person.email, buyer.email) AND mail.created_at > %(since)s
  AND mail.created_at >= link.made_at AND mail.user_id IS NOT DISTINCT FROM person.id
  AND mail.marketplace_id = contact.marketplace_id
  AND mail.role = %(role)s AND mail.renderer = %(renderer)s AND mail.subject <> ''
JOIN claims_claim AS claim ON claim.id = (mail.payload ->> 'claim')::uuid
WHERE contact.wants_news
ORDER BY mail.created_at, mail.id, contact.id
"""


class Piece(Struct, frozen=True):
    """One mail that a contact would be told of, and the way on which they wrote last."""

    contact_id: UUID
    language: str
    identity_id: int
    channel: str
    last_in_at: dt.datetime
    mail_id: UUID
    subject: str
    reference: str
    place: str
    claim_id: UUID
    only_follows: bool
    """They proved who they are, and have no account to sign in with."""

    @property
    def key(self) -> UUID:
        return uuid5(NAMESPACE_URL, f"news:{self.contact_id}:{self.mail_id}")


def carry_news(now: dt.datetime) -> int:
    """Put the news of the last day on its way to the contacts who want it, each once; return how many there were.

    The mail goes as ever: it is what guards a right. Outside the window a template goes, which costs: one a day for
    each contact, since it says no more than where to look. However many contacts there are, it is five statements,
    and some for each who follows by a link.
    """
    values: dict[str, Any] = {"since": now - FRESH, "role": Role.BUYER, "renderer": RENDERER}
    with connection.cursor() as cursor:
        cursor.execute(MAILED, values)
        found = [Piece(*row) for row in cursor.fetchall()]
    open_ones = _on_their_way(found, now)
    keys = [piece.key for piece, _ in open_ones]
    known = set(ChannelSending.objects.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    new = [(piece, way) for piece, way in open_ones if piece.key not in known]
    if new:
        with transaction.atomic():
            made = [_sending(piece, way, now) for piece, way in new]
            ChannelSending.objects.bulk_create(made, ignore_conflicts=True)
            jobs.wake("channels.send")
    return len(new)


def _on_their_way(found: list[Piece], now: dt.datetime) -> list[tuple[Piece, Way]]:
    """Return what may go, and how: all of it in free words, of templates the first for who had none for a day."""
    ways = [(piece, _way(piece, now, approved=False)) for piece in found]
    closed = {piece.identity_id for piece, way in ways if way is None}
    free = [(piece, way) for piece, way in ways if way is not None]
    if not closed:
        return free
    approved = approved_in(NEWS.name)
    if not approved:
        return free
    had = ChannelSending.objects.filter(
        identity_id__in=closed, template=NEWS.name, created_at__gt=now - ONE_TEMPLATE_IN
    )
    told = set(had.values_list("identity_id", flat=True))
    for piece, way in ways:
        if way is not None or piece.identity_id in told:
            continue
        by_template = _way(piece, now, approved=(piece.channel, piece.language) in approved)
        if by_template is not None:
            told.add(piece.identity_id)
            free.append((piece, by_template))
    return free


def _way(piece: Piece, now: dt.datetime, *, approved: bool) -> Way | None:
    """Return how a word goes to who wrote last at this time, None where none may."""
    channel = Channel(piece.channel)
    if channel in OPEN:
        return None
    asked = Asked(last_in_at=piece.last_in_at, writer=Writer.MACHINE, has_templates=approved)
    way = allowed(channel, asked, now).now
    return way if way is not None and way.shape in (Shape.FREE, Shape.TEMPLATE) else None


def _address(piece: Piece, now: dt.datetime) -> str:
    """Return where the claim is read: its page, or for who has no account the link by which it is followed."""
    if piece.only_follows:
        contact = Contact.objects.get(pk=piece.contact_id)
        return follow_address(contact, Claim.objects.get(pk=piece.claim_id), now=now)
    return f"{settings.SITE_URL}{reverse('buyer:claim', args=[piece.reference])}"


def _sending(piece: Piece, way: Way, now: dt.datetime) -> ChannelSending:
    address = _address(piece, now)
    given = [piece.place, piece.reference, address] if way.shape is Shape.TEMPLATE else []
    text = (
        NEWS.words(piece.language, *given)
        if given
        else say(piece.language, "channels.news", subject=piece.subject, address=address)
    )
    return ChannelSending(
        id=piece.key,
        identity_id=piece.identity_id,
        shape=way.shape,
        written_by=Writer.MACHINE,
        text=text,
        template=NEWS.name if given else "",
        parameters=given,
        language=piece.language,
        costs=way.costs,
        created_at=now,
        not_before=now,
    )
