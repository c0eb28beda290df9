"""The marketplace's policy: a versioned TOML file, every window of a claim's life on a line of its own.

A policy may give less than the law: that is a fact, told by `below_the_law`; it never shortens what is counted.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from recours.rules.policy.model import (
    EVIDENCE,
    GROUNDS,
    REMEDIES,
    Appeal,
    Buyer,
    Closed,
    Contact,
    GroundRules,
    Meta,
    Offers,
    Opening,
    Place,
    Platform,
    Policy,
    Refund,
    Replacement,
    Returns,
    Seller,
    Withdrawal,
)
from recours.rules.policy.parse import PolicyError, Problem, parse_policy
from recours.rules.policy.shortfalls import Shortfall, below_the_law

__all__ = [
    "EVIDENCE",
    "GROUNDS",
    "PRESETS",
    "REMEDIES",
    "Appeal",
    "Buyer",
    "Closed",
    "Contact",
    "GroundRules",
    "Meta",
    "Offers",
    "Opening",
    "Place",
    "Platform",
    "Policy",
    "PolicyError",
    "Problem",
    "Refund",
    "Replacement",
    "Returns",
    "Seller",
    "Shortfall",
    "Withdrawal",
    "below_the_law",
    "load_preset",
    "parse_policy",
    "preset",
]

#: The policies that come with Recours.
PRESETS: tuple[str, ...] = ("default", "aliexpress_2024", "ebay_like", "amazon_like", "paypal_like")


def preset(name: str) -> str:
    """Return the text of a policy that comes with Recours. Raises KeyError for another name."""
    if name not in PRESETS:
        raise KeyError(name)
    return (files("recours.rules") / "presets" / f"{name}.toml").read_text("utf-8")


@cache
def load_preset(name: str) -> Policy:
    """Return a policy that comes with Recours. Raises KeyError for another name."""
    return parse_policy(preset(name))
