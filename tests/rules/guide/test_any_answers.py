"""Whatever somebody answers, as long as it can be: there is an outcome, and words for all of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recours.marketplaces.profiles import PROFILES, load_profile
from recours.rules.guide import (
    Answers,
    Mark,
    Outcome,
    SellerIn,
    Trouble,
    Wanted,
    check,
    entries,
    letter_story,
    messages,
    outcome,
)
from recours.rules.guide.phrases import LANGUAGES
from recours.rules.law import law_of
from recours.rules.letters import Kind, Party, Step, Tried, write
from recours.rules.money import Money
from recours.rules.refusals import Refusal
from recours.rules.wording import guide as words
from recours.rules.wording.rights import counted_text, meter_lines, side_text
from recours.rules.wording.trace import trace_text

pytestmark = pytest.mark.rules

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
TODAY = date(2026, 11, 29)
ANYBODY = Party(name="Camille Durand", address=("3 rue des Lilas", "44000 Nantes"))

past = (st.integers(0, 900) | st.integers(0, 9_000)).map(lambda days: TODAY - timedelta(days=days))
texts = st.text(max_size=60)


@st.composite
def some_answers(draw: st.DrawFn) -> Answers:
    tried = draw(st.lists(st.builds(Tried, on=past, step=st.sampled_from(Step), text=texts), max_size=4))
    ordered_on = draw(st.none() | past)
    since = st.none() | (past if ordered_on is None else st.dates(ordered_on, TODAY))
    delivered_on = draw(since)
    return Answers(
        trouble=draw(st.none() | st.sampled_from(Trouble)),
        ordered_on=ordered_on,
        promised_on=draw(st.none() | st.dates(ordered_on or TODAY, TODAY + timedelta(days=300))),
        delivered_on=delivered_on,
        claimed_on=draw(since),
        sent_back_on=draw(st.none() | st.dates(delivered_on or ordered_on or TODAY, TODAY)),
        paid_on=draw(since),
        refund_of=draw(st.sampled_from(["withdrawal", "termination"])),
        is_informed=draw(st.booleans()),
        is_outside_eea=draw(st.booleans()),
        seller_in=draw(st.none() | st.sampled_from(SellerIn)),
        order_number=draw(texts),
        product=draw(texts),
        shop=draw(texts),
        amount=draw(
            st.none() | st.builds(Money, st.integers(1, 10_000_000), st.sampled_from(["EUR", "JPY", "TND"]))
        ),
        tried=tuple(each for each in tried if ordered_on is None or each.on >= ordered_on),
        wanted=draw(st.none() | st.sampled_from(Wanted)),
        story=draw(st.text(max_size=400)),
    )


@given(some_answers(), st.sampled_from(PROFILES), st.sampled_from(["FR", "DE", "IT"]))
@settings(max_examples=100, deadline=None)
def test_valid_answers_always_have_an_outcome_in_words(answers: Answers, key: str, country: str) -> None:
    check(answers, TODAY)

    found = _outcome(answers, key, country)

    for lang in ("fr", "en"):
        for term in found.terms:
            assert words.term_text(term, found.profile.meta.name, lang)
            assert words.left_text(term, lang)
            assert trace_text(term.dated, lang)
        assert all(words.note_text(note, lang) for note in found.notes)
        assert all(words.rung_text(each.rung, lang) for each in found.ladder)
        assert all(words.rung_help(each.rung, lang) for each in found.ladder)
        assert all(counted_text(line, lang) and side_text(line.policy, lang) for line in found.rights)
        assert found.meter is None or meter_lines(found.meter, lang)
        for door in found.doors:
            assert words.door_text(door, lang)
            assert words.door_state(door, lang)
            assert words.door_reason(door, lang)
            assert door.place is None or words.place_text(door.place, lang)
        assert all(words.letter_text(kind, lang) for kind in found.letters)
        assert words.way_text(found.way, lang)
        assert len(entries(found, lang)) == len([term for term in found.terms if not term.is_over])
    for lang in LANGUAGES:
        for text in messages(found, lang):
            assert text.body
            assert text.reader == "social" or answers.story.strip() in text.body


@given(some_answers(), st.sampled_from(PROFILES), st.sampled_from(["FR", "DE", "IT"]))
@settings(max_examples=60, deadline=None)
def test_what_an_outcome_says_hangs_together(answers: Answers, key: str, country: str) -> None:
    found = _outcome(answers, key, country)

    assert [each.mark for each in found.ladder].count(Mark.NEXT) <= 1
    assert [term.dated.due_at for term in found.terms] == sorted(term.dated.due_at for term in found.terms)
    assert len({term.key for term in found.terms}) == len(found.terms)
    assert found.meter is None or found.meter.days_late > 0
    assert found.bank is None or all(term in found.terms for term in found.bank.terms)


@given(some_answers())
@settings(max_examples=60, deadline=None)
def test_a_letter_that_is_offered_is_written_or_says_what_it_wants(answers: Answers) -> None:
    found = _outcome(answers, "aliexpress_fr", "FR")
    law = law_of("FR")
    assert law is not None

    for kind in found.letters:
        story = letter_story(found, ANYBODY, ANYBODY, kind=kind, place="Nantes")
        try:
            prepared = write(story, law, found.profile.policy.calendar)
        except Refusal as refused:
            assert refused.code == "letter_needs", refused  # noqa: PT017
        else:
            assert prepared.letter.kind is kind
            assert kind is not Kind.BANK or found.answers.amount is not None


def _outcome(answers: Answers, key: str, country: str) -> Outcome:
    profile = load_profile(key)
    return outcome(answers, profile, profile.policy, law_of(country), NOW)
