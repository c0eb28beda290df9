"""Asking providers what became of refunds, without paying: by their own lists on a schedule, and of one on demand."""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from recours import clock
from recours.refunds.commands.hearing import Heard, hear
from recours.refunds.commands.recording import record_answer
from recours.refunds.commands.sparing import note_answer
from recours.refunds.models import Reconciliation, Refund
from recours.refunds.providers import REMOTE, NoAnswer, Order, Provider, UnknownProvider, provider
from recours.refunds.refusals import ProviderKnowsNothing, ProviderSilent, RefundNotUnderWay

logger = logging.getLogger(__name__)

OVERLAP = dt.timedelta(hours=6)
"""How far before the last reading each begins again: lists lag behind what they list, and clocks differ."""

FIRST = dt.timedelta(days=30)
"""How far back the first reading goes: as long as Stripe keeps its events."""


class Reconciled(NamedTuple):
    """What one provider's lists told: all, what changed something, and what nobody could explain."""

    provider: str
    told: int
    changed: int
    unexplained: int
    answered: bool


def reconcile(names: tuple[str, ...] = REMOTE, *, now: dt.datetime | None = None) -> list[Reconciled]:
    """Read each provider's lists since the last reading, and hear all of it; return what each told.

    The mark moves once a list was read to its end, so that what broke off is read again; hearing the same twice changes
    nothing. A provider that does not answer does not keep the others, nor one that is not set up.
    """
    found = []
    for name in names:
        with suppress(UnknownProvider):
            found.append(_reconcile(name, provider(name), now or clock.now()))
    return found


def _reconcile(name: str, asked: Provider, now: dt.datetime) -> Reconciled:
    mark = Reconciliation.objects.filter(provider=name).first()
    since = (mark.read_until if mark else now - FIRST) - OVERLAP
    heard: list[Heard] = []
    try:
        for notice in asked.changes(since):
            heard.append(hear(name, notice, now=now))
    except NoAnswer:
        logger.warning("%s did not answer a reconciliation", name)
        answered = False
    else:
        Reconciliation.objects.update_or_create(provider=name, defaults={"read_until": now})
        answered = True
    return Reconciled(name, len(heard), heard.count(Heard.APPLIED), heard.count(Heard.UNEXPLAINED), answered)


def check(refund_id: UUID, *, now: dt.datetime | None = None) -> Refund:
    """Ask the provider what became of one refund that is under way, and record its answer; never pays.

    Raises RefundNotUnderWay, ProviderSilent when it does not answer, ProviderKnowsNothing when the order never came:
    it is then sent again by the next run, under the same key. Never inside a transaction.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.status not in (Refund.Status.SUBMITTED, Refund.Status.PENDING):
        raise RefundNotUnderWay
    payment_ref = refund.payment.ref if refund.payment else ""
    order = Order(key=refund.key, amount=refund.amount, payment_ref=payment_ref)
    try:
        answer = provider(refund.provider).look_up(order)
    except (NoAnswer, UnknownProvider) as error:
        raise ProviderSilent from error
    note_answer(refund.provider)
    if answer is None:
        raise ProviderKnowsNothing
    return record_answer(refund_id, answer, now=now or clock.now())
