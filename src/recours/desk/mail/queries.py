"""What the desk has to do about mail: what did not arrive, and what came without a place."""

from __future__ import annotations

import re
from uuid import UUID

from django.db.models import Q

from recours.channels.models import InboundMail
from recours.channels.queries import inbound_of
from recours.claims.models import Claim
from recours.claims.queries import PAGE
from recours.desk.queries import not_arrived
from recours.marketplaces.models import Order
from recours.outbox.models import Mail
from recours.rules.access import Identity
from recours.ui.paging import Place

REFERENCE = re.compile(r"\bL-[0-9A-Z]{4,12}\b")
"""Of a claim, as somebody may have written it into a mail."""
NUMBER = re.compile(r"\b(?=[A-Za-z-]{0,39}\d)[A-Za-z0-9][A-Za-z0-9-]{3,39}\b")
"""What may be an order's number: marketplaces write them as they like, but with a digit."""
MOST_READ = 20_000
MOST_NUMBERS = 50


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


def looked_up_by(identity: Identity, mails: list[InboundMail]) -> dict[UUID, str]:
    """Return by what the claim of each mail is looked up: a reference that stands in it, else the number of an order
    of these desks, else its sender. One query, and none where every mail has a reference."""
    words = {mail.pk: f"{mail.subject}\n{mail.text[:MOST_READ]}" for mail in mails}
    found = {key: match[0] for key, text in words.items() if (match := REFERENCE.search(text))}
    numbers = {
        key: [number.upper() for number in NUMBER.findall(text)[:MOST_NUMBERS]]
        for key, text in words.items()
        if key not in found
    }
    asked = {number for each in numbers.values() for number in each}
    rows = Order.objects.filter(marketplace_id__in=identity.agent_of, number__in=asked) if asked else ()
    known = {row.number for row in rows}
    by_order = {
        key: number for key, each in numbers.items() if (number := next((n for n in each if n in known), ""))
    }
    return {mail.pk: mail.sender for mail in mails} | by_order | found
