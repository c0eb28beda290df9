from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from recours import clock
from recours.rules.money import Money
from recours.rules.windows import Calendar, Unit, Window, due_after
from recours.rules.wording import format as formats
from recours.ui.language import lang
from recours.ui.templatetags import recours as tags

pytestmark = pytest.mark.rules

NBSP, NARROW = "\u00a0", "\u202f"
PARIS_EVENING = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
END_OF_24 = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
"""Midnight in Paris at the end of 24 November, the exclusive end of that day."""


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest):
    with translation.override(request.param):
        yield request.param


def test_money(language: str):
    expected = {"fr": f"1{NARROW}234,50{NBSP}€", "en": "€1,234.50"}[language]

    assert tags.money(Money(123450, "EUR")) == expected
    assert tags.money(123450, "EUR") == expected
    assert tags.money(None) == ""


def test_when(language: str):
    expected = {"fr": f"mardi 24{NBSP}novembre, 18{NBSP}h{NBSP}00", "en": f"Tuesday 24{NBSP}November, 18:00"}

    assert tags.when(PARIS_EVENING) == expected[language]
    assert tags.when(None) == ""


def test_when_of_another_year_says_so():
    assert (
        tags.when(datetime(2027, 1, 1, 11, 0, tzinfo=UTC))
        == f"vendredi 1er{NBSP}janvier 2027, 12{NBSP}h{NBSP}00"
    )


def test_until_shows_the_last_minute(language: str):
    expected = {"fr": f"mardi 24{NBSP}novembre, 23{NBSP}h{NBSP}59", "en": f"Tuesday 24{NBSP}November, 23:59"}

    assert tags.until(END_OF_24) == expected[language]
    assert tags.until(END_OF_24 + timedelta(hours=14, minutes=12, seconds=30)).endswith(
        ("14\u00a0h\u00a012", "14:12")
    )


def test_until_says_what_the_sentences_of_the_rules_say(language: str):
    at = END_OF_24 + timedelta(hours=12, minutes=36)

    assert tags.until(at) == formats.until(at, "Europe/Paris", lang()).replace(" 2026", "")


def test_until_short():
    assert tags.until_short(END_OF_24) == f"24{NBSP}nov., 23{NBSP}h{NBSP}59"


def test_day():
    assert tags.day(date(2026, 11, 1)) == f"dimanche 1er{NBSP}novembre"
    assert tags.day(END_OF_24) == f"mercredi 25{NBSP}novembre"
    assert tags.until_day(END_OF_24) == f"mardi 24{NBSP}novembre"
    assert tags.day_short(date(2026, 11, 1)) == f"1er{NBSP}nov."
    assert tags.day_short(date(2027, 2, 10)) == f"10{NBSP}févr. 2027"


def test_days_are_those_of_the_current_zone():
    with timezone.override("America/New_York"):
        assert tags.until(END_OF_24) == f"mardi 24{NBSP}novembre, 18{NBSP}h{NBSP}00"


@pytest.mark.parametrize(
    ("distance", "french", "english"),
    [
        (timedelta(days=4, hours=23), "dans 4 jours", "in 4 days"),
        (timedelta(hours=48), "dans 2 jours", "in 2 days"),
        (timedelta(hours=47, minutes=59), f"dans 47{NBSP}h", "in 47 hours"),
        (timedelta(minutes=59, seconds=59), f"dans 59{NBSP}min", "in 59 minutes"),
        (timedelta(seconds=1), f"dans 1{NBSP}min", "in 1 minute"),
        (-timedelta(hours=2), f"il y a 2{NBSP}h", "2 hours ago"),
        (-timedelta(days=3), "il y a 3 jours", "3 days ago"),
    ],
)
def test_relative(distance: timedelta, french: str, english: str):
    at = clock.now() + distance

    assert tags.relative(at) == french
    with translation.override("en"):
        assert tags.relative(at) == english


@pytest.mark.parametrize(
    ("left", "level"),
    [
        (timedelta(), "late"),
        (timedelta(seconds=1), "red"),
        (timedelta(hours=12), "amber"),
        (timedelta(hours=48), ""),
        (timedelta(hours=48) - timedelta(seconds=1), "amber"),
    ],
)
def test_urgency(left: timedelta, level: str):
    assert tags.urgency(clock.now() + left) == level


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "1 ko"), (81_000, "81 ko"), (2_400_000, "2,4 Mo"), (15_000_000, "15 Mo"), (None, "")],
)
def test_file_size(size: int | None, shown: str):
    assert tags.file_size(size) == shown.replace(" ", NBSP)


def test_moment():
    template = Template("{% load recours %}{% moment at with_relative=True %}")

    html = template.render(Context({"at": clock.now() + timedelta(days=4)}))

    assert '<time datetime="2026-11-24T10:00:00+01:00">' in html
    assert '<span data-relative="2026-11-24T10:00:00+01:00">dans 4 jours</span>' in html


def test_explain_follows_the_language(language: str):
    dated = due_after(
        PARIS_EVENING,
        Window(5, Unit.DAYS),
        Calendar("Europe/Paris", "FR"),
        rule="seller.response",
        source="policy:default:3:2026-09-01",
        event="dispute_opened",
    )

    steps = [tags.trace_step(line) for line in tags.explain(dated)]

    assert [step["sign"] for step in steps] == ["", "+", "=", ""]
    assert str(steps[1]["text"]).startswith({"fr": f"5{NBSP}jours", "en": f"5{NBSP}days"}[language])
    assert tags.explain(None) == []
