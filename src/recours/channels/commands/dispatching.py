"""Sending what waits, one message at a time, each once.

A message is taken in one transaction, handed over, and marked in another. Where the service refused it, or nobody was
reached, nothing was sent. Anything else (no answer, half of one, a worker that died in between) leaves it unknown: it
is never sent again by itself, since nothing that services of messages offer would make of two messages one. The key
that goes along comes back with the service's own word on it, which settles it; else a person does.

A file is given to the service first, which shows it to nobody: that may be done again as often as it takes.
"""

from __future__ import annotations

import datetime as dt
import logging
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Greatest

from recours import clock, live
from recours.channels.commands.contacts import reach
from recours.channels.commands.giving import NotNow, NotTaken, TakenOver, give
from recours.channels.connected import provider_of
from recours.channels.models import ChannelIdentity, ChannelSending
from recours.channels.providers import Answered, NoAnswer, NotReached, Outgoing
from recours.channels.queries import comment_window, window_of
from recours.channels.templates_known import REPLY
from recours.conversations.commands.settling import await_answer
from recours.rules.channel_windows import Channel, Shape, Writer

log = logging.getLogger(__name__)

State = ChannelSending.State

LEFT = (State.SENT, State.DELIVERED, State.READ)
RUN = 200
DEAD_AFTER = dt.timedelta(minutes=2)
"""After that, who took a message and said nothing of it has died."""
TRIES = 12
FIRST_WAIT = dt.timedelta(seconds=30)
LONGEST_WAIT = dt.timedelta(minutes=15)


def send_due(*, limit: int = RUN) -> int:
    """Send the messages whose time has come, at most `limit`; return how many were taken, whatever became of each."""
    give_up_on_the_dead(clock.now())
    taken = 0
    while taken < limit:
        sending = _take(clock.now())
        if sending is None:
            break
        taken += 1
        if sending.state == State.SENDING:
            _hand_over(sending)
    return taken


def give_up_on_the_dead(now: dt.datetime) -> None:
    """Leave unknown what a worker took and never spoke of. A file that the service was not given yet went nowhere."""
    stuck = ChannelSending.objects.filter(state=State.SENDING, taken_at__lt=now - DEAD_AFTER)
    stuck.filter(file__isnull=False, file_ref="").update(state=State.WAITING, taken_at=None)
    for sending_id in stuck.values_list("pk", flat=True):
        _mark(sending_id, State.UNKNOWN, "worker_died", now)


def settle(*, sending_id: UUID, arrived: bool, now: dt.datetime) -> bool:
    """Take a person's word on a message of which nobody knows: it arrived, or it goes again, as itself.

    Return False when it is no longer unknown.
    """
    with transaction.atomic():
        row = ChannelSending.objects.select_for_update().filter(pk=sending_id, state=State.UNKNOWN).first()
        if row is None:
            return False
        row.state = State.SENT if arrived else State.WAITING
        row.sent_at = now if arrived else None
        row.trouble, row.not_before, row.attempts = "", now, 0
        row.file_ref = ""  # services forget a file after some weeks
        row.save()
    return True


def _take(now: dt.datetime) -> ChannelSending | None:
    """Take the message that waits longest; the one returned is to be sent only if it is now SENDING."""
    with transaction.atomic():
        row = (
            ChannelSending.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("identity__contact", "comment", "file")
            .filter(Q(after=None) | Q(after__state__in=LEFT), state=State.WAITING, not_before__lte=now)
            .order_by("not_before", "created_at", "id")
            .first()
        )
        if row is None:
            return None
        row.taken_at = now
        shape = _shape_now(row, now)
        if shape is not None:
            row.state, row.shape = State.SENDING, shape
            row.attempts += 1
        else:
            gone = row.comment is not None and row.comment.removed_at is not None
            row.state, row.failed_at = State.FAILED, now
            row.trouble = "comment_gone" if gone else "window_closed"
        row.save()
        if row.state == State.FAILED:
            _fail_those_after(row, now)
            _tell_desk(row, now)
        return row


WORDS = frozenset({Shape.FREE, Shape.HUMAN_AGENT})
"""Any words: which of the two they go as depends on when they go."""


def _shape_now(row: ChannelSending, now: dt.datetime) -> Shape | None:
    """Return the form in which a message may go, None where it no longer may: between its writing and its sending a
    window may close, or the customer write again."""
    writer = Writer(row.written_by)
    window = (
        comment_window(row.comment, writer, now, besides=row.pk)
        if row.comment is not None
        else window_of(row.identity, writer, now, template=row.template or REPLY.name)
    )
    open_now = window.now.shape if window.now is not None else None
    ways = {way.shape for way in (window.now, window.then) if way}
    if row.shape in WORDS:
        return open_now if open_now in WORDS else None
    return Shape(row.shape) if row.shape in ways else None


