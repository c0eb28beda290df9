"""Having a letter posted: write the intent, commit, call with the letter's key, record, commit.

Between the two commits the row says that the letter may have gone, so that whoever comes next tries with the same key
or not at all.
"""

from __future__ import annotations

import datetime as dt
import logging
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from recours import clock, jobs
from recours.files.storage import read
from recours.people.models import User
from recours.posting.commands.stepping import locked
from recours.posting.models import Letter, Posting, PostingStep
from recours.posting.providers import Answer, NoAnswer, NotCarried, Order, Outcome, is_set_up, provider
from recours.posting.queries import days_of
from recours.posting.refusals import AlreadyPosted, PostingNotSetUp
from recours.rules.posting import Standing, standing

logger = logging.getLogger(__name__)

ASK_AGAIN = dt.timedelta(minutes=2)
"""How long a letter is left to whoever submitted it: longer than a call and its two tokens may take."""
MARGIN = dt.timedelta(days=2)
"""Before a provider forgets a key, nobody tries with it any more: its clock is not ours."""

Status = Posting.Status


def want(letter_id: UUID, *, name: str, user: User, now: dt.datetime | None = None) -> Posting:
    """Have a letter posted by a provider. In one transaction: its one posting, and the job that sends it.

    Asked twice, it is wanted once. Raises AlreadyPosted for one that goes another way, or is no longer to be posted;
    PostingNotSetUp.
    """
    now = now or clock.now()
    if not is_set_up():
        raise PostingNotSetUp
    with transaction.atomic():
        letter = locked(letter_id)
        posting = Posting.objects.filter(letter=letter).first()
        if posting is not None:
            if posting.provider == name and posting.status != Status.CANCELLED:
                return posting
            raise AlreadyPosted
        if standing(days_of(PostingStep.objects.filter(letter=letter))) is not Standing.PREPARED:
            raise AlreadyPosted
        posting = Posting.objects.create(letter=letter, provider=name, wanted_at=now, wanted_by=user)
        jobs.defer_each("posting.submit", "letter_id", [letter.pk])
    return posting


def queue_due(now: dt.datetime | None = None, *, limit: int = 500) -> int:
    """Ask for a job for each letter that is to be sent, or asked about again; return how many were added."""
    now = now or clock.now()
    due = Posting.objects.filter(_to_submit(now)).order_by("wanted_at", "pk")
    return jobs.defer_each("posting.submit", "letter_id", list(due.values_list("pk", flat=True)[:limit]))


def submit(letter_id: UUID, *, now: dt.datetime | None = None) -> bool:
    """Send one letter and record the answer; True when its provider has it. Never inside a transaction."""
    now = now or clock.now()
    order = _write_intent(letter_id, now)
    if order is None:
        return False
    name = Posting.objects.values_list("provider", flat=True).get(pk=letter_id)
    carrier = provider(name)
    try:
        answer = carrier.submit(order)
    except NotCarried as refused:
        answer = Answer(outcome=Outcome.REFUSED, reason=str(refused))
    except NoAnswer as error:
        logger.warning(
            "letter %s: no answer from %s (%s); it is asked again with its key", letter_id, name, error
        )
        return False
    _record(letter_id, answer)
    return answer.outcome is not Outcome.REFUSED


def _to_submit(now: dt.datetime) -> Q:
    """What no machine may try any more stays `submitted`, for a person to look into."""
    known_since = now - dt.timedelta(days=30) + MARGIN
    return Q(status=Status.WANTED) | Q(
        status=Status.SUBMITTED, asked_at__lte=now - ASK_AGAIN, submitted_at__gt=known_since
    )


def _write_intent(letter_id: UUID, now: dt.datetime) -> Order | None:
    """Mark the letter as submitted and commit, so that it is ours alone; None when it is not to be sent now."""
    with transaction.atomic(durable=True):
        letter = locked(letter_id)
        posting = Posting.objects.select_for_update().filter(_to_submit(now), pk=letter_id).first()
        if posting is None:
            return None
        if posting.status == Status.WANTED:
            posting.status, posting.submitted_at = Status.SUBMITTED, now
        posting.asked_at = now
        posting.save(update_fields=["status", "submitted_at", "asked_at"])
    return _order(letter, posting)


def _order(letter: Letter, posting: Posting) -> Order:
    with read(letter.file.sha256) as content:
        return Order(
            key=posting.key,
            content=content.read(),
            sender=tuple(letter.sender),
            addressee=tuple(letter.addressee),
        )


def _record(letter_id: UUID, answer: Answer) -> None:
    """Write what the provider said. That it knew the key means that an earlier try of ours arrived."""
    with transaction.atomic():
        locked(letter_id)
        posting = Posting.objects.select_for_update().get(pk=letter_id)
        if posting.status != Status.SUBMITTED:
            return
        if answer.outcome is Outcome.REFUSED:
            posting.status, posting.failure = Status.REFUSED, answer.reason
        else:
            posting.status = Status.ACCEPTED
            posting.provider_ref = answer.ref or posting.provider_ref
            if answer.price is not None:
                posting.price_minor, posting.currency = answer.price.minor, answer.price.currency
        posting.save()
