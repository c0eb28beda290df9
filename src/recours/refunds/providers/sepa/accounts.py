"""Account numbers: read as people type them, checked before they are believed, shown masked."""

from __future__ import annotations

from stdnum import iban
from stdnum.exceptions import InvalidChecksum, ValidationError

from recours.refunds.refusals import IbanMalformed, IbanMistyped, IbanNotReachable

REACHED = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
"""The European Economic Area, by the letters that begin an IBAN. Elsewhere in SEPA a transfer wants the bank's BIC and
the holder's address besides. Source: EPC409-09, list of the SEPA scheme countries."""


def read_iban(typed: str) -> str:
    """Return an IBAN without its spaces. Raises IbanMalformed, IbanMistyped, IbanNotReachable."""
    number = "".join(sign for sign in typed if sign.isalnum()).upper()
    if not number.isascii() or len(number) < 5:
        raise IbanMalformed
    try:
        # Lengths and check digits; the digits that some countries add inside are those banks' own business.
        number = iban.validate(number, check_country=False)
    except InvalidChecksum:
        raise _mistyped(number) from None
    except ValidationError:
        raise IbanMalformed from None
    if number[:2] not in REACHED:
        raise IbanNotReachable(country=number[:2])
    return number


def _mistyped(number: str) -> IbanMistyped | IbanMalformed:
    """A number of the right length has a wrong sign; another one misses some."""
    for digits in range(2, 99):
        try:
            iban.validate(f"{number[:2]}{digits:02}{number[4:]}", check_country=False)
        except InvalidChecksum:
            continue
        except ValidationError:
            return IbanMalformed()
        return IbanMistyped()
    return IbanMalformed()


def masked(number: str) -> str:
    """Show whose country and which account it is, and nothing that could be used."""
    return f"{number[:4]} •••• {number[-4:]}"


def grouped(number: str) -> str:
    """Write an IBAN in groups of four, for who pays."""
    return iban.format(number)
