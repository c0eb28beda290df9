"""Keeping what was judged good."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import connection, transaction

from recours import clock
from recours.files import scanning, storage
from recours.files.judge import Judged, judge
from recours.files.models import Scan, StoredFile, Withheld
from recours.files.queries import alike
from recours.files.refusals import FileNotKept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.base import File
    from django.db.models import QuerySet

    from recours.people.models import User

log = logging.getLogger(__name__)


def store_upload(*, upload: File[bytes], by: User | None) -> StoredFile:
    """Judge an upload and keep it; return its row. Raises a FileRefused."""
    return store_judged(judged=judge(upload), by=by)


def store_judged(*, judged: Judged, by: User | None) -> StoredFile:
    """Keep a judged file and return its row. Raises FileNotKept.

    In order: the original, the clean copy and the thumbnail are on the disk, each under its hash; then the
    row is written, and the file held for the virus scanner where there is one. Whatever stops it between the two
    leaves files without a row, which `sweep` finds a day later, and never a row without its files.
    """
    try:
        sha256 = storage.keep(judged.original)
        clean_sha256 = storage.keep(judged.clean)
        thumb_sha256 = storage.keep(judged.thumb) if judged.thumb is not None else None
    except OSError as error:
        log.exception("The evidence store did not take a file of %s bytes.", len(judged.original))
        raise FileNotKept(name=judged.name) from error
    now = clock.now()
    with transaction.atomic():
        stored = StoredFile.objects.create(
            sha256=sha256,
            media_type=judged.media_type,
            kind=judged.kind,
            size_bytes=len(judged.original),
            original_name=judged.name,
            width=judged.width,
            height=judged.height,
            pages=judged.pages,
            seconds=judged.seconds,
            received_at=now,
            uploaded_by=by,
            clean_sha256=clean_sha256,
            clean_media_type=judged.clean_media_type,
            clean_size=len(judged.clean),
            thumb_sha256=thumb_sha256,
        )
        scanning.hold(stored, now=now)
    return stored


def discard(rows: QuerySet[StoredFile], *, most: int) -> int:
    """Remove the oldest of `rows`, which belong to nothing, and return how many; their contents are left to `sweep`.

    Should one be put to use in the same moment, the foreign keys hold: raises IntegrityError, and nothing is removed.
    """
    with transaction.atomic():
        gone = list(rows.order_by("received_at", "id").values_list("pk", flat=True)[:most])
        Scan.objects.filter(file__in=gone).delete()
        with connection.cursor() as cursor:
            # Not by Django, which would take with it what has come to speak of one meanwhile.
            cursor.execute("DELETE FROM files_storedfile WHERE id = ANY(%s)", [gone])
        return len(gone)


def withhold_alike(files: Sequence[StoredFile], *, among: QuerySet[StoredFile]) -> None:
    """Withhold those of `files` whose content the desk withholds `among` others, from the same readers.

    In the caller's transaction, under the lock of what the files are put on. Who was asked not to show something does
    not undo that by sending it again, nor by a byte more at its end: what others would see is compared as well.
    """
    known = {
        sha256: withheld
        for withheld in Withheld.objects.select_related("file").filter(file__in=alike(files, among=among))
        for sha256 in (withheld.file.sha256, withheld.file.clean_sha256)
    }
    if known:
        Withheld.objects.bulk_create(
            (
                Withheld(
                    file=file,
                    from_buyer=like.from_buyer,
                    from_seller=like.from_seller,
                    copy_id=like.copy_id,
                )
                for file in files
                if (like := known.get(file.sha256) or known.get(file.clean_sha256)) is not None
            ),
            ignore_conflicts=True,
        )
