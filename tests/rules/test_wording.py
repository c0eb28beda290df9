"""The two languages say the same things, and nothing a person typed is interpreted."""

import importlib
import pkgutil
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import recours
import recours.rules
from recours.rules import wording
from recours.rules.money import Money
from recours.rules.refusals import Refusal
from recours.rules.wording import format as formats

SOURCES = Path(recours.__path__[0])


def _refusals(kind: type[Refusal] = Refusal) -> set[type[Refusal]]:
    below = set(kind.__subclasses__())
    return below.union(*(_refusals(each) for each in below))


def test_both_languages_have_the_same_keys() -> None:
    assert wording.keys("fr") == wording.keys("en")


def test_both_languages_fill_the_same_places() -> None:
    different = {
        key
        for key in wording.keys("fr")
        if wording.placeholders("fr", key) != wording.placeholders("en", key)
    }

    assert different == set()


def test_every_refusal_has_its_two_sentences_and_no_sentence_is_orphan() -> None:
    for module in pkgutil.walk_packages(recours.rules.__path__, "recours.rules."):
        importlib.import_module(module.name)
    expected = {
        f"refusals.{kind.code}.{part}"
        for kind in _refusals()
        if kind.__module__.startswith("recours.rules.")
        for part in ("why", "instead")
    }
    written = {key for key in wording.keys("fr") if key.startswith("refusals.")}

    assert expected - written == set()
    # Storeys above may keep their refusals' wording here too: theirs are looked for by name below.
    orphans = {key.split(".")[1] for key in written - expected}
    source = "".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py"))
    classes = {code: "".join(word.title() for word in code.split("_")) for code in orphans}
    unknown = {code for code, name in classes.items() if f"class {name}(" not in source}
    assert unknown == set()


def test_no_text_is_unused() -> None:
    source = "".join(
        path.read_text("utf-8")
        for pattern in ("*.py", "*.html", "*.txt")
        for path in SOURCES.rglob(pattern)
        if "tests" not in path.parts
    )
    # Keys are written whole, or made of a prefix and a code: f"trace.{kind}", word("ground", code).
    families = re.findall(r"\bword\(\"([a-z_]+)\"", source) + re.findall(r"\|word:\"([a-z_]+)\"", source)
    prefixes = (*re.findall(r"f\"((?:[a-z_]+\.)+)\{", source), *(f"{family}." for family in families))
    unused = {
        key
        for key in wording.keys("fr")
        if f'"{key}"' not in source and f"'{key}'" not in source and not key.startswith(prefixes)
    }

    assert unused == set()


def test_french_has_its_spaces() -> None:
    for key in wording.keys("fr"):
        for part in wording._texts("fr")[key]:
            assert not isinstance(part, str) or not re.search(r" [;:!?»]|« |'  ", part), key


@pytest.mark.parametrize("lang", ["fr-fr", "en_GB", "EN"])
def test_locale_names_are_understood(lang: str) -> None:
    assert wording.language(lang) == lang[:2].lower()


@pytest.mark.parametrize("lang", ["", "de", "french"])
def test_other_languages_are_an_error(lang: str) -> None:
    with pytest.raises(KeyError):
        wording.say(lang, "refusals.bad_amount.instead")


def test_missing_parameter_is_an_error() -> None:
    with pytest.raises(KeyError, match="text"):
        wording.say("fr", "refusals.bad_amount.why")


def test_templates_count_and_escape() -> None:
    assert wording.parse_template("{{a}} {n|jour|jours}") == ("{a} ", ("n", "jour", "jours"))
    with pytest.raises(ValueError, match="brace"):
        wording.parse_template("a } b")


@pytest.mark.parametrize(
    ("minor", "currency", "fr", "en"),
    [
        (1250, "EUR", "12,50\u00a0€", "€12.50"),
        (123456789, "EUR", "1\u202f234\u202f567,89\u00a0€", "€1,234,567.89"),
        (1234, "JPY", "1\u202f234\u00a0JPY", "JP¥1,234"),
        (1234, "TND", "1,234\u00a0TND", "TND\u00a01.234"),
        (-5, "EUR", "-0,05\u00a0€", "-€0.05"),
    ],
)
def test_money_is_written_as_its_reader_writes_it(minor: int, currency: str, fr: str, en: str) -> None:
    amount = Money(minor, currency)

    assert (formats.money(amount, "fr"), formats.money(amount, "en")) == (fr, en)


def test_midnight_is_shown_as_the_end_of_the_day_before() -> None:
    end = datetime(2026, 11, 24, 23, tzinfo=UTC)

    assert formats.until(end, "Europe/Paris", "fr") == "mardi 24\u00a0novembre 2026, 23\u00a0h\u00a059"
    assert formats.until(end, "Europe/Paris", "en") == "Tuesday 24\u00a0November 2026, 23:59"
    assert formats.until(end, "UTC", "fr") == "mardi 24\u00a0novembre 2026, 23\u00a0h\u00a000"


def test_midnight_that_does_not_exist_is_still_the_end_of_the_day_before() -> None:
    # Cairo, 28 April 2023: the clock went from 23:59:59 on the 27th to 01:00 on the 28th.
    end = datetime(2023, 4, 27, 22, tzinfo=UTC)

    assert formats.until(end, "Africa/Cairo", "en") == "Thursday 27\u00a0April 2023, 23:59"


def test_the_first_of_the_month_is_premier() -> None:
    assert formats.day(date(2026, 12, 1), "fr") == "mardi 1er\u00a0décembre 2026"
    assert formats.day(date(2026, 12, 1), "fr", weekday=False, year=False) == "1er\u00a0décembre"


def test_numbers_and_percentages() -> None:
    assert formats.number(Decimal("1234.50"), "fr") == "1\u202f234,5"
    assert formats.percent(667, "fr") == "6,67\u202f%"
    assert formats.percent(500, "en") == "5%"


def test_an_instant_without_zone_is_not_shown() -> None:
    with pytest.raises(ValueError, match="zone"):
        formats.value(datetime(2026, 1, 1), "fr")  # noqa: DTZ001
