"""Reading what is kept. Whoever asks has asked first who may see it: nothing here knows about claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Exists, ManyToOneRel, OuterRef, Q, QuerySet

from recours.files.models import Scan, SealedContent, StoredFile

_BATCH = 500


def stored_file(file_id: UUID | str) -> StoredFile:
    """Return one file. Raises StoredFile.DoesNotExist."""
    return StoredFile.objects.get(pk=file_id)


def of_nothing(*, before: dt.datetime) -> QuerySet[StoredFile]:
    """Return the files received before an instant that no row of any table speaks of: no message, no exhibit, no
    letter, no draft. What the scanner said of a file is the file's own."""
    rows = StoredFile.objects.filter(received_at__lt=before)
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        # Of a many-to-many field, its table's own foreign key is among them.
        if isinstance(relation, ManyToOneRel) and relation.related_model is not Scan:
            of_it = {relation.field.attname: OuterRef("pk")}
            rows = rows.exclude(Exists(relation.related_model._base_manager.filter(**of_it)))
    return rows


def known_hashes(hashes: Iterable[str]) -> set[str]:
    """Return those of `hashes` that some row speaks of."""
    asked = set(hashes)
    rows = StoredFile.objects.filter(
        Q(sha256__in=asked) | Q(clean_sha256__in=asked) | Q(thumb_sha256__in=asked)
    ).values_list("sha256", "clean_sha256", "thumb_sha256")
    sealed = SealedContent.objects.filter(sha256__in=asked).values_list("sha256", flat=True)
    return {found for row in rows for found in row if found in asked} | set(sealed)


def alike(files: Iterable[StoredFile], *, among: QuerySet[StoredFile]) -> QuerySet[StoredFile]:
    """Return those `among` others that are the same bytes as one of `files`, or that look the same to who sees copies:
    a byte more at its end, or other hidden data, does not make another picture."""
    files = list(files)
    return among.filter(
        Q(sha256__in={file.sha256 for file in files})
        | Q(clean_sha256__in={file.clean_sha256 for file in files})
    )


def every_row(sample: int | None = None) -> Iterator[StoredFile]:
    """Yield every row, oldest first, a few hundred in memory at a time; or as many as `sample`, at random."""
    rows = StoredFile.objects.order_by("received_at", "id")
    yield from (rows if sample is None else rows.order_by("?")[:sample]).iterator(chunk_size=_BATCH)


def every_seal(sample: int | None = None) -> Iterator[str]:
    """Yield the hash of every sealed content, oldest first; or as many as `sample`, at random."""
    rows = SealedContent.objects.order_by("received_at", "sha256").values_list("sha256", flat=True)
    yield from (rows if sample is None else rows.order_by("?")[:sample]).iterator(chunk_size=_BATCH)
