"""What a reader is shown of a file that is kept: the file, a copy instead of it, or nothing and why.

Every page that names a file and every address that hands one out asks here, so that what the desk withholds is withheld
wherever the file hangs.
"""

from __future__ import annotations

from enum import StrEnum

from recours.files.models import StoredFile, Withheld
from recours.rules.lifecycle.vocabulary import Role

SHOWN_WITH = ("withheld__copy",)
"""What `select_related` of files fetches along, for a list that asks for each."""


class Hidden(StrEnum):
    """Why a reader is shown nothing."""

    SEALED = "sealed"


def shown_to(stored: StoredFile, reader: Role) -> StoredFile | Hidden:
    """Return what `reader` may see of a file. The desk sees all of it."""
    withheld: Withheld | None = getattr(stored, "withheld", None)
    if withheld is None or reader is Role.AGENT:
        return stored
    if (reader is Role.BUYER and withheld.from_buyer) or (reader is Role.SELLER and withheld.from_seller):
        return Hidden.SEALED
    return withheld.copy or stored
