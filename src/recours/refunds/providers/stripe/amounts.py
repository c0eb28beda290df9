"""Amounts as Stripe writes them: not always in the minor unit of ISO 4217.

Source: docs.stripe.com/currencies, "Zero-decimal currencies" and "Special cases".
"""

from __future__ import annotations

from recours.rules.money import Money, UnknownCurrency, exponent

AS_TWO_DECIMALS = frozenset({"ISK", "UGX"})
"""Without decimals in ISO 4217, written here with two that are always zero."""
WITHOUT_DECIMALS = frozenset({"MGA"})
"""With two decimals in ISO 4217, written here without."""


class NotWritable(ValueError):
    """Stripe cannot pay this amount: it has decimals that Stripe does not write."""


def to_stripe(amount: Money) -> tuple[int, str]:
    """Return an amount and its currency as Stripe takes them. Raises NotWritable."""
    currency = amount.currency
    if currency in AS_TWO_DECIMALS:
        return amount.minor * 100, currency.lower()
    if currency in WITHOUT_DECIMALS:
        whole, rest = divmod(amount.minor, 100)
        if rest:
            raise NotWritable(str(amount))
        return whole, currency.lower()
    if exponent(currency) == 3 and amount.minor % 10:
        raise NotWritable(str(amount))  # three decimals, of which the last must be zero
    return amount.minor, currency.lower()


def from_stripe(minor: int, currency: str) -> Money:
    """Return the amount that Stripe wrote. Raises NotWritable, UnknownCurrency."""
    code = currency.upper()
    if currency != code.lower():
        raise UnknownCurrency(currency=currency)
    if code in AS_TWO_DECIMALS:
        whole, rest = divmod(minor, 100)
        if rest:
            raise NotWritable(f"{minor} {currency}")
        return Money(whole, code)
    return Money(minor * 100 if code in WITHOUT_DECIMALS else minor, code)
