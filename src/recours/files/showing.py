"""What a reader is shown of a file that is kept: the file, a copy instead of it, or nothing and why.

Every page that names a file and every address that hands one out asks here, so that what the desk withholds is withheld
wherever the file hangs.
"""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings

from recours.files.models import Scan, StoredFile, Withheld
from recours.rules.lifecycle.vocabulary import Role

SHOWN_WITH = ("scan", "withheld__copy__scan")
"""What `select_related` of files fetches along, for a list that asks for each."""


class Hidden(StrEnum):
    """Why a reader is shown nothing."""

    SEALED = "sealed"
    WAITING = "waiting"
    """The virus scanner has not said yet, and the operator wants files held until it has."""
    INFECTED = "infected"
    """The virus scanner has recognised something. Nobody is handed it, the desk no more than the parties."""


def shown_to(stored: StoredFile, reader: Role) -> StoredFile | Hidden:
    """Return what `reader` may see of a file. The desk sees all of it, but what is or may be harmful."""
    withheld: Withheld | None = getattr(stored, "withheld", None)
    if withheld is None or reader is Role.AGENT:
        return _once_scanned(stored)
    if (reader is Role.BUYER and withheld.from_buyer) or (reader is Role.SELLER and withheld.from_seller):
        return Hidden.SEALED
    return _once_scanned(withheld.copy or stored)


def _once_scanned(stored: StoredFile) -> StoredFile | Hidden:
    scan: Scan | None = getattr(stored, "scan", None)
    if scan is None or scan.verdict == Scan.Verdict.CLEAN:
        return stored
    if scan.verdict == Scan.Verdict.INFECTED:
        return Hidden.INFECTED
    return Hidden.WAITING if settings.CLAMAV is not None and settings.CLAMAV_REQUIRED else stored
