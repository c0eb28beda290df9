"""Following a claim by a link, for who proved by a channel that they are its buyer and need no account for it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from recours.channels.continuity import FollowLink, FollowVisit
from recours.channels.models import ContactLink
from recours.channels.networks import hashed
from recours.claims.models import Claim
from recours.conversations.commands import send_message
from recours.conversations.models import Contact, Conversation, Message
from recours.rules.channel_refusals import NotProvenForClaim
from recours.rules.lifecycle.claim import Actor
from recours.rules.wording import say

SALT = "recours.channels.follow"
"""Of links for this one purpose: no other signature of ours opens one."""
GOOD_FOR = dt.timedelta(days=30)
ONE_VISIT_IN = dt.timedelta(minutes=10)
PROOFS = (ContactLink.How.PROVED, ContactLink.How.CODE)
"""What proves who somebody is: they signed in, or read the mailbox of the order. An agent's word does not."""


class NotFollowed(Exception):
    """A link that we did not make, that ended or was revoked, or whose proof was undone."""


def proof_of(contact: Contact) -> ContactLink | None:
    """Return what proves which buyer a contact is; None where an agent says so, and where nobody does."""
    return contact.links.filter(undone_at=None, how__in=PROOFS).first()


def may_only_follow(contact: Contact) -> bool:
    """Whether a contact proved who they are and has no account to sign in with: a link is what they can open."""
    return contact.buyer is not None and contact.buyer.user_id is None and proof_of(contact) is not None


def follow_address(contact: Contact, claim: Claim, *, now: dt.datetime) -> str:
    """Return the address by which a contact follows a claim, good for thirty days from now; the same each time until
    it is revoked. In the caller's transaction. Raises NotProvenForClaim."""
    proof = proof_of(contact)
    if proof is None or proof.buyer_id != claim.buyer_id:
        raise NotProvenForClaim
    link, _is_new = FollowLink.objects.update_or_create(
        proof=proof,
        claim=claim,
        revoked_at=None,
        defaults={"expires_at": now + GOOD_FOR},
        create_defaults={"made_at": now, "expires_at": now + GOOD_FOR},
    )
    token = signing.Signer(salt=SALT).sign(link.pk.hex)
    return f"{settings.SITE_URL}{reverse('channels:follow', args=[token])}"


def send_follow_link(
    *, conversation_id: UUID, claim: Claim, by: Actor, key: UUID, now: dt.datetime
) -> Message:
    """Send a contact the link by which they follow a claim of theirs. Raises NotProvenForClaim, and what carrying
    raises."""
    with transaction.atomic():
        row = Conversation.objects.select_related("contact").get(pk=conversation_id)
        if row.contact is None:
            raise NotProvenForClaim
        address = follow_address(row.contact, claim, now=now)
        text = say(row.contact.language, "channels.follow", reference=claim.reference, address=address)
        return send_message(conversation_id=conversation_id, by=by, text=text, now=now, key=key)


def followed(token: str, *, network: str, now: dt.datetime) -> FollowLink:
    """Return what a link is good for, and note that it was looked at. Raises NotFollowed."""
    try:
        found = UUID(signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise NotFollowed from error
    link = (
        FollowLink.objects.select_related("proof", "claim")
        .filter(pk=found, revoked_at=None, expires_at__gt=now, proof__undone_at=None)
        .first()
    )
    if link is None or link.proof.buyer_id != link.claim.buyer_id:
        raise NotFollowed
    came_from = hashed(network)
    if not link.visits.filter(came_from=came_from, at__gt=now - ONE_VISIT_IN).exists():
        FollowVisit.objects.create(link=link, at=now, came_from=came_from)
    return link


def revoke_follow_link(*, link_id: UUID, contact_id: UUID, user_id: UUID | None, now: dt.datetime) -> bool:
    """End a contact's link at once; the next one that is sent is another. False when there was none to end."""
    living = FollowLink.objects.filter(pk=link_id, proof__contact_id=contact_id, revoked_at=None)
    return bool(living.update(revoked_at=now, revoked_by_id=user_id))
