"""Taking mails in: kept first, then looked at, each in a transaction of its own.

The bytes are sealed and their row written before anything is read in them. Whatever happens afterwards, a crash or a
mail that makes us fail, the mail is there, is tried again, and in the end shows at the desk.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from uuid import UUID

from django.db import transaction
from django.db.models import F

from recours import jobs
from recours.channels.commands.placing import place
from recours.channels.mail.parsing import parse
from recours.channels.models import InboundMail
from recours.files import storage
from recours.files.models import SealedContent
from recours.rules.conversation import TooManyMessages

log = logging.getLogger(__name__)

Outcome = InboundMail.Outcome

TRIES = 5
"""After that many failures of ours the desk is shown the mail."""
FIRST_WAIT = dt.timedelta(minutes=5)
PACE_WAIT = dt.timedelta(minutes=10)
"""How long a mail waits whose sender has written as much as anybody may."""


def receive(raw: bytes, *, source: str, now: dt.datetime, size: int = 0) -> InboundMail:
    """Keep a mail and return its row; the one of the same bytes is returned as it is. Raises OSError, having kept
    nothing.

    `size` is that of the whole mail, in bytes, where `raw` is but the head of one that is far too large.
    In order: the bytes are on the disk under their hash; then one transaction writes that they are sealed, the
    mail's row, and the job that looks at it.
    """
    sha256 = storage.keep(raw)
    with transaction.atomic():
        SealedContent.objects.get_or_create(
            sha256=sha256, defaults={"size_bytes": len(raw), "received_at": now}
        )
        row, is_new = InboundMail.objects.get_or_create(
            sha256=sha256,
            defaults={
                "size_bytes": size or len(raw),
                "source": source,
                "received_at": now,
                "look_at": now,
            },
        )
        if is_new:
            jobs.defer("channels.attend", mail=row.pk)
    return row


def ingest(raw: bytes, *, source: str, now: dt.datetime) -> InboundMail:
    """Keep a mail and look at it at once; return its row with what became of it. Raises OSError."""
    row = receive(raw, source=source, now=now)
    attend(row.pk, now=now)
    row.refresh_from_db()
    return row


def attend(mail_id: UUID, *, now: dt.datetime) -> None:
    """Look at a mail that was received. Safe to repeat. What fails is put off, and shown to the desk at last."""
    try:
        _look(mail_id, now)
    except TooManyMessages:
        _put_off(mail_id, now + PACE_WAIT, because="pace")
    except Exception:  # whatever one mail does to us must not keep the others waiting
        log.exception("Mail %s could not be looked at.", mail_id)
        _failed(mail_id, now)


def due(now: dt.datetime, *, limit: int = 200) -> list[UUID]:
    """Return the mails that wait to be looked at, the longest waiting first."""
    rows = InboundMail.objects.filter(outcome=Outcome.RECEIVED, look_at__lte=now)
    return list(rows.order_by("look_at", "id").values_list("pk", flat=True)[:limit])


def _look(mail_id: UUID, now: dt.datetime) -> None:
    found = InboundMail.objects.filter(pk=mail_id, outcome=Outcome.RECEIVED).first()
    if found is None:
        return
    with storage.read(found.sha256) as file:
        raw = file.read()
    if hashlib.sha256(raw).hexdigest() != found.sha256:
        raise OSError(f"mail {mail_id} is not what was sealed")
    place(mail_id, parse(raw, size=found.size_bytes), now=now)


def _put_off(mail_id: UUID, until: dt.datetime, *, because: str) -> None:
    InboundMail.objects.filter(pk=mail_id, outcome=Outcome.RECEIVED).update(look_at=until, because=because)


def _failed(mail_id: UUID, now: dt.datetime) -> None:
    with transaction.atomic():
        row = InboundMail.objects.select_for_update().filter(pk=mail_id, outcome=Outcome.RECEIVED).first()
        if row is None:
            return
        tries = row.tries + 1
        InboundMail.objects.filter(pk=mail_id).update(
            tries=F("tries") + 1,
            because="fault",
            look_at=now + FIRST_WAIT * 2 ** (tries - 1),
            outcome=Outcome.UNPLACED if tries >= TRIES else Outcome.RECEIVED,
        )
