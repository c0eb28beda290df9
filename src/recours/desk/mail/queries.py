"""What the desk has to do about mail: what did not arrive, and what came without a place."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from recours.channels.models import InboundMail
from recours.channels.queries import inbound_of
from recours.claims.models import Claim
from recours.claims.queries import PAGE
from recours.desk.queries import not_arrived
from recours.outbox.models import Mail
from recours.rules.access import Identity
from recours.ui.paging import Place


def not_arrived_page(identity: Identity, *, after: Place | None, limit: int = PAGE) -> list[Mail]:
    """Return a page of them, the longest waiting first, with one row more when there is a next page."""
    rows = not_arrived(identity.agent_of).filter(returned_at__isnull=False)
    if after is not None:
        rows = rows.filter(Q(returned_at__gt=after[0]) | Q(returned_at=after[0], id__gt=after[1]))
    return list(rows.order_by("returned_at", "id")[: limit + 1])


def claims_of(mails: list[Mail]) -> dict[UUID, str]:
    """Return the references of the claims that these mails are about, in one query."""
    keys = {UUID(mail.topic.partition(":")[2]) for mail in mails if mail.topic.startswith("claim:")}
    if not keys:
        return {}
    return dict(Claim.objects.filter(pk__in=keys).values_list("pk", "reference"))


def inbound_page(identity: Identity, *, after: Place | None, limit: int = PAGE) -> list[InboundMail]:
    """Return a page of the mails without a place, the latest first, with one row more when there is a next page."""
    rows = inbound_of(identity)
    if after is not None:
        rows = rows.filter(Q(received_at__lt=after[0]) | Q(received_at=after[0], id__lt=after[1]))
    return list(rows.order_by("-received_at", "-id")[: limit + 1])
