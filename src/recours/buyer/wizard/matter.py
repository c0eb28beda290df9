"""What a dispute is about, and under which rules it would be opened today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse

from recours import clock
from recours.buyer.queries import buyers_of, order_of, payment_of
from recours.claims.claimable import claims_on_lines, draft_for, open_claim_on_payment, rules_today
from recours.claims.commands.drafts import save_draft
from recours.claims.models import Claim, Draft
from recours.claims.queries import unclaimed_conversation
from recours.claims.reading import read_contact
from recours.claims.subjects import Subject, subject_of_order, subject_of_payment, subject_of_purchase
from recours.conversations.models import Conversation
from recours.marketplaces.models import Buyer, Order, OrderLine, Payment
from recours.rules.access import Identity
from recours.rules.lifecycle import Rulebook
from recours.rules.lifecycle.claim import FirstContact
from recours.rules.lifecycle.vocabulary import About
from recours.rules.money import Money

BROUGHT = "messages"
"""In the answers of a draft, beside those of the steps: which messages to customer service it takes along."""


@dataclass
class Matter:
    """An order, a payment, or a purchase that failed: one buyer's, resolved through what they may see."""

    who: Identity
    buyer: Buyer
    address: str
    argument: object
    order: Order | None = None
    payment: Payment | None = None
    now: dt.datetime = field(default_factory=clock.now)

    @property
    def user_id(self) -> UUID:
        if self.who.user_id is None:
            raise ValueError("nobody is signed in")
        return self.who.user_id

    @property
    def about(self) -> About:
        if self.order is not None:
            return About.ORDER
        return About.PAYMENT if self.payment is not None else About.PURCHASE

    @property
    def currency(self) -> str:
        thing = self.order or self.payment
        return thing.currency if thing else self.buyer.marketplace.currency

    @cached_property
    def rules(self) -> Rulebook:
        """Raises NoPolicy."""
        return rules_today(self.buyer)

    @cached_property
    def lines(self) -> list[OrderLine]:
        return list(self.order.lines.all()) if self.order else []

    @cached_property
    def taken(self) -> dict[int, Claim]:
        """The open claims on the order's lines."""
        return claims_on_lines(self.order.pk) if self.order else {}

    @cached_property
    def blocked_by(self) -> Claim | None:
        """The open claim that leaves nothing to claim."""
        if self.payment is not None:
            return open_claim_on_payment(self.payment.pk)
        if self.order is not None and self.lines and all(line.pk in self.taken for line in self.lines):
            return self.taken[self.lines[0].pk]
        return None

    @cached_property
    def draft(self) -> Draft | None:
        return draft_for(self.user_id, **self._key)

    @cached_property
    def conversation(self) -> Conversation | None:
        """What was already written to the shop about this order: the claim takes it in."""
        return unclaimed_conversation(self.order.pk) if self.order else None

    @cached_property
    def brought(self) -> Conversation | None:
        """What was written to customer service and is to be filed with the dispute, where the buyer came from there."""
        kept = self.draft.answers.get(BROUGHT) if self.draft else None
        return brought_by(self.buyer, (kept or {}).get("conversation", [""])[0])

    @property
    def contact(self) -> FirstContact | None:
        return read_contact(self.conversation.pk, self.buyer.pk) if self.conversation else None

    @property
    def _key(self) -> dict[str, Any]:
        return {
            "marketplace_id": self.buyer.marketplace_id,
            "order_id": self.order.pk if self.order else None,
            "payment_id": self.payment.pk if self.payment else None,
        }

    def save(self, step: str, answer: Mapping[str, Any]) -> Draft:
        """Keep what was typed at a step."""
        draft = save_draft(user_id=self.user_id, step=step, answer=answer, now=self.now, **self._key)
        self.draft = draft
        return draft

    def subject(self, quantities: Mapping[int, int], amount: Money | None = None) -> Subject:
        """Read what is claimed about as it is now."""
        if self.order is not None:
            return subject_of_order(self.order, self.lines, quantities, self.rules)
        if self.payment is not None:
            return subject_of_payment(self.payment, self.rules)
        return subject_of_purchase(amount, self.currency)

    def url(self, step: str = "") -> str:
        arguments = [self.argument, step] if step else [self.argument]
        return reverse(self.address, args=arguments)


def brought_by(buyer: Buyer, key: str) -> Conversation | None:
    """Return this buyer's conversation with customer service of that id; None for any other."""
    try:
        return Conversation.objects.filter(pk=UUID(key), buyer=buyer, shop=None).first()
    except ValueError:
        return None


def matter_of_order(who: Identity, order_id: UUID) -> Matter:
    """Raises NotTheirs."""
    order = order_of(who, order_id)
    return Matter(who, order.buyer, "buyer:order_dispute", order.pk, order=order)


def matter_of_payment(who: Identity, payment_id: UUID) -> Matter:
    """Raises NotTheirs."""
    payment = payment_of(who, payment_id)
    return Matter(who, payment.buyer, "buyer:payment_dispute", payment.pk, payment=payment)


def matter_of_purchase(who: Identity, marketplace: str) -> Matter | None:
    """Return the matter of a purchase that failed on the marketplace of this slug; None for who does not buy there."""
    buyer = next((one for one in buyers_of(who) if one.marketplace.slug == marketplace), None)
    return Matter(who, buyer, "buyer:purchase_dispute", marketplace) if buyer else None
