"""How a shop answers, in words."""

import datetime as dt

import pytest

from recours.rules.answering import FEWEST, Answering, said, usual
from recours.rules.establishment import is_outside_the_union

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MOMENT = dt.timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("median", "sentence"),
    [
        (dt.timedelta(), ("answering.usual_hour", 1)),
        (HOUR - MOMENT, ("answering.usual_hour", 1)),
        (HOUR, ("answering.usual_hours", 2)),
        (5 * HOUR, ("answering.usual_hours", 6)),
        (6 * HOUR - MOMENT, ("answering.usual_hours", 6)),
        (6 * HOUR, ("answering.usual_hours", 12)),
        (DAY - MOMENT, ("answering.usual_hours", 24)),
        (DAY, ("answering.usual_days", 2)),
        (6 * DAY, ("answering.usual_days", 7)),
        (7 * DAY, ("answering.usual_longer", 7)),
        (80 * DAY, ("answering.usual_longer", 7)),
    ],
)
def test_the_usual_time_is_rounded_up_to_what_one_says(
    median: dt.timedelta, sentence: tuple[str, int]
) -> None:
    assert usual(median) == sentence


def test_below_five_questions_nothing_is_claimed() -> None:
    few = Answering(asked=FEWEST - 1, answered=FEWEST - 1, median=HOUR)

    assert said(few, "fr") == [
        "Trop peu de questions ces 90 derniers jours pour dire si cette boutique répond, et en combien de temps."
    ]


def test_a_shop_that_never_answers_is_said_to() -> None:
    assert said(Answering(asked=5), "fr") == [
        "N’a répondu à aucune des 5 questions de ces 90 derniers jours."
    ]


def test_a_shop_with_a_habit_reads_as_three_sentences() -> None:
    found = Answering(asked=20, answered=18, due=8, in_time=6, median=5 * HOUR)

    assert said(found, "fr") == [
        "Répond en général en moins de 6 h.",
        "A répondu à 90\u202f% des questions.",
        "Sur une commande\u202f: 75\u202f% des questions ont eu leur réponse dans le délai de la place de marché.",
        "D’après les 20 questions auxquelles elle devait répondre ces 90 derniers jours.",
    ]
    assert said(found, "en")[0] == "Usually answers within 6 hours."


def test_a_share_of_too_few_is_not_told() -> None:
    found = Answering(asked=20, answered=18, due=FEWEST - 1, in_time=0, median=HOUR)

    assert len(said(found, "fr")) == 3


def test_a_hundred_percent_means_every_one() -> None:
    found = Answering(asked=1000, answered=999, median=HOUR)

    assert said(found, "en")[1:] == ["Answered 99% of the questions.", said(found, "en")[2]]


@pytest.mark.parametrize(
    ("country", "outside"),
    [("FR", False), ("RE", False), ("IE", False), ("", False), ("GB", True), ("CN", True)],
)
def test_who_is_outside_the_union(country: str, outside: bool) -> None:
    assert is_outside_the_union(country) is outside
