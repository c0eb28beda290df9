import datetime as dt
from collections.abc import Iterator
from importlib.resources import files

import pytest

from recours.rules.guidance import CHOICES, DEEPEST, Choice, End, NoSuchAnswer, Place, bank_terms, follow
from recours.rules.law import law_of
from recours.rules.policy import parse_policy, preset
from recours.rules.wording import LANGUAGES, has

pytestmark = pytest.mark.rules


def ends(
    choices: tuple[Choice, ...] = CHOICES, trail: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], End]]:
    for choice in choices:
        here = (*trail, choice.key)
        if isinstance(choice.leads, End):
            yield here, choice.leads
        else:
            yield from ends(choice.leads, here)


def test_every_end_is_four_taps_away_at_most() -> None:
    for trail, end in ends():
        taps = len(trail) + (end.place.wants_order or end.place.wants_payment) + 1
        assert len(trail) <= DEEPEST
        assert taps <= 4, trail


def test_following_the_answers_leads_where_they_say() -> None:
    for trail, end in ends():
        assert follow(trail) == end


def test_every_end_names_an_article_that_exists_in_both_languages() -> None:
    starter = files("recours.helpcentre") / "starter"
    written = {path.name for folder in starter.iterdir() if folder.is_dir() for path in folder.iterdir()}
    for _, end in ends():
        assert {f"{end.article}.fr.md", f"{end.article}.en.md"} <= written


def test_every_answer_and_end_has_its_words() -> None:
    keys = {f"guidance.choice.{key}" for trail, _ in ends() for key in trail}
    keys |= {
        f"guidance.end.{place}.{part}" for place in Place for part in ("title", "text", "button", "sign_in")
    }
    for lang in LANGUAGES:
        assert [key for key in keys if not has(lang, key)] == []


@pytest.mark.parametrize("trail", [("nonsense",), ("item", "late"), ("changed_mind", "item"), ("",)])
def test_an_answer_that_no_page_offers_is_refused(trail: tuple[str, ...]) -> None:
    with pytest.raises(NoSuchAnswer):
        follow(trail)


def test_a_fraud_goes_to_the_bank_and_a_change_of_mind_to_withdrawal() -> None:
    assert getattr(follow(("money", "unknown_charge")), "place") is Place.BANK  # noqa: B009
    assert getattr(follow(("changed_mind",)), "place") is Place.WITHDRAWAL  # noqa: B009


def test_the_banks_terms_run_from_the_day_of_the_debit() -> None:
    calendar = parse_policy(preset("default")).calendar

    found = {
        term.right.key: term.until.due_at for term in bank_terms(dt.date(2026, 11, 2), law_of("FR"), calendar)
    }

    midnight = dt.timedelta(hours=-1)  # of Paris in winter, in UTC
    assert found == {
        "unauthorised_payment": dt.datetime(2027, 12, 3, tzinfo=dt.UTC) + midnight,
        "unauthorised_payment_outside_eea": dt.datetime(2027, 1, 12, tzinfo=dt.UTC) + midnight,
        "chargeback": dt.datetime(2027, 3, 3, tzinfo=dt.UTC) + midnight,
    }


def test_without_a_law_there_are_no_terms() -> None:
    calendar = parse_policy(preset("default")).calendar
    assert bank_terms(dt.date(2026, 11, 2), None, calendar) == ()
