"""Amounts: reading, adding, sharing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recours.rules.money import (
    BadAmount,
    CurrencyMismatch,
    Money,
    NegativeAmount,
    TooPrecise,
    UnknownCurrency,
)
from recours.rules.wording.format import money

amounts = st.integers(min_value=-(10**12), max_value=10**12)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12,50 €", "EUR", 1250),
        ("12,50\u00a0€", "EUR", 1250),
        ("12.50", "EUR", 1250),
        ("1 234,50", "EUR", 123450),
        ("1\u202f234,50\u00a0€", "EUR", 123450),
        ("1,234.50", "EUR", 123450),
        ("1.234,50", "EUR", 123450),
        ("1.234.567", "EUR", 123456700),
        ("€12", "EUR", 1200),
        ("EUR 12,5", "EUR", 1250),
        ("12,5 eur", "EUR", 1250),
        ("+3", "EUR", 300),
        ("0", "EUR", 0),
        ("12,5000", "EUR", 1250),
        ("1'234.50 CHF", "CHF", 123450),
        ("1,234", "JPY", 1234),
        ("¥1234", "JPY", 1234),
        ("¥12.50", "CNY", 1250),
        ("$3.10", "CAD", 310),
        ("1,234", "TND", 1234),
    ],
)
def test_parse_reads_what_people_write(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", BadAmount),
        ("abc", BadAmount),
        ("1,234", BadAmount),
        ("12,", BadAmount),
        (",50", BadAmount),
        ("1.23.45", BadAmount),
        ("1 2 3,4.5,6", BadAmount),
        ("1e5", BadAmount),
        ("nan", BadAmount),
        ("١٢", BadAmount),
        ("9" * 30, BadAmount),
        ("-5", NegativeAmount),
        ("\u22125,00", NegativeAmount),
        ("12,505", BadAmount),
        ("12,5051", TooPrecise),
        ("12 $", CurrencyMismatch),
        ("12 GBP", CurrencyMismatch),
    ],
)
def test_parse_refuses_what_it_cannot_read(text: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal) as caught:
        Money.parse(text, "EUR")

    assert type(caught.value) is refusal


@pytest.mark.parametrize("code", ["", "EURO", "eur", "XXX", "ABC"])
def test_unknown_currency_is_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        Money(1, code)


def test_refusal_says_why_and_what_instead_in_both_languages() -> None:
    with pytest.raises(NegativeAmount) as caught:
        Money.parse("-5 {x}", "EUR")

    assert caught.value.code == "negative_amount"
    assert caught.value.explain("fr") == "«\u202f-5 {x}\u202f» est un montant négatif."
    assert caught.value.explain("en") == "“-5 {x}” is a negative amount."
    assert caught.value.remedy("en") == "Give an amount of zero or more."


@pytest.mark.parametrize("minor", [1.5, True, "1"])
def test_minor_units_are_whole(minor: object) -> None:
    with pytest.raises(TypeError):
        Money(minor, "EUR")  # type: ignore[arg-type]


def test_currencies_do_not_mix() -> None:
    euro, yen = Money(1, "EUR"), Money(1, "JPY")

    for act in (lambda: euro + yen, lambda: euro - yen, lambda: euro < yen, lambda: euro >= yen):
        with pytest.raises(CurrencyMismatch):
            act()
    assert euro != yen


@given(amounts, st.lists(st.integers(0, 10_000), min_size=1, max_size=12).filter(any))
def test_split_adds_up_and_is_fair(minor: int, weights: list[int]) -> None:
    parts = Money(minor, "EUR").split(weights)

    assert sum(part.minor for part in parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor * sum(weights) - minor * weight) < sum(weights)


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_split_refuses_weights_that_share_nothing(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(10, "EUR").split(weights)


@given(amounts, st.sampled_from(["EUR", "JPY", "TND"]))
def test_decimal_and_back(minor: int, currency: str) -> None:
    amount = Money(minor, currency)

    assert Money.from_decimal(amount.to_decimal(), currency) == amount


@given(st.integers(0, 10**12), st.sampled_from(["EUR", "JPY", "TND", "USD"]), st.sampled_from(["fr", "en"]))
def test_what_is_shown_can_be_read_again(minor: int, currency: str, lang: str) -> None:
    amount = Money(minor, currency)
    shown = money(amount, lang).replace("$US", "").replace("US$", "").replace("JP¥", "")

    assert Money.parse(shown, currency) == amount


def test_fractions_round_half_up() -> None:
    assert Money(1, "EUR").percent(5000) == Money(1, "EUR")
    assert Money(-1, "EUR").percent(5000) == Money(-1, "EUR")
    assert Money(1249, "EUR").percent(500) == Money(62, "EUR")
    assert Money(1250, "EUR").percent(500) == Money(63, "EUR")
    assert Money.from_decimal(Decimal("0.005"), "EUR") == Money(1, "EUR")
