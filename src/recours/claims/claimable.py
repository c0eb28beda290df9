"""What may still be claimed on an order, a payment or a failed purchase: read for the pages that ask the questions."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection
from msgspec.structs import replace

from recours.claims.models import Claim, ClaimLine, Draft
from recours.claims.rulebook import rulebook
from recours.claims.subjects import subject_of_order
from recours.claims.withdrawable import purchase_of
from recours.files.models import StoredFile
from recours.marketplaces.models import Buyer, Order, OrderLine
from recours.marketplaces.policies import current_version
from recours.rules.access import Identity
from recours.rules.lifecycle import Rulebook
from recours.rules.lifecycle.vocabulary import Ground, State
from recours.rules.outlook import Outlook, outlook
from recours.rules.withdrawing import withdrawal_term


def rules_today(buyer: Buyer, versions: dict[UUID, int] | None = None) -> Rulebook:
    """Return the rules that a claim of this buyer would be opened under now. Raises NoPolicy.

    `buyer.marketplace` is loaded. `versions` remembers, for a page of orders, what was asked before.
    """
    known = {} if versions is None else versions
    marketplace = buyer.marketplace
    if marketplace.pk not in known:
        known[marketplace.pk] = current_version(marketplace.pk)
    return rulebook(marketplace.pk, known[marketplace.pk], buyer.country or marketplace.country)


def outlook_of(order: Order, lines: Sequence[OrderLine], rules: Rulebook, now: dt.datetime) -> Outlook:
    """Sum up what can be done about an order: its parcels are judged apart, and the one that leaves most counts."""
    by_parcel: dict[int | None, dict[int, int]] = {}
    for line in lines:
        by_parcel.setdefault(line.parcel_id, {})[line.pk] = line.quantity
    found = [
        outlook(subject_of_order(order, lines, quantities, rules).facts(Ground.LOST), rules, now)
        for quantities in by_parcel.values()
    ]
    if not found:
        return Outlook()
    term = withdrawal_term(purchase_of(order, lines, rules), rules)
    over = term is None or term.is_over(now)
    # Parcels are judged apart, but a contract is one: the time to withdraw from it runs from the last of them.
    return replace(max(found, key=_promise), change_of_mind=None if over else term)


def _promise(found: Outlook) -> tuple[int, float]:
    if found.until is not None:
        return 2, found.until.due_at.timestamp()
    if found.opens_at is not None:
        return 1, -found.opens_at.timestamp()
    return 0, 0.0


def claims_on_lines(order_id: UUID) -> dict[int, Claim]:
    """Return, by order line, the open claim that is about it: a line has one at most."""
    rows = ClaimLine.objects.filter(order_line__order_id=order_id, is_open=True).select_related("claim")
    return {row.order_line_id: row.claim for row in rows}


def claims_on_payments(payment_ids: Iterable[UUID]) -> dict[UUID, Claim]:
    """Return the newest claim on each payment."""
    rows = Claim.objects.filter(payment_id__in=list(payment_ids)).order_by("opened_at")
    return {row.payment_id: row for row in rows if row.payment_id}


def open_claim_on_payment(payment_id: UUID) -> Claim | None:
    return Claim.objects.filter(payment_id=payment_id).exclude(state=State.CLOSED).first()


def draft_for(
    user_id: UUID, *, marketplace_id: UUID, order_id: UUID | None = None, payment_id: UUID | None = None
) -> Draft | None:
    """Return the unsent draft of this user about this order, this payment, or a purchase that failed there."""
    with connection.cursor() as cursor:
        cursor.execute(UNSENT, [user_id, marketplace_id, order_id, payment_id])
        row = cursor.fetchone()
    if row is None:
        return None
    values = dict(zip(_KEPT, row, strict=True))
    values["answers"] = json.loads(values["answers"])
    return Draft.from_db("default", _KEPT, list(values.values()))


_KEPT = [str(field.attname) for field in Draft._meta.concrete_fields]
UNSENT = f"""
SELECT {", ".join(_KEPT)} FROM claims_draft
WHERE user_id = %s AND marketplace_id = %s AND claim_id IS NULL
  AND order_id IS NOT DISTINCT FROM %s::uuid AND payment_id IS NOT DISTINCT FROM %s::uuid
ORDER BY saved_at DESC LIMIT 1
"""  # noqa: S608 -- names of columns; every page of the wizard asks, and composing this costs more than sending it


def drafts_of(identity: Identity) -> list[Draft]:
    """Return what the viewer has begun and not sent, the last written first."""
    if identity.user_id is None:
        return []
    rows = Draft.objects.filter(user_id=identity.user_id, claim=None).select_related("payment", "marketplace")
    return list(rows.prefetch_related("order__lines").order_by("-saved_at"))


def draft_of(identity: Identity, draft_id: UUID) -> Draft | None:
    """Return a draft of the viewer's, sent or not; None for anybody else's."""
    if identity.user_id is None:
        return None
    return Draft.objects.filter(pk=draft_id, user_id=identity.user_id).select_related("claim").first()


def files_of(draft: Draft) -> list[StoredFile]:
    """Return a draft's files in the order in which they were added, which is that of their numbers later."""
    rows = Draft.files.through.objects.filter(draft_id=draft.pk).select_related("storedfile")
    return [row.storedfile for row in rows.order_by("pk")]
