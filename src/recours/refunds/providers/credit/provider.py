"""Issue the store credit that a buyer accepted, once for each refund."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator

from django.db import IntegrityError, transaction

from recours import clock
from recours.claims.models import Claim
from recours.claims.rulebook import rulebook
from recours.refunds.models import CREDIT, Refund, StoreCredit
from recours.refunds.providers import Answer, Notice, Order, Outcome
from recours.rules.lifecycle.decide.crediting import credit_term

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, O, 1 or I, which people take for each other."""


class Credit:
    """The code itself is in the table alone: a provider's reference is shown and logged, and who has a code can spend
    it."""

    name = CREDIT
    automatic = True

    def pay(self, order: Order) -> Answer:
        known = self.look_up(order)
        if known is not None:
            return known
        refund = Refund.objects.get(key=order.key)
        claim = Claim.objects.get(pk=refund.claim_id)
        rules = rulebook(claim.marketplace_id, claim.policy_version, claim.snapshot.opening.country)
        now = clock.now()
        try:
            with transaction.atomic():
                StoreCredit.objects.create(
                    claim=claim,
                    refund=refund,
                    code=new_code(),
                    currency=order.amount.currency,
                    amount_minor=order.amount.minor,
                    issued_at=now,
                    expires_at=credit_term(now, rules).due_at,
                )
        except IntegrityError:
            # Somebody issued it meanwhile; whatever else the database refuses is not known then, and raises.
            return self._issued(order)
        return self._issued(order)

    def look_up(self, order: Order) -> Answer | None:
        found = StoreCredit.objects.filter(refund__key=order.key).values_list("pk", flat=True).first()
        return Answer(outcome=Outcome.PAID, ref=str(found)) if found else None

    def changes(self, since: dt.datetime) -> Iterator[Notice]:
        """Nothing: what becomes of store credit is written where it happens."""
        return iter(())

    def _issued(self, order: Order) -> Answer:
        found = StoreCredit.objects.get(refund__key=order.key)
        return Answer(outcome=Outcome.PAID, ref=str(found.pk))


def new_code() -> str:
    """Return a new code, like 7F3K-9QXM-2LTA-HW4P: 80 bits of chance."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