def _hand_over(row: ChannelSending) -> None:
    identity = row.identity
    provider = provider_of(Channel(identity.channel), identity.account)
    if provider is None:
        _mark(row.pk, State.FAILED, "no_key", clock.now())
        return
    try:
        file = give(row, provider) if row.file is not None else None
    except NotNow as wait:
        _wait(row, wait)
        return
    except TakenOver:
        return
    except NotTaken as refusal:
        _mark(row.pk, State.FAILED, str(refusal), clock.now())
        return
    message = Outgoing(
        key=str(row.pk),
        account=identity.account,
        to=identity.external_id,
        shape=Shape(row.shape),
        text=row.text,
        template=row.template,
        language=row.language,
        parameters=tuple(row.parameters),
        comment=row.comment.external_id if row.comment is not None else "",
        is_post=row.comment is not None and row.comment.is_post,
        file=file,
    )
    try:
        answered = provider.send(message)
    except NotReached as error:
        _wait(row, NotNow(f"not_reached {error}"))
    except NoAnswer as error:
        _mark(row.pk, State.UNKNOWN, f"no_answer {error}", clock.now())
    except Exception as error:  # one message that we cannot write must not keep the others waiting
        log.exception("Message %s could not be sent.", row.pk)
        _mark(row.pk, State.UNKNOWN, f"fault {type(error).__name__}", clock.now())
    else:
        _record(row, answered)


def _record(row: ChannelSending, answered: Answered) -> None:
    now = clock.now()
    if answered.ref:
        if row.comment is not None and answered.to:
            reach(row, answered.to)
        _mark(row.pk, State.SENT, "", now, ref=answered.ref)
    elif answered.wait_s is not None:
        _wait(row, NotNow("too_fast", wait_s=answered.wait_s))
    else:
        _mark(row.pk, State.FAILED, f"refused {answered.reason}", now)


def _wait(row: ChannelSending, wait: NotNow) -> None:
    """Try later what did not leave: as long as the service asked, for all of the account; else longer each time."""
    if wait.wait_s is None:
        _put_off(row, min(FIRST_WAIT * 2 ** (row.attempts - 1), LONGEST_WAIT), str(wait))
        return
    asked = dt.timedelta(seconds=wait.wait_s)
    _put_off(row, asked, str(wait))
    _hold_account(row.identity, clock.now() + asked)


def _put_off(row: ChannelSending, wait: dt.timedelta, trouble: str) -> None:
    now = clock.now()
    if row.attempts >= TRIES:
        _mark(row.pk, State.FAILED, trouble, now)
        return
    ChannelSending.objects.filter(pk=row.pk, state=State.SENDING).update(
        state=State.WAITING, not_before=now + wait, trouble=trouble[:300], taken_at=None
    )


def _hold_account(identity: ChannelIdentity, until: dt.datetime) -> None:
    """Have all that waits for one of our accounts wait as long as the service asked."""
    same = Q(identity__channel=identity.channel, identity__account=identity.account)
    ChannelSending.objects.filter(same, state=State.WAITING).update(not_before=Greatest("not_before", until))


def _mark(
    sending_id: UUID, state: ChannelSending.State, trouble: str, now: dt.datetime, *, ref: str = ""
) -> None:
    """Note how a try ended. What the service told meanwhile by a webhook says more, and stays."""
    with transaction.atomic():
        row = (
            ChannelSending.objects.select_for_update(of=("self",))
            .select_related("message")
            .get(pk=sending_id)
        )
        if ref and not row.ref:
            row.ref, row.sent_at = ref, row.sent_at or now
        if row.state == State.SENDING:
            row.state, row.trouble = state, trouble[:300]
            row.failed_at = now if state == State.FAILED else row.failed_at
        row.save()
        if row.state == State.FAILED:
            _fail_those_after(row, now)
        if row.state in (State.FAILED, State.UNKNOWN):
            _tell_desk(row, now)
        announce(row)


def _fail_those_after(row: ChannelSending, now: dt.datetime) -> None:
    """Let nothing leave that speaks of a message which did not."""
    waiting = ChannelSending.objects.filter(after=row, state=State.WAITING)
    waiting.filter(file=None).update(state=State.FAILED, failed_at=now, trouble="not_private")
    waiting.exclude(file=None).update(state=State.FAILED, failed_at=now, trouble="no_words")


def announce(row: ChannelSending) -> None:
    """Have open pages draw what became of a message."""
    if row.message is not None:
        live.announce(f"conversation:{row.message.conversation_id}")


def _tell_desk(row: ChannelSending, now: dt.datetime) -> None:
    """Bring the conversation back to the desk's queue: somebody believes that they answered."""
    if row.message is not None:
        await_answer(conversation_id=row.message.conversation_id, now=now)
