"""The same refund asked for twenty times at once, by everybody who can: paid once, the ledger balances.

The agents press their buttons, the provider calls by webhook and the job runs, all at the same instant, each in a
thread with its own connection to the database.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.at_once import at_once, kinds
from tests.conftest import PRESENT
from tests.factories import a_refund_due, an_agent, an_order
from tests.simulators import StripeSimulator

from recours.claims.models import Claim, ClaimEvent
from recours.marketplaces.models import Payment
from recours.refunds import commands
from recours.refunds.commands import Heard, prepare
from recours.refunds.commands.paying import ASK_AGAIN
from recours.refunds.models import LedgerEntry, ProviderEvent, Refund
from recours.refunds.providers import Notice, NoticeKind, Outcome
from recours.refunds.providers.stripe.simulator.hooks import signature
from recours.refunds.refusals import RefundAlreadyPaid
from recours.refunds.verify import differences
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role, State

pytestmark = pytest.mark.django_db(transaction=True)

Status = Refund.Status
SECRET = "whsec_of_this_installation"


def balance() -> dict[str, int]:
    """What each account of the one payment holds, in cents; together nothing."""
    held: Counter[str] = Counter()
    for entry in LedgerEntry.objects.all():
        held[entry.debit] += entry.amount_minor
        held[entry.credit] -= entry.amount_minor
    return {account: minor for account, minor in held.items() if minor}


def paid_once() -> None:
    assert Refund.objects.get().status == Status.SUCCEEDED
    assert Claim.objects.get().state == State.CLOSED
    assert ClaimEvent.objects.filter(kind="RefundPaid").count() == 1
    assert Payment.objects.get().refunded_minor == 8990
    assert balance() == {"captured": -8990, "refunded": 8990}
    assert not list(differences())


def transfer(refund: Refund, agent: Actor, reference: str) -> Callable[[], Any]:
    return lambda: commands.record_transfer(refund.pk, by=agent, reference=reference, paid_on=PRESENT.date())


def told(refund: Refund, number: int) -> Callable[[], Any]:
    notice = Notice(
        kind=NoticeKind.REFUND,
        event_id=f"evt_{number}",
        at=PRESENT,
        amount=refund.amount,
        key=refund.key,
        ref="re_1",
        outcome=Outcome.PAID,
    )
    return lambda: commands.hear("stripe", notice)


def test_asked_at_once_by_two_agents_a_webhook_and_the_job(with_stripe: StripeSimulator) -> None:
    order = an_order(lines=(8990,))
    payment_ref = with_stripe.takes_payment(8990)
    order.payments.update(ref=payment_ref)
    claim = a_refund_due(order)
    prepare()
    refund = Refund.objects.get()
    one, two = (Actor(Role.AGENT, an_agent(claim.marketplace).pk) for _ in range(2))

    results = at_once(
        *[transfer(refund, one, f"VIR-{n}") for n in range(4)],
        *[transfer(refund, two, f"VIR-B-{n}") for n in range(4)],
        *[lambda: commands.submit(refund.pk)] * 6,
        *[lambda: commands.prepare()] * 3,
        *[lambda: commands.retry(refund.pk)] * 3,
    )

    by_agents, by_job = results[:8], results[8:14]
    assert set(kinds(by_agents)) <= {"RefundPaidByProvider", "RefundAlreadyPaid"}
    assert sorted(map(str, by_job)) == ["False"] * 5 + ["True"]
    assert set(kinds(results[17:])) <= {"RefundNotFailed", "RefundAlreadyPaid"}
    assert len(with_stripe.refunds(payment_ref)) == 1
    paid_once()


def test_asked_at_once_by_everybody_who_can_after_an_answer_was_lost(
    with_stripe: StripeSimulator, settings: Settings
) -> None:
    """It has paid, and nobody heard: two agents, its webhook, the job and a check all come at the same instant."""
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    order = an_order(lines=(8990,))
    payment_ref = with_stripe.takes_payment(8990)
    order.payments.update(ref=payment_ref)
    claim = a_refund_due(order)
    prepare()
    refund = Refund.objects.get()
    with_stripe.tell("next", what="reset")
    assert commands.submit(refund.pk) is False
    (made,) = with_stripe.refunds(payment_ref)
    one, two = (Actor(Role.AGENT, an_agent(claim.marketplace).pk) for _ in range(2))
    later = PRESENT + ASK_AGAIN

    results = at_once(
        *[transfer(refund, one, f"VIR-{n}") for n in range(4)],
        *[transfer(refund, two, f"VIR-B-{n}") for n in range(4)],
        *[called(made, n % 2) for n in range(4)],
        *[lambda: commands.submit(refund.pk, now=later)] * 6,
        *[lambda: commands.check(refund.pk)] * 2,
    )

    assert set(kinds(results[:8])) <= {"RefundPaidByProvider", "RefundAlreadyPaid"}
    assert results[8:12] == [200] * 4
    assert [result for result in results[12:18] if not isinstance(result, bool)] == []
    assert set(kinds(results[18:])) <= {"Refund", "RefundNotUnderWay"}
    assert len(with_stripe.refunds(payment_ref)) == 1
    assert ProviderEvent.objects.count() == 2
    paid_once()


def called(made: dict[str, Any], number: int) -> Callable[[], Any]:
    """The provider's webhook about a refund that it made, signed."""
    event = {
        "id": f"evt_{number}",
        "type": "refund.created",
        "created": int(PRESENT.timestamp()),
        "data": {"object": made},
    }
    body = json.dumps(event).encode()
    header = {"Stripe-Signature": signature(body, [SECRET], int(PRESENT.timestamp()))}
    return lambda: (
        Client()
        .post("/hooks/refunds/stripe/", body, content_type="application/json", headers=header)
        .status_code
    )


def test_told_and_recorded_at_once_pays_once() -> None:
    """A refund of which its provider was asked, told paid by webhooks while two agents record transfers for it."""
    claim = a_refund_due(an_order(lines=(8990,)))
    prepare()
    Refund.objects.update(provider="stripe", status=Status.SUBMITTED, submitted_at=PRESENT, asked_at=PRESENT)
    refund = Refund.objects.get()
    one, two = (Actor(Role.AGENT, an_agent(claim.marketplace).pk) for _ in range(2))

    results = at_once(
        *[told(refund, 1)] * 6,
        *[told(refund, number) for number in range(2, 6)],
        *[transfer(refund, one, f"VIR-{n}") for n in range(5)],
        *[transfer(refund, two, f"VIR-B-{n}") for n in range(5)],
    )

    heard = Counter(results[:10])
    assert heard[Heard.APPLIED] == 1
    assert heard[Heard.REPEATED] == 5
    assert heard[Heard.UNCHANGED] == 4
    assert set(kinds(results[10:])) <= {"RefundPaidByProvider", "RefundAlreadyPaid"}
    assert ProviderEvent.objects.count() == 5
    paid_once()


def test_recorded_twenty_times_by_two_agents_is_recorded_once() -> None:
    claim = a_refund_due(an_order(lines=(8990,)))
    prepare()
    refund = Refund.objects.get()
    one, two = (Actor(Role.AGENT, an_agent(claim.marketplace).pk) for _ in range(2))

    results = at_once(
        *[transfer(refund, one, f"VIR-{n}") for n in range(10)],
        *[transfer(refund, two, f"VIR-B-{n}") for n in range(10)],
    )

    assert kinds(results) == ["Refund"] + ["RefundAlreadyPaid"] * 19
    assert all(result.explain("fr") for result in results if isinstance(result, RefundAlreadyPaid))
    paid_once()
