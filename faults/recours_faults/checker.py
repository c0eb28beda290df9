"""The truth afterwards, from three sources and no others: the database, the provider's journal, what people were told.

It knows nothing of the code: it reads tables with SQL and journals line by line.

lost     something that somebody was told is done, or that the provider did, and the database does not have
doubled  done twice: an act, a claim, a refund
stuck    money that is owed and does not move, a job that nobody works on, a recovery that took too long
untrue   an account that does not add up, a history that was altered, a page that said "paid" before it was
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

RECOVERY_SECONDS = 120.0

LEAVES: dict[str, tuple[str, ...]] = {
    "open_dispute": ("DisputeOpened",),
    "accept": ("RequestAccepted",),
    "make_offer": ("OfferMade",),
    "accept_offer": ("OfferAccepted", "OfferApproved"),
    "refuse": ("RequestRefused",),
    "escalate": ("Escalated",),
    "propose": ("OfferMade",),
    "ship_return": ("ReturnShipped",),
    "record_return_arrival": ("ReturnArrived",),
    "accept_return": ("ReturnAccepted",),
}
"""The events of which each act leaves one, once in these lives."""


@dataclass(frozen=True)
class Finding:
    kind: str
    text: str


@dataclass(frozen=True)
class Told:
    """What the journals say."""

    done: list[dict[str, Any]]
    seen: list[dict[str, Any]]
    refunds: dict[str, dict[str, Any]]
    """The provider's refunds by their own number, as they ended."""
    made_at: dict[str, float]
    """When the provider made each."""


def check(uri: str, *, people: Path, provider: Path, recoveries: Mapping[str, float]) -> Iterator[Finding]:
    """Yield everything that should not be. `people` and `provider` are the two journals; recoveries in seconds."""
    told = _told(people, provider)
    with psycopg.connect(uri, row_factory=dict_row) as database:
        yield from _lost(database, told)
        yield from _doubled(database, told)
        yield from _stuck(database, recoveries)
        yield from _untrue(database, told)


