"""Tracking numbers: whose they are, what they look like, and the digit by which a slip of the pen shows.

A number is judged by the formats of the carrier that was named (`carriers.toml`). Where nothing is known of a carrier,
a number that has the shape of a postal one is still held to its check digit: posts all over the world share it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec
from msgspec import Struct

from recours.rules.tracking.digits import fedex, iso7064, mod7, mod10, s10, ups

MAX_CHARS = 64
"""Longest number, and longest name of a carrier, that is kept: as the column of a parcel."""

Check = Literal["", "s10", "ups", "fedex", "mod10", "mod7", "iso7064"]

CHECKS: dict[str, Callable[[str], bool]] = {
    "s10": s10,
    "ups": ups,
    "fedex": fedex,
    "mod10": mod10,
    "mod7": mod7,
    "iso7064": iso7064,
}

POSTAL = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}", re.ASCII)
"""The thirteen characters of UPU standard S10: a service, eight digits, their check digit, a country."""


class Format(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One shape that a carrier's numbers have, with an invented example."""

    pattern: str
    like: str
    check: Check = ""


class Carrier(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A carrier, by the name under which it is kept; `url` is where it tells of a parcel."""

    name: str
    aliases: tuple[str, ...] = ()
    formats: tuple[Format, ...] = ()
    url: str = ""


class Verdict(StrEnum):
    """What a number's own shape says of it; whether such a parcel exists only its carrier knows."""

    VERIFIED = "verified"
    """Its check digit is right."""
    PLAUSIBLE = "plausible"
    """It has the carrier's shape, which has no check digit that we know."""
    UNKNOWN = "unknown"
    """Nothing is known of the numbers of this carrier."""
    WRONG_DIGIT = "wrong_digit"
    """Its check digit is wrong: a character was mistyped, or two were swapped."""
    WRONG_FORMAT = "wrong_format"
    """The carrier's numbers do not look like this."""

    @property
    def is_wrong(self) -> bool:
        return self in (Verdict.WRONG_DIGIT, Verdict.WRONG_FORMAT)


class Checked(Struct, frozen=True):
    """A carrier's name and a number as they are kept, what the number looks like, and like what it should."""

    carrier: str
    number: str
    verdict: Verdict
    like: str = ""


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    carrier: tuple[Carrier, ...]


@cache
def carriers() -> tuple[Carrier, ...]:
    """Return the carriers that are known, the usual ones first."""
    text = files(__package__).joinpath("carriers.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _File).carrier


def carrier_named(name: str) -> Carrier | None:
    """Return the carrier that goes by this name, however it is written; None for one that is not known."""
    wanted = _folded(name)
    return next((one for one in carriers() if wanted in map(_folded, (one.name, *one.aliases))), None)


def normalised(number: str) -> str:
    """Return a number as carriers keep it: in capitals, without what only helps to read it."""
    return re.sub(r"[\s.\-\u2010-\u2015\u200b-\u200f\u2060\ufeff]", "", number).upper()


def checked(carrier: str, number: str) -> Checked:
    """Judge a number by its carrier's formats; of several that fit, the one that proves most counts.

    Any text may come in; the caller has seen to it that neither is empty. A carrier that is not known passes as it was
    typed, and its number with the verdict that nothing is known of it, unless it is a postal one.
    """
    known = carrier_named(carrier)
    name = known.name if known else " ".join(carrier.split())
    plain = normalised(number)
    formats = known.formats if known else ()
    found = {_verdict(one, plain) for one in formats if _fits(one, plain)}
    for verdict in (Verdict.VERIFIED, Verdict.PLAUSIBLE, Verdict.WRONG_DIGIT):
        if verdict in found:
            return Checked(name, plain, verdict)
    if POSTAL.fullmatch(plain) and not formats:
        return Checked(name, plain, Verdict.VERIFIED if s10(plain) else Verdict.WRONG_DIGIT)
    if formats:
        return Checked(name, plain, Verdict.WRONG_FORMAT, formats[0].like)
    return Checked(name, plain, Verdict.UNKNOWN)


def tracking_url(carrier: str, number: str) -> str:
    """Return where the carrier tells of a parcel; nothing where it is not known or its number is not one."""
    known = carrier_named(carrier)
    if known is None or not known.url or not re.fullmatch(r"[A-Z0-9]{1,40}", number):
        return ""
    return known.url.format(number=number)


def _folded(name: str) -> str:
    """Letters and digits alone, small and without accents."""
    plain = unicodedata.normalize("NFKD", name).lower()
    return "".join(char for char in plain if char.isalnum())


def _fits(one: Format, plain: str) -> bool:
    return re.fullmatch(one.pattern, plain, re.ASCII) is not None


def _verdict(one: Format, plain: str) -> Verdict:
    if not one.check:
        return Verdict.PLAUSIBLE
    return Verdict.VERIFIED if CHECKS[one.check](plain) else Verdict.WRONG_DIGIT
