"""Six lines of 38 characters: shortened by rule and told, never cut."""

import pytest

from recours.rules.letters import address
from recours.rules.letters.address import (
    AddressEmpty,
    AddressLineTooLong,
    AddressTooLong,
    AddressWithoutPostcode,
    Shortened,
)

pytestmark = pytest.mark.rules


def test_an_ordinary_address_stays_but_for_its_last_line() -> None:
    found = address(["Alice Martin", "3, rue des Lilas", "42100 Saint-Étienne"])

    assert found.lines == ("Alice Martin", "3 rue des Lilas", "42100 SAINT-ETIENNE")
    assert found.shortened == ()


def test_a_line_of_38_characters_stays_whole() -> None:
    line = "12 boulevard " + "x" * 25

    assert address(["A", line, "75002 Paris"]).lines[1] == line


def test_a_long_line_is_shortened_by_rule_and_told() -> None:
    line = "12 boulevard du Général de Gaulle prolongé"

    found = address(["A", line, "75002 Paris"])

    assert found.shortened == (Shortened(given=line, printed="12 Bd du Général de Gaulle prolongé"),)
    assert len(found.lines[1]) <= 38


def test_a_long_name_goes_on_over_a_second_line() -> None:
    name = "Association pour la défense des acheteurs à distance"

    found = address([name, "3 rue des Lilas", "75002 Paris"])

    assert " ".join(found.lines[:2]) == name
    assert len(found.lines) == 4
    assert found.shortened[0].given == name


def test_a_line_that_fits_nowhere_is_refused() -> None:
    with pytest.raises(AddressLineTooLong) as refused:
        address(["A", "x" * 39, "75002 Paris"])

    assert "39" in refused.value.explain("fr")


@pytest.mark.parametrize(("count", "country"), [(7, None), (9, None), (6, "Belgique")])
def test_more_than_six_lines_are_refused(count: int, country: str | None) -> None:
    with pytest.raises(AddressTooLong):
        address(["A"] * (count - 1) + ["75002 Paris"], country=country)


def test_six_lines_are_not() -> None:
    assert len(address(["A"] * 5 + ["75002 Paris"]).lines) == 6


@pytest.mark.parametrize("last", ["Paris", "7500 Paris", "75002", "Paris 75002"])
def test_a_french_address_ends_with_postcode_and_town(last: str) -> None:
    with pytest.raises(AddressWithoutPostcode):
        address(["A", "3 rue des Lilas", last])


def test_a_foreign_address_ends_with_its_country() -> None:
    found = address(["A", "Rue Haute 1", "1000 Bruxelles"], country="Belgique")

    assert found.lines == ("A", "Rue Haute 1", "1000 Bruxelles", "BELGIQUE")


@pytest.mark.parametrize("name", ["王小明", "محمد علي"])
def test_a_name_of_another_script_stays(name: str) -> None:
    assert address([name, "3 rue des Lilas", "75002 Paris"]).lines[0] == name


def test_nothing_is_no_address() -> None:
    with pytest.raises(AddressEmpty):
        address(["", " "])
