"""Goods sent again: the policy's seven days from the grant, the law's thirty from the request, the earlier counted."""

import datetime as dt

import pytest

from recours.rules.entitlement import Entitlement, Facts, Kind, entitlements, replacement_window
from recours.rules.law import law_of
from recours.rules.policy import load_preset
from recours.rules.wording.rights import counted_text, kind_text, side_text

pytestmark = pytest.mark.rules

POLICY = load_preset("default")
CLAIMED = dt.datetime(2026, 11, 19, 13, 12, tzinfo=dt.UTC)
DELIVERED = dt.date(2026, 11, 12)


def line(ground: str = "damaged", granted_on: dt.date | None = None, country: str = "FR") -> Entitlement:
    facts = Facts(
        delivered_on=DELIVERED,
        claimed_at=CLAIMED,
        ground=ground,
        replacement=True,
        replacement_at=granted_on,
    )
    return entitlements(POLICY, law_of(country), facts)[-1]


def words(found: Entitlement) -> tuple[str, ...]:
    law = side_text(found.law, "fr") if found.law else ""
    texts = (kind_text(found.kind, "fr"), side_text(found.policy, "fr"), law, counted_text(found, "fr"))
    return tuple(text.replace("\u202f", " ").replace("\xa0", " ").replace("’", "'") for text in texts)


def test_before_the_grant_only_the_law_has_a_date() -> None:
    found = line()

    assert (found.kind, found.better) == (Kind.REPLACEMENT, "law")
    assert words(found) == (
        "Recevoir l'article à nouveau",
        "7 jours",
        "30 jours : 19 décembre 2026",
        "samedi 19 décembre 2026",
    )


@pytest.mark.parametrize(
    ("granted_on", "better", "counted"),
    [
        (dt.date(2026, 11, 20), "policy", dt.date(2026, 11, 27)),
        (dt.date(2026, 12, 12), "same", dt.date(2026, 12, 19)),
        (dt.date(2026, 12, 13), "law", dt.date(2026, 12, 19)),
        (dt.date(2027, 2, 1), "law", dt.date(2026, 12, 19)),
    ],
)
def test_the_earlier_is_counted_even_when_it_was_past_at_the_grant(
    granted_on: dt.date, better: str, counted: dt.date
) -> None:
    found = line(granted_on=granted_on)

    assert found.counted is not None
    assert (found.better, found.counted.last_on) == (better, counted)
    assert [step.code for step in found.counted.trace if step.kind == "choice"] == ["earlier"]


@pytest.mark.parametrize(("ground", "country"), [("late", "FR"), ("lost", "FR"), ("damaged", "JP")])
def test_without_a_lack_of_conformity_or_a_law_the_policy_is_alone(ground: str, country: str) -> None:
    assert (line(ground, country=country).law, line(ground, country=country).counted) == (None, None)

    found = line(ground, dt.date(2026, 11, 20), country)
    assert (found.law, found.better) == (None, "policy")
    assert found.counted is not None
    assert found.counted.last_on == dt.date(2026, 11, 27)


def test_who_wants_no_goods_is_shown_no_such_line() -> None:
    facts = Facts(delivered_on=DELIVERED, claimed_at=CLAIMED, ground="damaged")

    assert Kind.REPLACEMENT not in [one.kind for one in entitlements(POLICY, law_of("FR"), facts)]


def test_nothing_known_is_nothing_counted() -> None:
    found = replacement_window("damaged", None, None, POLICY, law_of("FR"), POLICY.calendar)

    assert (found.counted, found.policy, found.law) == (None, None, None)