def _told(journal: Path, provider: Path) -> Told:
    people = list(_lines(journal))
    refunds: dict[str, dict[str, Any]] = {}
    made_at: dict[str, float] = {}
    for line in _lines(provider):
        if line["did"] in {"refund.created", "refund.changed"}:
            refund = line["refund"]
            refunds[refund["id"]] = refund
            made_at.setdefault(refund["id"], line["at"])
    return Told(
        done=[line for line in people if line.get("told") == "done"],
        seen=[line for line in people if line.get("saw") == "paid"],
        refunds=refunds,
        made_at=made_at,
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


# -- Lost --------------------------------------------------------------------------------------------------------


EVENTS = """
SELECT claim.reference, event.kind, event.actor_role, count(*) AS number
FROM claims_claimevent AS event JOIN claims_claim AS claim ON claim.id = event.claim_id
GROUP BY claim.reference, event.kind, event.actor_role
"""

REFUNDS = """
SELECT refund.key::text, refund.status, refund.provider_ref, refund.amount_minor, claim.reference
FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
"""

MONEY_LEFT = frozenset({"succeeded", "pending", "requires_action"})
"""How the provider calls a refund whose money is gone or on its way."""


def _rows(database: psycopg.Connection[dict[str, Any]], statement: str) -> list[dict[str, Any]]:
    return database.execute(statement).fetchall()


def _lost(database: psycopg.Connection[dict[str, Any]], told: Told) -> Iterator[Finding]:
    kept = {(row["reference"], row["kind"], row["actor_role"]) for row in _rows(database, EVENTS)}
    for line in told.done:
        leaves = LEAVES[line["act"]]
        if not any((line["reference"], event, line["who"]) in kept for event in leaves):
            yield Finding("lost", f"{line['reference']}: {line['who']} was told that {line['act']} is done")
    known = {row["provider_ref"]: row for row in _rows(database, REFUNDS)}
    for ref, refund in told.refunds.items():
        row = known.get(ref)
        if refund["status"] in MONEY_LEFT and (row is None or row["status"] not in {"succeeded", "pending"}):
            yield Finding(
                "lost", f"{ref}: the provider paid {refund['amount']}, we say {row and row['status']}"
            )
        if row is not None and row["amount_minor"] != refund["amount"]:
            yield Finding(
                "untrue", f"{ref}: the provider paid {refund['amount']}, we say {row['amount_minor']}"
            )


# -- Doubled -----------------------------------------------------------------------------------------------------


TWICE: tuple[tuple[str, str], ...] = (
    (
        "a claim for an order",
        "SELECT order_id::text AS what, count(*) AS number FROM claims_claim GROUP BY order_id HAVING count(*) > 1",
    ),
    (
        "an agreement",
        """SELECT claim_id::text AS what, count(*) AS number FROM claims_claimevent
        WHERE kind IN ('RequestAccepted', 'OfferAccepted', 'ReturnShipped', 'ReturnAccepted', 'DisputeOpened')
        GROUP BY claim_id, kind HAVING count(*) > 1""",
    ),
    (
        "a refund for a debt",
        """SELECT claim_id::text AS what, count(*) AS number FROM refunds_refund
        WHERE status NOT IN ('failed', 'cancelled', 'reversed')
        GROUP BY claim_id, owed_at, payment_id HAVING count(*) > 1""",
    ),
    (
        "a payment noted on a claim",
        """SELECT body ->> 'refund_id' AS what, count(*) AS number FROM claims_claimevent WHERE kind = 'RefundPaid'
        GROUP BY body ->> 'refund_id' HAVING count(*) > 1""",
    ),
)


def _doubled(database: psycopg.Connection[dict[str, Any]], told: Told) -> Iterator[Finding]:
    for what, statement in TWICE:
        for row in _rows(database, statement):
            yield Finding("doubled", f"{what}: {row['what']}, {row['number']} times")
    by_key: Counter[str] = Counter()
    by_payment: Counter[str] = Counter()
    for refund in told.refunds.values():
        if refund["status"] in MONEY_LEFT:
            by_key[refund["metadata"].get("recours_key", refund["id"])] += 1
            by_payment[refund["payment_intent"]] += refund["amount"]
    for key, number in by_key.items():
        if number > 1:
            yield Finding("doubled", f"the provider paid {key} {number} times")
    captured = {
        row["ref"]: row["captured_minor"]
        for row in _rows(database, "SELECT ref, captured_minor FROM marketplaces_payment")
    }
    for payment, minor in by_payment.items():
        if minor > captured.get(payment, 0):
            yield Finding("doubled", f"{payment}: {minor} were paid back of {captured.get(payment, 0)}")


# -- Stuck -------------------------------------------------------------------------------------------------------


STUCK: tuple[tuple[str, str], ...] = (
    ("money is owed", "SELECT reference AS what FROM claims_claim WHERE state = 'refund_due'"),
    (
        "a refund does not end",
        "SELECT key || ' ' || status AS what FROM refunds_refund WHERE status NOT IN ('succeeded', 'cancelled')",
    ),
    (
        "a job whose worker is gone",
        """SELECT job.id || ' ' || job.task_name AS what FROM procrastinate_jobs AS job
        LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
        WHERE job.status = 'doing' AND (worker.id IS NULL OR worker.last_heartbeat < now() - interval '60 seconds')""",
    ),
    (
        "a deadline that passed two minutes ago",
        """SELECT reference AS what FROM claims_claim
        WHERE due_at < now() - interval '120 seconds' AND parked_at IS NULL""",
    ),
    (
        "a claim that was parked",
        "SELECT reference || ' ' || parked_because AS what FROM claims_claim WHERE parked_at IS NOT NULL",
    ),
    (
        "a mail that should have left two minutes ago",
        """SELECT kind || ' ' || id AS what FROM outbox_mail
        WHERE state = 'waiting' AND not_before < now() - interval '120 seconds'
        OR state = 'sending' AND taken_at < now() - interval '240 seconds'""",
    ),
)
"""What must have ended once all is calm. A mail that was on its way when its worker died is tried again two minutes
later, since its server may have taken it."""


def outstanding(uri: str) -> dict[str, list[str]]:
    """Return what has not ended, by what it is: what a run waits for, and what is stuck if it waits in vain."""
    with psycopg.connect(uri, row_factory=dict_row, connect_timeout=5) as database:
        return _outstanding(database)


def _outstanding(database: psycopg.Connection[dict[str, Any]]) -> dict[str, list[str]]:
    found = {what: [row["what"] for row in _rows(database, statement)] for what, statement in STUCK}
    return {what: each for what, each in found.items() if each}


def _stuck(
    database: psycopg.Connection[dict[str, Any]], recoveries: Mapping[str, float]
) -> Iterator[Finding]:
    for what, each in _outstanding(database).items():
        for one in each:
            yield Finding("stuck", f"{what}: {one}")
    for what, seconds in recoveries.items():
        if seconds > RECOVERY_SECONDS:
            yield Finding("stuck", f"{seconds:.0f} s until all was well after a kill of a {what}")


# -- Untrue ------------------------------------------------------------------------------------------------------


UNTRUE: tuple[tuple[str, str], ...] = (
    (
        "a gap in a history",
        """SELECT claim.reference AS what FROM claims_claim AS claim JOIN claims_claimevent AS event
        ON event.claim_id = claim.id GROUP BY claim.id HAVING count(*) <> claim.seq OR max(event.seq) <> claim.seq""",
    ),
    (
        "a history whose last link is not the claim's",
        """SELECT claim.reference AS what FROM claims_claim AS claim JOIN claims_claimevent AS event
        ON event.claim_id = claim.id AND event.seq = claim.seq WHERE event.hash <> claim.head_hash""",
    ),
    (
        "a claim that says another sum than its refunds",
        """SELECT claim.reference AS what FROM claims_claim AS claim LEFT JOIN refunds_refund AS refund
        ON refund.claim_id = claim.id AND refund.status = 'succeeded' GROUP BY claim.id
        HAVING (claim.snapshot -> 'refunded' ->> 'minor')::bigint <> coalesce(sum(refund.amount_minor), 0)""",
    ),
    (
        "a payment that counts another sum than its refunds",
        """SELECT payment.ref AS what FROM marketplaces_payment AS payment LEFT JOIN refunds_refund AS refund
        ON refund.payment_id = payment.id AND refund.status NOT IN ('failed', 'cancelled', 'reversed')
        GROUP BY payment.id HAVING payment.refunded_minor <> coalesce(sum(refund.amount_minor), 0)""",
    ),
    (
        "a ledger that says another sum than the payment",
        """SELECT payment.ref AS what FROM marketplaces_payment AS payment
        LEFT JOIN refunds_ledgerentry AS entry ON entry.payment_id = payment.id GROUP BY payment.id
        HAVING coalesce(sum(entry.amount_minor) FILTER (WHERE entry.debit = 'refundable'), 0)
          - coalesce(sum(entry.amount_minor) FILTER (WHERE entry.credit = 'refundable'), 0)
          <> payment.captured_minor - payment.refunded_minor
        OR coalesce(sum(entry.amount_minor) FILTER (WHERE entry.credit = 'captured'), 0) <> payment.captured_minor""",
    ),
)


def _untrue(database: psycopg.Connection[dict[str, Any]], told: Told) -> Iterator[Finding]:
    for what, statement in UNTRUE:
        for row in _rows(database, statement):
            yield Finding("untrue", f"{what}: {row['what']}")
    rows = _rows(database, REFUNDS)
    for row in rows:
        made = told.refunds.get(row["provider_ref"])
        if row["status"] == "succeeded" and (made is None or made["status"] != "succeeded"):
            yield Finding(
                "untrue",
                f"{row['reference']}: paid, says the database; {made and made['status']}, says the provider",
            )
    yield from _told_too_early(rows, told)


def _told_too_early(rows: Iterable[dict[str, Any]], told: Told) -> Iterator[Finding]:
    by_claim: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        by_claim[row["reference"]].append(told.made_at.get(row["provider_ref"], float("inf")))
    for line in told.seen:
        paid_at = max(by_claim.get(line["reference"], [float("inf")]))
        if line["at"] < paid_at - 1:  # the provider's clock counts whole seconds
            yield Finding("untrue", f"{line['reference']}: the buyer read that it is paid, and it was not")
