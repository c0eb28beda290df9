"""Links by which a telephone adds files to a dossier that is open on a computer, without signing in.

The secret has 256 bits and is shown once, as a QR code; only its hash is kept. The hash is of the secret and of what
it is for, so that a secret that was made for something else opens nothing here, nor one of ours anything elsewhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from uuid import UUID

from django.db import transaction
from django.db.models import F

from recours import clock
from recours.claims.commands.uploads import Destination
from recours.claims.models import PHONE_LINK_LASTS, PHONE_LINK_USES, PhoneLink
from recours.people.models import User

PURPOSE = b"recours.claims.phone_link:"
KEPT = dt.timedelta(days=1)
"""How long a link that opens nothing any more is kept, for the page that shows what came through it."""


def make_link(*, to: Destination, now: dt.datetime | None = None) -> str:
    """Return the secret of a new link to a place; the links that its maker had to the same place end."""
    now = now or clock.now()
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        # Two windows at once leave one link.
        User.objects.select_for_update(no_key=True).only("pk").get(pk=to.user.pk)
        revoke_links(to=to, now=now)
        PhoneLink.objects.create(
            digest=link_digest(secret),
            user=to.user,
            made_at=now,
            expires_at=now + PHONE_LINK_LASTS,
            **to.key,
        )
    return secret


def revoke_links(*, to: Destination, now: dt.datetime | None = None) -> None:
    """End the links to a place that its maker has."""
    mine = PhoneLink.objects.filter(user=to.user, revoked_at=None, **to.key)
    mine.update(revoked_at=now or clock.now())


def count_use(link_id: UUID) -> bool:
    """Count one use of a link; return whether it was one of those that it has."""
    left = PhoneLink.objects.filter(pk=link_id, uses__lt=PHONE_LINK_USES)
    return left.update(uses=F("uses") + 1) == 1


def link_digest(secret: str) -> bytes:
    return hashlib.sha256(PURPOSE + secret.encode("utf-8", "surrogatepass")).digest()


def forget_old_links(now: dt.datetime) -> int:
    """Delete the links that ended a day ago; return how many. What came through them stays."""
    return PhoneLink.objects.filter(expires_at__lte=now - KEPT).delete()[0]
