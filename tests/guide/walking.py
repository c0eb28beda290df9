"""Somebody who goes through the guide without a browser: each page's form is sent back with what it held."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')

DAMAGED: dict[str, dict[str, Any]] = {
    "trouble": {"trouble": "damaged"},
    "days": {"ordered_on": "2026-11-02", "delivered_on": "2026-11-12"},
    "purchase": {"order_number": "8150-77", "product": "Casque Nova", "amount": "89,90"},
    "tried": {"on_seller": "2026-11-13", "text_seller": "Sans réponse."},
    "wanted": {"wanted": "refund"},
    "story": {"story": "L’arceau est cassé net."},
}
"""A headset that came broken, question by question."""


class Walker:
    """`page` is what was shown last."""

    def __init__(self, client: Client, profile: str = "aliexpress_fr") -> None:
        self.client = client
        self.page: Any = client.post("/guide/", {"profile": profile})

    @property
    def text(self) -> str:
        return str(self.page.content.decode())

    @property
    def hidden(self) -> dict[str, str]:
        """What the form carries."""
        found = {name: unescape(value) for name, value in _HIDDEN.findall(self.text)}
        return {name: found[name] for name in ("state", "at") if name in found}

    @property
    def at(self) -> str:
        return self.hidden.get("at", "")

    def sends(self, url: str = "/guide/", **fields: Any) -> None:
        """Send the form with these fields."""
        self.page = self.client.post(url, self.hidden | fields)

    def answers(self, answers: dict[str, dict[str, Any]]) -> None:
        """Answer whatever is asked, to the result."""
        for _ in range(10):
            if self.at == "result":
                return
            self.sends(**answers[self.at])
            assert self.page.status_code == 200, self.text
        raise AssertionError(f"still asked: {self.at}")
