"""The exhibits of a claim, as `ui/components/evidence.html` draws them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from recours.claims.models import Evidence
from recours.claims.presentation.words import word
from recours.conversations.presentation import film_length, hidden_text, withheld_text
from recours.files.showing import Hidden, shown_to
from recours.rules.lifecycle.vocabulary import Role

Address = Callable[[str, bool], str]


def exhibits(evidence: Sequence[Evidence], viewer: Role, address: Address) -> list[dict[str, Any]]:
    """Return one entry per file; `address(number, thumbnail)` is where the viewer's face serves it."""
    return [
        {
            "number": exhibit.exhibit,
            **_shown(exhibit, viewer, address),
            "by": word("role", exhibit.side) if exhibit.side != viewer else _("Vous"),
            "at": exhibit.added_at,
            "side": exhibit.side,
        }
        for exhibit in evidence
    ]


def _shown(exhibit: Evidence, viewer: Role, address: Address) -> dict[str, Any]:
    """What this viewer sees of the file; of one that is withheld not even its name, which can tell as much."""
    shown = shown_to(exhibit.file, viewer)
    if isinstance(shown, Hidden):
        return {"name": hidden_text(shown), "url": "", "thumbnail": "", "size": None}
    return {
        "name": shown.original_name,
        "url": address(exhibit.exhibit, False),
        "thumbnail": address(exhibit.exhibit, True) if shown.thumb_sha256 else "",
        "size": shown.clean_size,
        "length": film_length(shown),
        "caption": withheld_text(exhibit.file),
    }
