"""What becomes of one element of a webhook: a message, a note beside one, or nothing, and why."""

from __future__ import annotations

import datetime as dt
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.db.models import Count, Q
from msgspec.structs import replace

from recours import live
from recours.channels.commands.commenting import keep_comment, know_own, take_away
from recours.channels.commands.contacts import conversation_with, identity_of, reach
from recours.channels.commands.fetching import Fetched, fetch_all, keep_fetched
from recours.channels.commands.following import follow, note_template
from recours.channels.connected import READERS, marketplace_of, provider_of
from recours.channels.models import ChannelEvent, ChannelIdentity, ChannelSending
from recours.channels.providers import Content, Kind, Told
from recours.composed import Composed
from recours.conversations.commands import send_message
from recours.conversations.commands.settling import await_answer
from recours.conversations.models import Message
from recours.rules.channel_windows import Channel
from recours.rules.conversation import Limit, TooManyMessages, check_pace
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.decide.context import MAX_TEXT
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import say

Outcome = ChannelEvent.Outcome

LIMITS = (Limit(100, dt.timedelta(minutes=10)), Limit(500, dt.timedelta(days=1)))
"""More than on a page: an album of thirty photos is thirty messages."""
PACE_WAIT = dt.timedelta(minutes=10)
TRIES = 6
"""How often we fail on an element before it is given up; the last takes a message without files that nobody gives."""


class Later(Exception):
    """An element waits, and nothing is wrong with it."""

    def __init__(self, wait: dt.timedelta, because: str) -> None:
        super().__init__(because)
        self.wait, self.because = wait, because


_EVENT: Composed[ChannelEvent] = Composed(
    lambda event_id: ChannelEvent.objects.filter(pk=event_id).select_related("delivery")
)


def take(event_id: int, *, now: dt.datetime) -> None:
    """Write what becomes of an element that is still only received.

    Files are fetched and judged first, outside any lock, unless their sender has to wait. Then one transaction locks
    the element, and does what it says. Raises Later, having written nothing; NoAnswer.
    """
    event = _EVENT.first(event_id)
    if event is None or event.outcome != Outcome.RECEIVED:
        return
    told = _told(event)
    if told is None or told.kind is Kind.UNKNOWN:
        _end(event_id, Outcome.UNPLACED, "unknown")
        return
    if told.kind is Kind.TEMPLATE:
        note_template(told, event.channel, at=event.said_at)
        _end(event_id, Outcome.NOTED, "template")
        return
    if told.kind is Kind.NOTICE:
        _end(event_id, Outcome.IGNORED, "notice")
        return
    place = marketplace_of(Channel(event.channel), event.account)
    if place is None:
        _end(event_id, Outcome.UNPLACED, "unknown_account")
        return
    match told.kind:
        case Kind.MESSAGE:
            _post(event, told, place, now)
        case Kind.REACTION | Kind.DELETED | Kind.EDITED:
            _note(event, told, now)
        case Kind.ECHO if event.channel == Channel.FACEBOOK:
            is_ours = know_own(told, event.channel, at=event.said_at, now=now)
            _end(event_id, Outcome.IGNORED, "our_own" if is_ours else "of_the_page")
        case Kind.ECHO:
            _echo(event, told, place, now)
        case _:
            is_ours = follow(told, event.channel, at=event.said_at, now=now)
            _end(event_id, *((Outcome.NOTED, "status") if is_ours else (Outcome.IGNORED, "unknown_sending")))


def _told(event: ChannelEvent) -> Told | None:
    """Read an element again out of the body that was kept; None for a body that cannot be read."""
    if event.key.startswith("body:"):
        return None
    told = READERS[Channel(event.delivery.channel)](bytes(event.delivery.body), event.received_at)
    return told[event.position]


def _post(event: ChannelEvent, told: Told, place: UUID, now: dt.datetime) -> None:
    _check_pace(event, now)
    fetched = fetch_all(event, told, is_last_try=_is_last_try(event))
    told = _named(event, told)
    with transaction.atomic():
        row = _locked(event.pk)
        if row is None:
            return
        identity = identity_of(
            Channel(event.channel), event.account, told, marketplace_id=place, now=event.said_at
        )
        conversation = conversation_with(identity, now=event.said_at)
        buyer = identity.contact.buyer
        message = send_message(
            conversation_id=conversation.pk,
            by=Actor(Role.BUYER, buyer.user_id if buyer is not None else None),
            text=_words(told, fetched, identity.contact.language),
            now=now,
            files=keep_fetched(row, fetched),
            key=uuid5(NAMESPACE_URL, f"{event.channel}:{event.key}"),
            channel=Message.Channel(event.channel),
            written_at=event.said_at,
        )
        if event.channel == Channel.FACEBOOK:
            keep_comment(identity, message, told)
        ChannelIdentity.objects.filter(
            Q(last_in_at=None) | Q(last_in_at__lt=event.said_at), pk=identity.pk
        ).update(last_in_at=event.said_at)
        row.outcome, row.message, row.because = Outcome.POSTED, message, ""
        row.save(update_fields=["outcome", "message", "because"])


