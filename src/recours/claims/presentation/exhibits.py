"""The exhibits of a claim, as `ui/components/evidence.html` draws them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from recours.claims.models import Evidence
from recours.claims.presentation.words import word
from recours.rules.lifecycle.vocabulary import Role

Address = Callable[[str, bool], str]


def exhibits(evidence: Sequence[Evidence], viewer: Role, address: Address) -> list[dict[str, Any]]:
    """Return one entry per file; `address(number, thumbnail)` is where the viewer's face serves it."""
    return [
        {
            "number": exhibit.exhibit,
            "name": exhibit.file.original_name,
            "url": address(exhibit.exhibit, False),
            "thumbnail": address(exhibit.exhibit, True) if exhibit.file.thumb_sha256 else "",
            "size": exhibit.file.clean_size,
            "by": word("role", exhibit.side) if exhibit.side != viewer else _("Vous"),
            "at": exhibit.added_at,
            "side": exhibit.side,
        }
        for exhibit in evidence
    ]
