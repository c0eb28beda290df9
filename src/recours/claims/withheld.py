"""Proof that what is withheld of each exhibit is what the desk decided: files' rows against the claims' events."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from django.db.models import Exists, OuterRef, Q

from recours.claims.models import ClaimEvent, Evidence
from recours.claims.verify import Difference
from recours.files.models import Withheld
from recours.rules.lifecycle.claim import Seal

_DECIDED = ("ExhibitSealed", "ExhibitRedacted", "ExhibitRestored")
_NOTHING = "-"


def differences(reference: str = "") -> Iterator[Difference]:
    """Yield each exhibit that is shown or withheld otherwise than its claim says; of one claim alone, when its
    reference is given. What was decided of an exhibit holds for every other of its claim with the same content."""
    decided = ClaimEvent.objects.filter(claim_id=OuterRef("claim_id"), kind__in=_DECIDED)
    found = Evidence.objects.filter(Exists(decided) | Q(file__withheld__isnull=False))
    if reference:
        found = found.filter(claim__reference=reference)
    found = found.select_related("claim", "file__withheld__copy").order_by("claim_id", "side", "number")
    for _, group in groupby(found.iterator(), key=lambda one: one.claim_id):
        yield from _of_claim(list(group))


def _of_claim(exhibits: list[Evidence]) -> Iterator[Difference]:
    claim = exhibits[0].claim
    seals: dict[str, set[str]] = {}
    for one in exhibits:
        if (seal := claim.snapshot.seal(one.exhibit)) is not None:
            for sha256 in (one.file.sha256, one.file.clean_sha256):
                seals.setdefault(sha256, set()).add(_told(seal))
    for one in exhibits:
        own = claim.snapshot.seal(one.exhibit)
        stored = _stored(one)
        told = seals.get(one.file.sha256, set()) | seals.get(one.file.clean_sha256, set())
        # Sent again after the decision: it is the desk's to decide anew, and no difference.
        if stored in told or (stored == _NOTHING and own is None):
            continue
        yield Difference(
            what="withheld_differs",
            subject=claim.reference,
            params={
                "exhibit": one.exhibit,
                "stored": stored,
                "told": " / ".join(sorted(told)) or _NOTHING,
            },
        )


def _told(seal: Seal) -> str:
    return seal.copy or " ".join(sorted(role.value for role in seal.hidden_from))


def _stored(exhibit: Evidence) -> str:
    row: Withheld | None = getattr(exhibit.file, "withheld", None)
    if row is None:
        return _NOTHING
    if row.copy is not None:
        return row.copy.sha256
    return " ".join(
        name for name, hidden in (("buyer", row.from_buyer), ("seller", row.from_seller)) if hidden
    )
