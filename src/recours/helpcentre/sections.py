"""Where articles stand: the sections of each category, in the order of its page."""

from __future__ import annotations

from recours.helpcentre.models import Category

SECTIONS: dict[Category, tuple[str, ...]] = {
    Category.ORDERS: ("ordering", "paying", "payment_problem", "account"),
    Category.SHIPPING: ("tracking", "not_arrived", "late", "receiving"),
    Category.AFTER_SALES: ("wrong_or_broken", "seller", "dispute", "guarantee"),
    Category.REFUNDS: ("withdrawal", "returning", "getting_paid", "late_refund"),
}

RESERVED: frozenset[str] = frozenset({"search", "what-happened", "c"})
"""Addresses of other pages, which no article may have."""
