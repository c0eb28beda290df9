"""The one entry through which providers tell us things: webhooks, bank files and their own lists all come here.

What is told is stored before it is acted on, once for each of the provider's own ids, and acted on once: who brings
the same again, at the same instant or a hundred times, learns that it is known. Nothing told creates a refund, and what
does not agree with our own rows changes nothing: it is kept, unexplained, for a person to look into.
"""

from __future__ import annotations

import datetime as dt
import logging
from enum import StrEnum

import msgspec
from django.db import IntegrityError, transaction

from recours import clock
from recours.refunds.commands import chargebacks
from recours.refunds.commands.locking import locked
from recours.refunds.commands.recording import fail, record_paid, record_reversed
from recours.refunds.models import ProviderEvent, Refund
from recours.refunds.providers import Notice, NoticeKind, Outcome

logger = logging.getLogger(__name__)

Status = Refund.Status

WAITING = frozenset({Status.REQUESTED, Status.APPROVED, Status.SUBMITTED, Status.PENDING})
"""A refund of which nobody has said yet how it ended."""

ASKED = frozenset({Status.SUBMITTED, Status.PENDING})
"""A refund of which its provider was asked."""


class Heard(StrEnum):
    """What became of something told."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    REPEATED = "repeated"
    UNEXPLAINED = "unexplained"


class Unexplained(Exception):
    """What was told agrees with nothing we know; the argument is a key of `hearing.why`."""


def hear(provider: str, notice: Notice, *, now: dt.datetime | None = None) -> Heard:
    """Take note of one thing that `provider` told, and act on it once.

    In two transactions, so that what was stored stays stored: insert the event; then lock it, act, and write what
    became of it. A duplicate that comes meanwhile waits for the first; one that comes after a crash between the two
    does what was left to do. The caller has authenticated the provider.
    """
    now = now or clock.now()
    event, _ = ProviderEvent.objects.get_or_create(
        provider=provider,
        event_id=notice.event_id,
        defaults={
            "kind": notice.kind,
            "told": msgspec.to_builtins(notice),
            "at": notice.at,
            "heard_at": now,
        },
    )
    with transaction.atomic():
        event = ProviderEvent.objects.select_for_update().get(pk=event.pk)
        if event.verdict:
            return Heard.REPEATED
        return _act_on(event, now)


def hear_what_was_left(now: dt.datetime | None = None) -> int:
    """Act on what was stored and never acted on, because a process died in between; return how much that was."""
    now = now or clock.now()
    left = ProviderEvent.objects.filter(verdict="").order_by("pk").values_list("pk", flat=True)
    done = 0
    for pk in list(left):
        try:
            with transaction.atomic():
                event = (
                    ProviderEvent.objects.select_for_update(skip_locked=True)
                    .filter(pk=pk, verdict="")
                    .first()
                )
                done += bool(event and _act_on(event, now))
        except Exception:  # one event's own trouble, of whatever kind, does not keep the others
            logger.exception("event %s could not be acted on", pk)
    return done


def _act_on(event: ProviderEvent, now: dt.datetime) -> Heard:
    notice = msgspec.convert(event.told, Notice)
    try:
        with transaction.atomic():
            if notice.kind is NoticeKind.REFUND:
                refund = _named(event.provider, notice)
                event.refund = refund
                if notice.doubt:
                    raise Unexplained(notice.doubt)
                changed = _on_refund(refund, notice, now)
            else:
                event.chargeback, changed = chargebacks.told(event.provider, notice, now=now)
        heard = Heard.APPLIED if changed else Heard.UNCHANGED
    except (Unexplained, chargebacks.Unexplained) as unexplained:
        event.why = str(unexplained)
        heard = Heard.UNEXPLAINED
    except IntegrityError:
        # A guard of the database: with this, more would have gone back than was paid. The money may have moved all
        # the same, and only a person can say.
        logger.exception("%s told of %s, which the database refuses", event.provider, event.event_id)
        event.why, heard = "more_than_was_paid", Heard.UNEXPLAINED
    if heard is Heard.UNEXPLAINED:
        logger.error("%s told of %s, which is unexplained: %s", event.provider, event.event_id, event.why)
    event.verdict = heard
    event.save(update_fields=["verdict", "why", "refund", "chargeback"])
    return heard


def _named(provider: str, notice: Notice) -> Refund:
    """Find the refund that a notice names, by our key or their number, and hold what is told against our row."""
    known = Refund.objects.select_related("payment")
    found = known.filter(key=notice.key).first() if notice.key else None
    if found is None and notice.ref:
        found = known.filter(provider=provider, provider_ref=notice.ref).first()
    if found is None:
        raise Unexplained("unknown_refund")
    if found.provider != provider:  # given up, and paid by hand since: both may have paid
        raise Unexplained("other_provider")
    if notice.amount.currency != found.currency:
        raise Unexplained("other_currency")
    if notice.amount != found.amount:
        raise Unexplained("other_amount")
    if notice.payment_ref and found.payment is not None and found.payment.ref != notice.payment_ref:
        raise Unexplained("other_payment")
    if notice.ref and found.provider_ref not in ("", notice.ref) and notice.outcome is not Outcome.DECLINED:
        raise Unexplained("other_ref")
    return found


def _on_refund(found: Refund, notice: Notice, now: dt.datetime) -> bool:
    """Bring a refund to where the notice says it is, whatever came before; False when it is there, or beyond."""
    _, refund = locked(found.pk)
    match notice.outcome:
        case Outcome.PENDING if refund.status in WAITING - {Status.PENDING}:
            refund.status = Status.PENDING
            refund.submitted_at = refund.submitted_at or notice.at
            refund.provider_ref = notice.ref or refund.provider_ref
            refund.save(update_fields=["status", "submitted_at", "provider_ref"])
            return True
        case Outcome.PAID if refund.status not in (Status.SUCCEEDED, Status.REVERSED):
            record_paid(refund, notice.ref, paid_at=notice.at, now=now)
            return True
        case Outcome.DECLINED if refund.status == Status.SUCCEEDED:
            # A refusal from before it succeeded says nothing new; one from after it, without saying that the money
            # came back, contradicts what the same provider told.
            if refund.settled_at is not None and notice.at > refund.settled_at:
                raise Unexplained("failed_after_paid")
        case Outcome.DECLINED if refund.status in ASKED and not _is_of_an_earlier_try(refund, notice):
            fail(refund, notice.reason)
            return True
        case Outcome.REVERSED if refund.status in (Status.SUCCEEDED, *WAITING):
            if refund.status != Status.SUCCEEDED:  # the news that it had been paid is late, or was lost
                record_paid(refund, notice.ref, paid_at=notice.at, now=now)
            record_reversed(refund, notice.reason, at=notice.at, now=now)
            return True
        case None:
            raise Unexplained("no_outcome")
    return False


def _is_of_an_earlier_try(refund: Refund, notice: Notice) -> bool:
    """Another number than that of the refund on its way is another try's; without one, what was said before we asked
    again is not the answer to it: providers count in whole seconds, and their clocks are not ours."""
    if refund.status == Status.PENDING and notice.ref and refund.provider_ref:
        return notice.ref != refund.provider_ref
    begun = refund.submitted_at if refund.failure else None
    return begun is not None and notice.at < begun.replace(microsecond=0)