def _echo(event: ChannelEvent, told: Told, place: UUID, now: dt.datetime) -> None:
    """A message from our side: one of ours is known, and this says that it left; one that a colleague wrote at the
    service itself is the desk's."""
    ours = ChannelSending.objects.filter(Q(ref=told.key) | Q(pk=_uuid(told.our_key)))
    sending = ours.select_related("identity").first()
    if sending is not None:
        if sending.comment_id is not None:
            reach(sending, told.ids[0])
        left = replace(told, about=told.key, state=ChannelSending.State.SENT)
        follow(left, event.channel, at=event.said_at, now=now)
        _end(event.pk, Outcome.IGNORED, "our_own")
        return
    fetched = fetch_all(event, told, is_last_try=_is_last_try(event))
    with transaction.atomic():
        row = _locked(event.pk)
        if row is None:
            return
        identity = identity_of(
            Channel(event.channel), event.account, told, marketplace_id=place, now=event.said_at
        )
        message = send_message(
            conversation_id=conversation_with(identity, now=event.said_at).pk,
            by=Actor(Role.AGENT, None),
            text=_words(told, fetched, identity.contact.language),
            now=now,
            files=keep_fetched(row, fetched),
            key=uuid5(NAMESPACE_URL, f"{event.channel}:{event.key}"),
            channel=Message.Channel(event.channel),
            written_at=event.said_at,
        )
        row.outcome, row.message = Outcome.POSTED, message
        row.save(update_fields=["outcome", "message"])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _note(event: ChannelEvent, told: Told, now: dt.datetime) -> None:
    """Put a reaction, a change or that something was deleted beside its message, which stays as it was written.

    What was changed waits for the desk again: it may have answered the words of before.
    """
    about = ChannelEvent.objects.filter(channel=event.channel, key=told.about).first()
    if about is not None and about.outcome == Outcome.RECEIVED:
        raise Later(dt.timedelta(seconds=5), "waits_for_message")
    message = about.message if about is not None and about.message is not None else _ours(told)
    with transaction.atomic():
        row = _locked(event.pk)
        if row is None:
            return
        row.message, row.note = message, told.text if told.kind in (Kind.EDITED, Kind.REACTION) else ""
        row.outcome = Outcome.NOTED if message is not None else Outcome.IGNORED
        row.because = told.state if message is not None else "message_unknown"
        row.save(update_fields=["outcome", "message", "because", "note"])
        if told.kind is Kind.DELETED and event.channel == Channel.FACEBOOK:
            take_away(told.about, at=event.said_at)
        if message is not None:
            live.announce(f"conversation:{message.conversation_id}")
            if told.kind is Kind.EDITED:
                await_answer(conversation_id=message.conversation_id, now=now)


def _ours(told: Told) -> Message | None:
    """Return the message of ours that an element is about, by the id that the service gave it."""
    sending = ChannelSending.objects.filter(ref=told.about).exclude(ref="").select_related("message").first()
    return sending.message if sending is not None else None


def _named(event: ChannelEvent, told: Told) -> Told:
    """Add how somebody new calls themselves, where the service says it only when it is asked."""
    ids = ChannelIdentity.objects.filter(
        channel=event.channel, account=event.account, external_id__in=told.ids
    )
    provider = provider_of(Channel(event.channel), event.account)
    if told.name or provider is None or ids.exclude(contact__name="").exists():
        return told
    return replace(told, name=provider.name_of(told.ids[0]))


def _words(told: Told, fetched: list[Fetched], language: str) -> str:
    """Return what a message says: its own words, and what it holds that is shown in no other way."""
    said = told.text.strip()
    match told.content:
        case Content.PLACE | Content.CARD:
            said = say(language, f"channels.content.{told.content}", what=said)
        case Content.UNKNOWN:
            said = say(language, "channels.content.unknown")
    notes = [
        say(language, "channels.not_shown", name=one.name, why=one.why(language))
        for one in fetched
        if one.judged is None
    ]
    if not said and any(one.judged is not None for one in fetched):
        said = say(language, f"channels.content.{told.content}", what="")
    words = "\n\n".join(part for part in (said, *(f"[{note}]" for note in notes)) if part)
    return (words or say(language, "channels.content.empty"))[:MAX_TEXT]


def _is_last_try(event: ChannelEvent) -> bool:
    return event.tries + 1 >= TRIES


def _check_pace(event: ChannelEvent, now: dt.datetime) -> None:
    counts = {
        f"within_{number}": Count("pk", filter=Q(received_at__gt=now - limit.span))
        for number, limit in enumerate(LIMITS)
    }
    posted = ChannelEvent.objects.filter(
        channel=event.channel,
        account=event.account,
        lane=event.lane,
        outcome=Outcome.POSTED,
        received_at__gt=now - max(limit.span for limit in LIMITS),
    ).aggregate(**counts)
    try:
        check_pace({limit.span: posted[f"within_{number}"] for number, limit in enumerate(LIMITS)}, LIMITS)
    except TooManyMessages as error:
        raise Later(PACE_WAIT, "pace") from error


def _locked(event_id: int) -> ChannelEvent | None:
    return ChannelEvent.objects.select_for_update().filter(pk=event_id, outcome=Outcome.RECEIVED).first()


def _end(event_id: int, outcome: ChannelEvent.Outcome, because: str) -> None:
    ChannelEvent.objects.filter(pk=event_id, outcome=Outcome.RECEIVED).update(
        outcome=outcome, because=because
    )
