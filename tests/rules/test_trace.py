"""A date's explanation, as a reader sees it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from recours.rules import wording
from recours.rules.windows import Calendar, Pause, Unit, Window, due_after, later_of
from recours.rules.wording.trace import source_text, trace_text

PARIS = Calendar("Europe/Paris", "FR")
START = datetime(2026, 11, 19, 13, 12, tzinfo=UTC)
POLICY = "policy:default:3:2026-09-01"


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_plain_window_in_french() -> None:
    dated = due_after(
        START, Window(5, Unit.DAYS), PARIS, rule="seller.response", source=POLICY, event="dispute_opened"
    )

    assert plain(trace_text(dated, "fr")).splitlines() == [
        "Litige ouvert : jeudi 19 novembre 2026, 14 h 12 (heure de Paris)",
        "+ 5 jours : réponse du vendeur, conditions « default », version 3 du 1er septembre 2026",
        "= mardi 24 novembre 2026, 23 h 59 inclus (heure de Paris)",
        "Aucune suspension.",
    ]


def test_a_rolled_and_paused_window_in_english() -> None:
    dated = due_after(
        date(2026, 12, 10),
        Window(14, Unit.DAYS, rolls=True),
        PARIS,
        rule="seller.response",
        source="law:FR:conso:L221-18",
        event="parcel_received",
        pauses=[Pause(datetime(2026, 12, 12, tzinfo=UTC), datetime(2026, 12, 12, 2, 30, tzinfo=UTC))],
    )

    assert plain(trace_text(dated, "en")).splitlines() == [
        "Parcel received: Thursday 10 December 2026",
        "+ 14 days: seller’s answer, French Consumer Code, art. L221-18",
        "Paused for 2 hours 30 minutes: 1 day added",
        "Carried to the next day: Friday 25 December 2026 is a public holiday (Christmas Day)",
        "Carried to the next day: Saturday 26 December 2026 is a day of weekly rest",
        "Carried to the next day: Sunday 27 December 2026 is a day of weekly rest",
        "= Monday 28 December 2026, 23:59 included (Paris time)",
    ]


def test_hours_say_the_instant() -> None:
    dated = due_after(
        START,
        Window(48, Unit.HOURS),
        PARIS,
        rule="contact.seller_answers",
        source=POLICY,
        event="contact_sent",
    )

    assert "= samedi 21 novembre 2026, 14 h 12, heure à partir" in plain(trace_text(dated, "fr"))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_step_there_can_be_has_its_words(lang: str) -> None:
    steps: dict[str, list[str]] = {
        "start": ["instant", "day", "fixed"],
        "add": [unit.value for unit in Unit],
        "skip": ["weekend", "holiday", "missing_day", "clamped"],
        "roll": ["none", "weekend", "holiday"],
        "pause": ["none", "elapsed", "days"],
        "end": ["day", "instant", "missing_day", "opens"],
        "choice": ["later", "earlier", "law_first"],
    }
    codes = {f"trace.{kind}.{code}" for kind, names in steps.items() for code in names}

    assert {key for key in wording.keys(lang) if key.startswith("trace.")} == codes


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("unit", list(Unit))
def test_every_unit_is_explained(lang: str, unit: Unit) -> None:
    one = due_after(
        START,
        Window(10, unit),
        PARIS,
        rule="unknown",
        source="free text",
        event="unknown",
        pauses=[Pause(START + timedelta(hours=1), START + timedelta(hours=30))],
    )

    text = trace_text(later_of(one, one), lang)

    assert "free text" in text
    assert "{" not in text


def test_unknown_sources_are_shown_as_they_are() -> None:
    assert source_text("anything: at all", "fr") == "anything: at all"
