"""What may be sent on a channel: one second before, at and after each bound, and whatever the instants are."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recours.rules.channel_windows import (
    OPEN,
    Allowed,
    Asked,
    Channel,
    Shape,
    Way,
    Writer,
    allowed,
    heard_at,
)

WROTE = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)
TEMPLATE = Way(shape=Shape.TEMPLATE, costs=True)
FREE_WHATSAPP = Way(shape=Shape.FREE, until=WROTE + DAY, costs=True)
FREE_MESSENGER = Way(shape=Shape.FREE, until=WROTE + DAY)
TAGGED = Way(shape=Shape.HUMAN_AGENT, until=WROTE + 7 * DAY)
PRIVATE, PUBLIC = Way(shape=Shape.PRIVATE_REPLY, until=WROTE + 7 * DAY), Way(shape=Shape.PUBLIC_COMMENT)

instants = st.integers(0, 4 * 365 * 86_400).map(
    lambda seconds: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + seconds * SECOND
)
asked = st.builds(
    Asked,
    last_in_at=st.none() | instants,
    writer=st.sampled_from(Writer),
    has_templates=st.booleans(),
    may_tag=st.booleans(),
    replied=st.frozensets(st.sampled_from([Shape.PRIVATE_REPLY, Shape.PUBLIC_COMMENT])),
)


def by(writer: Writer = Writer.PERSON, *, templates: bool = True, tag: bool = True) -> Asked:
    return Asked(last_in_at=WROTE, writer=writer, has_templates=templates, may_tag=tag)


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (DAY - SECOND, Allowed(now=FREE_WHATSAPP, then=TEMPLATE)),
        (DAY, Allowed(now=TEMPLATE)),
        (DAY + SECOND, Allowed(now=TEMPLATE)),
        (365 * DAY, Allowed(now=TEMPLATE)),
    ],
)
def test_whatsapp_takes_any_words_for_a_day_then_a_template(after: dt.timedelta, found: Allowed) -> None:
    assert allowed(Channel.WHATSAPP, by(), WROTE + after) == found


def test_whatsapp_without_an_approved_template_takes_nothing_after_a_day() -> None:
    asking = by(templates=False)

    assert allowed(Channel.WHATSAPP, asking, WROTE + DAY - SECOND) == Allowed(now=FREE_WHATSAPP)
    assert allowed(Channel.WHATSAPP, asking, WROTE + DAY) == Allowed(now=None)


def test_whatsapp_opens_with_a_template_to_who_never_wrote() -> None:
    never = Asked(last_in_at=None, writer=Writer.MACHINE, has_templates=True)

    assert allowed(Channel.WHATSAPP, never, WROTE) == Allowed(now=TEMPLATE)


def test_whatsapp_charges_free_words_from_the_first_of_october_2026() -> None:
    first = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    asking = Asked(last_in_at=first - SECOND, writer=Writer.PERSON)
    costs = [
        way.costs
        for at in (first - SECOND, first)
        if (way := allowed(Channel.WHATSAPP, asking, at).now) is not None
    ]

    assert costs == [False, True]


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (DAY - SECOND, Allowed(now=FREE_MESSENGER, then=TAGGED)),
        (DAY, Allowed(now=TAGGED)),
        (7 * DAY - SECOND, Allowed(now=TAGGED)),
        (7 * DAY, Allowed(now=None)),
    ],
)
def test_messenger_takes_what_a_person_wrote_for_seven_days(after: dt.timedelta, found: Allowed) -> None:
    assert allowed(Channel.MESSENGER, by(), WROTE + after) == found


@pytest.mark.parametrize("asking", [by(Writer.MACHINE), by(tag=False)])
def test_messenger_takes_nothing_after_a_day_from_a_machine_or_where_the_tag_is_not_granted(
    asking: Asked,
) -> None:
    assert allowed(Channel.MESSENGER, asking, WROTE + DAY - SECOND) == Allowed(now=FREE_MESSENGER)
    assert allowed(Channel.MESSENGER, asking, WROTE + DAY) == Allowed(now=None)


def test_comment_takes_one_private_reply_in_seven_days_and_one_neutral_sentence() -> None:
    after_private = Asked(last_in_at=WROTE, writer=Writer.PERSON, replied=[Shape.PRIVATE_REPLY])
    after_both = Asked(last_in_at=WROTE, writer=Writer.PERSON, replied=[PRIVATE.shape, PUBLIC.shape])

    assert allowed(Channel.FACEBOOK, by(), WROTE + 7 * DAY - SECOND) == Allowed(now=PRIVATE, then=PUBLIC)
    assert allowed(Channel.FACEBOOK, by(), WROTE + 7 * DAY) == Allowed(now=PUBLIC)
    assert allowed(Channel.FACEBOOK, after_private, WROTE + SECOND) == Allowed(now=PUBLIC)
    assert allowed(Channel.FACEBOOK, after_both, WROTE + SECOND) == Allowed(now=None)


@given(asked, instants)
def test_page_mail_and_form_never_close(asking: Asked, now: dt.datetime) -> None:
    found = {channel: allowed(channel, asking, now) for channel in OPEN}

    assert found == dict.fromkeys(OPEN, Allowed(now=Way(shape=Shape.FREE)))


@given(st.sampled_from(Channel), asked, instants)
def test_what_may_be_sent_has_not_ended_and_is_followed_by_what_ends_later(
    channel: Channel, asking: Asked, now: dt.datetime
) -> None:
    found = allowed(channel, asking, now)

    assert found.now is None or found.now.until is None or now < found.now.until
    if found.now is not None and found.then is not None:
        assert found.now.until is not None
        assert found.then.until is None or found.now.until < found.then.until
    assert found.now is not None or found.then is None


@given(st.sampled_from(Channel), asked, instants)
def test_a_machine_never_uses_the_tag_of_people(channel: Channel, asking: Asked, now: dt.datetime) -> None:
    found = allowed(channel, asking, now)

    if asking.writer is Writer.MACHINE:
        assert Shape.HUMAN_AGENT not in {way.shape for way in (found.now, found.then) if way}


@given(st.sampled_from([Channel.WHATSAPP, Channel.MESSENGER]), asked, instants)
def test_writing_anew_opens_the_window_again(channel: Channel, asking: Asked, now: dt.datetime) -> None:
    anew = Asked(last_in_at=now, writer=asking.writer)
    found = allowed(channel, anew, now).now

    assert found is not None
    assert (found.shape, found.until) == (Shape.FREE, now + DAY)


@given(instants, instants)
def test_message_from_the_future_counts_from_when_it_came(said: dt.datetime, received: dt.datetime) -> None:
    assert heard_at(said, received) <= received
    assert heard_at(said, received) == (said if said <= received else received)
