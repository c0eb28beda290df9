"""Amounts: a whole number of minor units and a currency, never a float."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

from recours.rules.refusals import Refusal


class CurrencyMismatch(Refusal, ValueError):
    """Two amounts of different currencies were added or compared."""


class UnknownCurrency(Refusal, ValueError):
    """The code is not a currency of ISO 4217 in use."""


class BadAmount(Refusal, ValueError):
    """The text is not an amount, or could be read in two ways."""


class NegativeAmount(BadAmount):
    """The amount is below zero where none can be."""


class TooPrecise(BadAmount):
    """The amount has more decimals than its currency."""


# ISO 4217 list one, the currencies people pay with (funds, metals and test codes left out).
_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL
HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD
MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG
QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD
TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
_NO_MINOR_UNIT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"

#: Decimals of each known currency (ISO 4217, not the rounding habits of CLDR: IQD has 3, whatever shops do).
EXPONENTS: dict[str, int] = (
    dict.fromkeys(_CODES.split(), 2)
    | dict.fromkeys(_NO_MINOR_UNIT.split(), 0)
    | dict.fromkeys(_THREE_DECIMALS.split(), 3)
)

#: An amount must fit a PostgreSQL bigint, with room to add many of them.
MAX_MINOR = 10**15

_SYMBOLS = {"€": "EUR", "£": "GBP", "¥": "JPY", "$": "USD"}
_SPACES = re.compile("[\u0020\u00a0\u2009\u202f'’]")
_NUMBER = re.compile(r"[0-9][0-9.,]{0,39}", re.ASCII)
"""Longer than any amount: Python itself refuses to read thousands of digits, and not as a refusal."""


def exponent(currency: str) -> int:
    """Return how many decimals the currency has. Raises UnknownCurrency. Source: ISO 4217."""
    try:
        return EXPONENTS[currency]
    except (KeyError, TypeError):
        raise UnknownCurrency(currency=str(currency)) from None


class Money(Struct, frozen=True, order=False):
    """An amount: `minor` units (cents for the euro), which may be negative, of an ISO 4217 `currency`."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are a whole number, not {self.minor!r}")
        exponent(self.currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """Read what a person or a file wrote: "12,50 €", "12.50", "1 234,50", "1,234.50", "EUR 12".

        A lone separator followed by three digits is refused where it could mean a thousand as well as
        decimals ("1,234" in euros). Raises UnknownCurrency, CurrencyMismatch when the text names
        another currency, NegativeAmount, TooPrecise, BadAmount.
        """
        decimals = exponent(currency)
        bare = _without_currency(text, currency)
        if bare.startswith(("-", "\u2212")):
            raise NegativeAmount(text=text)
        bare = bare.removeprefix("+")
        if not _NUMBER.fullmatch(bare):
            raise BadAmount(text=text)
        whole, fraction = _split_number(bare, decimals, text)
        if len(fraction) > decimals:
            if fraction[decimals:].strip("0"):
                raise TooPrecise(text=text, currency=currency, decimals=decimals)
            fraction = fraction[:decimals]
        minor = int(whole + fraction.ljust(decimals, "0"))
        if minor > MAX_MINOR:
            raise BadAmount(text=text)
        return cls(minor, currency)

    @classmethod
    def from_decimal(cls, amount: Decimal, currency: str) -> Money:
        """Round a decimal amount of major units half up (away from zero) to the minor unit."""
        scaled = amount.scaleb(exponent(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return cls(int(scaled), currency)

    def to_decimal(self) -> Decimal:
        """Return the amount in major units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    @property
    def is_zero(self) -> bool:
        return self.minor == 0

    @property
    def is_positive(self) -> bool:
        return self.minor > 0

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def times(self, count: int) -> Money:
        """Multiply by a whole number."""
        return Money(self.minor * count, self.currency)

    def fraction(self, numerator: int, denominator: int) -> Money:
        """Return numerator/denominator of the amount, rounded half up (away from zero) to the minor unit."""
        if denominator <= 0:
            raise ValueError("a fraction's denominator is positive")
        product = self.minor * numerator
        size = (2 * abs(product) + denominator) // (2 * denominator)
        return Money(size if product >= 0 else -size, self.currency)

    def percent(self, basis_points: int) -> Money:
        """Return that many hundredths of a percent of the amount (500 is 5 %), rounded half up."""
        return self.fraction(basis_points, 10_000)

    def split(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Share the amount in proportion to the weights (not negative, not all zero).

        The parts add up to the amount exactly, and each is within one minor unit of its exact share:
        the units left over go to the largest remainders, the earliest part first where two are equal.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights are not negative and not all zero")
        size = abs(self.minor)
        shares = [size * weight // total for weight in weights]
        by_remainder = sorted(range(len(shares)), key=lambda i: -(size * weights[i] % total))
        for i in by_remainder[: size - sum(shares)]:
            shares[i] += 1
        sign = 1 if self.minor >= 0 else -1
        return tuple(Money(sign * share, self.currency) for share in shares)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __gt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor > other.minor

    def __ge__(self, other: Money) -> bool:
        self._same(other)
        return self.minor >= other.minor

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(currency=self.currency, other=other.currency)


def _without_currency(text: str, currency: str) -> str:
    """Take the spaces and a leading or trailing currency off; raises CurrencyMismatch on another one."""
    bare = _SPACES.sub("", text.strip()).upper()
    for mark, code in [*_SYMBOLS.items(), *((code, code) for code in EXPONENTS)]:
        if bare.startswith(mark) or bare.endswith(mark):
            # The yen's sign is the yuan's too, and the dollar's is that of twenty countries.
            same_sign = {"¥": {"JPY", "CNY"}}.get(mark, {code})
            if mark == "$" and currency.endswith("D"):
                same_sign = {currency}
            if currency not in same_sign:
                raise CurrencyMismatch(currency=currency, other=code)
            return bare.removeprefix(mark).removesuffix(mark)
    return bare


def _split_number(bare: str, decimals: int, text: str) -> tuple[str, str]:
    """Split digits into whole part and fraction, telling thousands from decimals. Raises BadAmount."""
    marks = [mark for mark in ".," if mark in bare]
    if not marks:
        return bare, ""
    last = max(marks, key=bare.rfind)
    groups = bare.split(last)
    if len(marks) == 2:
        if len(groups) != 2:
            raise BadAmount(text=text)
        return _without_thousands(groups[0], "," if last == "." else ".", text), groups[1]
    if len(groups) > 2:
        return _without_thousands(bare, last, text), ""
    whole, fraction = groups
    if len(fraction) == 3 and decimals != 3 and whole != "0":
        if decimals == 0:
            return _without_thousands(bare, last, text), ""
        raise BadAmount(text=text)
    if not fraction:
        raise BadAmount(text=text)
    return whole, fraction


def _without_thousands(bare: str, mark: str, text: str) -> str:
    first, *rest = bare.split(mark)
    if not 1 <= len(first) <= 3 or any(len(group) != 3 for group in rest):
        raise BadAmount(text=text)
    return first + "".join(rest)
