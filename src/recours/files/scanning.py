"""Having files looked at by the operator's virus scanner, where there is one.

A file is kept at once and shown once it was found good: sending it never waits for the scanner, and a scanner that is
down holds files, it does not lose them.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.db import transaction

from recours import jobs
from recours.files import storage
from recours.files.clamd import ScannerUnavailable, scan
from recours.files.models import Scan, StoredFile

log = logging.getLogger(__name__)

RUN = 50
"""Files of one run; a run that is full asks for another."""


def hold(stored: StoredFile, *, now: dt.datetime) -> None:
    """Have a file scanned soon, if a scanner is set; in the transaction of its row."""
    if settings.CLAMAV is not None:
        Scan.objects.create(file=stored, asked_at=now)
        jobs.wake("files.scan")


def scan_held(*, now: dt.datetime) -> int:
    """Scan what waits, oldest first, and return how many files were; stops at the first that the scanner leaves
    unanswered, to be asked again a minute later. Safe to repeat, and beside another run."""
    if settings.CLAMAV is None:
        return 0
    waiting = Scan.objects.filter(verdict=Scan.Verdict.WAITING).select_related("file")
    done = 0
    for held in waiting.order_by("asked_at", "pk")[:RUN]:
        try:
            with storage.read(held.file.sha256) as content:
                found = scan(content.read(), settings.CLAMAV)
        except ScannerUnavailable as error:
            log.warning("clamd did not answer about file %s: %s", held.pk, error)
            break
        except OSError:
            log.exception("File %s waits for its scan, and the store cannot give it.", held.pk)
            continue
        verdict = Scan.Verdict.INFECTED if found else Scan.Verdict.CLEAN
        if found:
            log.warning("File %s is held for good: %s", held.pk, found)
        with transaction.atomic():
            fresh = Scan.objects.filter(pk=held.pk, verdict=Scan.Verdict.WAITING)
            done += fresh.update(verdict=verdict, found=found, answered_at=now)
    return done
