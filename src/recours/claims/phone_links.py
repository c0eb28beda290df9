"""What a telephone's link opens now, asked anew at each request: links end, people leave shops, drafts are sent."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from recours.claims.commands.phone_links import link_digest
from recours.claims.commands.uploads import Destination
from recours.claims.models import PhoneLink
from recours.claims.queries import ClaimNotVisible, claim_for, living_link
from recours.people.queries import identity_of
from recours.rules.lifecycle.vocabulary import Role


class LinkOpensNothing(Exception):
    """There is no such link, or not any more; which of the two is nobody's to know."""


def link_with(secret: str) -> PhoneLink:
    """Return the link of a secret. Raises LinkOpensNothing."""
    if not secret.strip():
        raise LinkOpensNothing
    return _found(living_link(digest=link_digest(secret)))


def link_numbered(link_id: str) -> PhoneLink:
    """Return the link that a browser was given in exchange for the secret. Raises LinkOpensNothing."""
    try:
        key = UUID(link_id)
    except ValueError:
        raise LinkOpensNothing from None
    return _found(living_link(pk=key))


def destination(link: PhoneLink) -> Destination:
    """Return where files go. Raises LinkOpensNothing once its maker may not put any there."""
    to = Destination(user=link.user, side=Role(link.side), draft_id=link.draft_id, claim_id=link.claim_id)
    claim = link.claim or (link.draft.claim if link.draft else None)
    if claim is not None:
        to = replace(to, claim_id=claim.pk, draft_id=None)
        try:
            claim_for(identity_of(link.user), claim.reference, role=to.side)
        except ClaimNotVisible:
            raise LinkOpensNothing from None
    return replace(to, link_id=link.pk)


def _found(link: PhoneLink | None) -> PhoneLink:
    if link is None or not link.user.is_active:
        raise LinkOpensNothing
    return link
