"""Telling the buyer what only refunds know of: a surcharge that is owed or was paid, an account that is wanted.

The events of the claim say nothing of these, so that nobody else tells them.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from recours import clock
from recours.notices.commands import News, Reader, tell
from recours.notices.kinds import Kind
from recours.refunds.commands.alerting import RENDERER
from recours.refunds.models import PayoutAccount, Refund
from recours.rules.lifecycle.vocabulary import Role

AGAIN = dt.timedelta(days=3)
"""After how long somebody is reminded, once, that no transfer leaves without an account."""
BATCH = 200

Status = Refund.Status


def ask_accounts(now: dt.datetime | None = None) -> int:
    """Ask buyers for the account that their transfers wait for, and remind them once; return how many were asked.

    Whatever made a transfer wait. What is marked as asked is told in the same transaction; a claim is asked once for
    all its transfers, and safely by two at once.
    """
    now = now or clock.now()
    given = PayoutAccount.objects.filter(claim=OuterRef("claim"))
    unasked = Q(account_asked_at=None)
    to_remind = Q(account_asked_at__lte=now - AGAIN, account_reminded_at=None)
    with transaction.atomic():
        waiting = (
            Refund.objects.filter(unasked | to_remind, ~Exists(given), provider="sepa", transfer=None)
            .filter(status__in=(Status.REQUESTED, Status.APPROVED))
            .select_related("claim__buyer__user")
            .order_by("pk")
            .select_for_update(of=("self",), skip_locked=True, no_key=True)
        )
        asked: set[tuple[object, str]] = set()
        for refund in waiting[:BATCH]:
            what = "account_wanted" if refund.account_asked_at is None else "account_wanted_again"
            if refund.account_asked_at is None:
                refund.account_asked_at = now
            else:
                refund.account_reminded_at = now
            refund.save(update_fields=["account_asked_at", "account_reminded_at"])
            if (refund.claim_id, what) not in asked:
                asked.add((refund.claim_id, what))
                tell_buyer(refund, what, now=now)
    return len(asked)


def tell_buyer(refund: Refund, what: str, *, now: dt.datetime) -> None:
    """Tell the buyer of a refund, by the bell and by mail, in the caller's transaction; nobody who cannot be reached.

    `what` is a key under `notices.detail` and a table under `news`.
    """
    claim, buyer = refund.claim, refund.claim.buyer
    user = buyer.user
    address = user.email if user else buyer.email
    if not address:
        return
    page = "buyer:account" if what.startswith("account_") else "buyer:claim"
    reader = Reader(
        role=Role.BUYER,
        address=address,
        user_id=user.pk if user else None,
        name=user.name if user else buyer.name,
        language=(user.language if user else "") or "fr",
    )
    news = News(
        reader=reader,
        kind=Kind.REFUND,
        key=f"refund:{refund.pk}:{what}",
        topic=f"claim:{claim.pk}",
        marketplace_id=claim.marketplace_id,
        title=claim.title or claim.reference,
        path=reverse(page, args=[claim.reference]),
        renderer=RENDERER,
        payload={"refund": str(refund.pk), "what": what},
        detail=what,
    )
    tell([news], now=now)
