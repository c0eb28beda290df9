"""Refunding: what is owed prepared, sent to a provider that answers at once, recorded; against the same statements."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from unittest.mock import patch

import psycopg

from recours_bench.figures import Figure, median_ms, timed
from recours_bench.rig import uri_of
from recours_bench.sending import Statement, send

REFUNDS = 60
WARM = 10


class Instant:
    """A provider that pays at once: what is measured is ours."""

    name = "stripe"
    automatic = True

    def pay(self, order: object) -> object:
        from recours.refunds.providers import Answer, Outcome

        return Answer(outcome=Outcome.PAID, ref=f"bench-{order.key}")  # type: ignore[attr-defined]

    def look_up(self, order: object) -> None:
        return None


def figures() -> Iterator[Figure]:
    """One by one, the commands and their bare statements in turn, so that both meet the same noise.

    Refunding is three transactions: what is owed is written, the intent is, and the answer with the claim's events and
    mails. The triggers that count and post work for both. The statements are taken down beforehand, on other claims.
    """
    from django.db import connection

    from recours.claims.models import Claim
    from recours.refunds.verify import differences
    from recours_bench.statements import taken_down
    from recours_bench.world import a_place, analyse, orders

    place = a_place()
    bought = orders(place, 2 * REFUNDS)
    analyse()
    ours: list[float] = []
    theirs: list[float] = []
    with ExitStack() as stack:
        stack.enter_context(patch("recours.refunds.commands.paying.provider", lambda name: Instant()))
        stack.enter_context(
            patch("recours.refunds.commands.preparing.provider_for", lambda payment: "stripe")
        )
        with psycopg.connect(uri_of(), autocommit=True) as bare:
            for mine, other in zip(bought[:REFUNDS], bought[REFUNDS:], strict=True):
                _owe(other)
                # Taking down happens inside a transaction, where an intent may not commit by itself.
                with taken_down() as statements:
                    connection.atomic_blocks[-1]._from_testcase = True  # type: ignore[attr-defined]
                    _refund()
                taken: list[Statement] = list(statements)
                with timed() as sql:
                    send(bare, taken)
                _owe(mine)
                with timed() as command:
                    _refund()
                ours.append(command.seconds)
                theirs.append(sql.seconds)
    paid = Claim.objects.filter(state="closed").count()
    if paid != 2 * REFUNDS:
        raise RuntimeError(f"of {2 * REFUNDS} claims, {paid} were refunded")
    if wrong := next(differences(), None):
        raise RuntimeError(wrong.sentence("fr"))
    ours, theirs = ours[WARM:], theirs[WARM:]
    yield Figure("rembourser par les commandes", median_ms(ours), "ms", note=f"médiane de {len(ours)}")
    yield Figure(
        "les mêmes requêtes en psycopg nu",
        median_ms(theirs),
        "ms",
        note=f"{len(taken)} requêtes, une transaction",
    )
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    yield Figure("rapport", ratio, "fois", aim=4.0)


def _owe(bought: object) -> None:
    """Open a claim on an order and have its seller accept it."""
    from recours.claims.commands import act, open_claim
    from recours.rules.lifecycle.claim import Actor
    from recours.rules.lifecycle.commands import Accept
    from recours.rules.lifecycle.vocabulary import Role
    from recours_bench.world import request_for

    row = open_claim(request_for(bought), by=Actor(Role.BUYER, None))  # type: ignore[arg-type]
    act(row.pk, Accept(by=Actor(Role.SELLER, None)))


def _refund() -> None:
    """Prepare what is owed, and send it."""
    from recours.refunds.commands import prepare, submit
    from recours.refunds.models import Refund

    prepare()
    for refund_id in Refund.objects.filter(status="approved").values_list("pk", flat=True):
        submit(refund_id)
