"""Having a letter posted: write the intent, commit, call with the letter's key, record, commit.

Between the two commits the row says that the letter may have gone, so that whoever comes next tries with the same key
or not at all.
"""

from __future__ import annotations

import datetime as dt
import io
import logging
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from recours import clock, jobs
from recours.files.storage import read
from recours.people.models import User
from recours.posting.commands.stepping import locked
from recours.posting.models import Letter, Posting
from recours.posting.providers import (
    AUTOMATIC,
    Answer,
    NoAnswer,
    NotCarried,
    Order,
    Outcome,
    Quote,
    is_set_up,
    provider,
)
from recours.posting.queries import KEYS_SURE, days_of
from recours.posting.refusals import (
    AlreadyPosted,
    LetterNotCarried,
    PostingNotSetUp,
    PostingPriceUnknown,
    PostingSilent,
)
from recours.refunds.commands.sparing import asking, may_ask, note_answer, note_silence
from recours.rules.money import Money
from recours.rules.patience import Asking
from recours.rules.posting import Standing, standing

logger = logging.getLogger(__name__)

ASK_AGAIN = dt.timedelta(minutes=2)
"""How long a letter is left to whoever submitted it: longer than a call and its two tokens may take."""
SELDOM = dt.timedelta(hours=6)
"""A letter that is refused or not answered over and over is tried after twice as long each time, and this at most."""
QUOTE_SECONDS = 8
"""How long a person waits for a price."""

Status = Posting.Status


def price(letter_id: UUID, *, name: str, now: dt.datetime | None = None) -> Quote:
    """Ask a provider what a letter will cost. Never inside a transaction.

    Raises PostingNotSetUp, LetterNotCarried, PostingPriceUnknown; PostingSilent where it does not answer, or is spared.
    """
    now = now or clock.now()
    if not is_set_up():
        raise PostingNotSetUp
    letter = Letter.objects.select_related("file").get(pk=letter_id)
    order = _order(letter, letter_id)
    if not may_ask(name, now):
        raise PostingSilent
    try:
        found = provider(name, seconds=QUOTE_SECONDS).quote(order)
    except NotCarried:
        raise LetterNotCarried from None
    except NoAnswer as error:
        logger.warning("no price for letter %s from %s: %s", letter_id, name, error)
        note_silence(name, clock.now())
        raise PostingSilent from None
    note_answer(name)
    if found is None:
        raise PostingPriceUnknown
    return found


def want(
    letter_id: UUID, *, name: str, user: User, agreed: Money | None = None, now: dt.datetime | None = None
) -> Posting:
    """Have a letter posted by a provider, at a price that was `agreed` to. In one transaction: its one posting, and the
    job that sends it.

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
        if standing(days_of(letter)) is not Standing.PREPARED:
            raise AlreadyPosted
        posting = Posting.objects.create(
            letter=letter,
            provider=name,
            wanted_at=now,
            wanted_by=user,
            quoted_minor=agreed.minor if agreed else None,
            currency=agreed.currency if agreed else "",
        )
        jobs.defer_each("posting.submit", "letter_id", [letter.pk])
    return posting


def queue_due(now: dt.datetime | None = None, *, limit: int = 500) -> int:
    """Ask for a job for each letter that is to be sent, or asked about again; return how many were added.

    Of a provider that keeps failing, none, or one to try whether it is back (ADR 0029).
    """
    now = now or clock.now()
    found: list[UUID] = []
    for name in AUTOMATIC:
        due = Posting.objects.filter(_to_submit(now), provider=name).order_by("wanted_at", "pk")
        match asking(name, now):
            case Asking.AS_USUAL:
                found += due.values_list("pk", flat=True)[:limit]
            case Asking.TO_TRY:
                # Never the same one each time: what keeps failing may be that one letter.
                first = due.order_by(F("asked_at").asc(nulls_first=True), "wanted_at", "pk")
                found += first.values_list("pk", flat=True)[:1]
            case Asking.NOT_NOW:
                pass
    return jobs.defer_each("posting.submit", "letter_id", found)


def submit(letter_id: UUID, *, now: dt.datetime | None = None) -> bool:
    """Send one letter and record the answer; True when its provider has it. Never inside a transaction.

    A provider that keeps failing is spared: nothing is written, and the letter stays due.
    """
    now = now or clock.now()
    name = Posting.objects.filter(_to_submit(now), pk=letter_id).values_list("provider", flat=True).first()
    if name is None or not may_ask(name, now):
        return False
    begun = _write_intent(letter_id, now)
    if begun is None:
        return False
    order, is_first_try = begun
    is_sure = is_first_try
    try:
        answer = provider(name).submit(order)
    except NotCarried as refused:
        answer, is_sure = Answer(outcome=Outcome.REFUSED, reason=str(refused)), True
    except NoAnswer as error:
        logger.warning(
            "letter %s: no answer from %s (%s); it is asked again with its key", letter_id, name, error
        )
        note_silence(name, clock.now())
        return False
    _record(letter_id, answer, is_sure=is_sure)
    if note_answer(name):
        queue_due(now)
    return answer.outcome is not Outcome.REFUSED


def _to_submit(now: dt.datetime) -> Q:
    """What no machine may try any more stays `submitted`, for a person to look into."""
    waited = Q(asked_at__lte=now - ASK_AGAIN) & (
        Q(asked_at__lte=now - SELDOM) | Q(submitted_at__gte=F("asked_at") - (now - F("asked_at")))
    )
    return Q(status=Status.WANTED) | (Q(status=Status.SUBMITTED, submitted_at__gt=now - KEYS_SURE) & waited)


def _write_intent(letter_id: UUID, now: dt.datetime) -> tuple[Order, bool] | None:
    """Mark the letter as submitted and commit, so that it is ours alone; None when it is not to be sent now."""
    with transaction.atomic(durable=True):
        letter = locked(letter_id)
        posting = Posting.objects.select_for_update().filter(_to_submit(now), pk=letter_id).first()
        if posting is None:
            return None
        is_first_try = posting.status == Status.WANTED
        if is_first_try:
            posting.status, posting.submitted_at = Status.SUBMITTED, now
        posting.asked_at = now
        posting.save(update_fields=["status", "submitted_at", "asked_at"])
    return _order(letter, posting.key), is_first_try


def _order(letter: Letter, key: UUID) -> Order:
    import pikepdf  # slow import

    with read(letter.file.sha256) as file:
        content = file.read()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pages = len(pdf.pages)
    return Order(
        key=key,
        content=content,
        pages=pages,
        sender=tuple(letter.sender),
        addressee=tuple(letter.addressee),
    )


def _record(letter_id: UUID, answer: Answer, *, is_sure: bool) -> None:
    """Write what the provider said. That it knew the key means that an earlier try of ours arrived.

    That it refuses a letter which it was asked before without answering proves nothing of that first call: its word for
    a duplicate is in no public document. The letter stays `submitted`, is not sent another way, and a person looks.
    """
    with transaction.atomic():
        locked(letter_id)
        posting = Posting.objects.select_for_update().get(pk=letter_id)
        if posting.status != Status.SUBMITTED:
            return
        if answer.outcome is Outcome.REFUSED:
            posting.failure = answer.reason
            if is_sure:
                posting.status = Status.REFUSED
        else:
            posting.status, posting.failure = Status.ACCEPTED, ""
            posting.provider_ref = answer.ref or posting.provider_ref
            if answer.price is not None:
                posting.price_minor, posting.currency = answer.price.minor, answer.price.currency
        posting.save()
