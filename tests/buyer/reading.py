"""A page as a reader compares it: ordinary spaces, straight apostrophes, no entities."""

import html
from typing import Any


def plain(response: Any) -> str:
    text = html.unescape(response.content.decode())
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2019", "'")
