"""Keeping a file for who asks, changing it, erasing it, and forgetting those that are over."""

from __future__ import annotations

import datetime as dt
import secrets

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from recours.guide.models import KEPT_FOR, KeptFile
from recours.guide.queries import file_digest
from recours.outbox.commands import write_letter
from recours.rules.refusals import Refusal
from recours.rules.wording import Lang, say

FILES_A_DAY = 3
"""Files that one mail address is sent in a day, whoever asks for them: nobody's mailbox is filled through us."""
_OWNER = "recours.guide.kept_file.owner"


class GuideFilesEnough(Refusal):
    """This mail address was sent as many files as it may be in a day."""


def keep_file(*, state: str, email: str, lang: Lang, now: dt.datetime) -> dt.datetime:
    """Keep answers and mail their private address, in one transaction; return until when they are kept.

    The secret has 256 bits; the mail that holds it is blanked once it is sent. Raises GuideFilesEnough.
    """
    owner = owner_digest(email)
    with transaction.atomic():
        # Two requests at once count one another; the lock goes with the transaction.
        key = int.from_bytes(owner[:8], "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
        lately = KeptFile.objects.filter(owner=owner, made_at__gt=now - dt.timedelta(days=1))
        if lately.count() >= FILES_A_DAY:
            raise GuideFilesEnough(most=FILES_A_DAY)
        secret = secrets.token_urlsafe(32)
        row = KeptFile.objects.create(
            digest=file_digest(secret),
            owner=owner,
            state=state,
            made_at=now,
            saved_at=now,
            expires_at=now + KEPT_FOR,
        )
        link = f"{settings.SITE_URL}{reverse('guide:file', args=[secret])}"
        paragraphs = [
            say(lang, "guide.kept_mail.what"),
            link,
            say(lang, "guide.kept_mail.until", until=row.expires_at.date()),
            say(lang, "guide.kept_mail.unasked"),
        ]
        write_letter(
            subject=say(lang, "guide.kept_mail.subject"),
            body="\n\n".join(paragraphs),
            site="Recours",
            address=email.strip(),
            language=lang,
            now=now,
        )
    return row.expires_at


def save_file(*, file: KeptFile, state: str, now: dt.datetime) -> bool:
    """Put other answers into a file, which is then kept anew; False when it was erased meanwhile."""
    return bool(
        KeptFile.objects.filter(pk=file.pk).update(state=state, saved_at=now, expires_at=now + KEPT_FOR)
    )


def erase_file(*, file: KeptFile) -> None:
    """Erase a file at once. Nothing of it stays, and its address opens nothing."""
    KeptFile.objects.filter(pk=file.pk).delete()


def forget_old_files(now: dt.datetime) -> int:
    """Delete the files whose time is over; return how many."""
    return KeptFile.objects.filter(expires_at__lte=now).delete()[0]


def owner_digest(email: str) -> bytes:
    """Return what stands for a mail address: who has our rows but not our key cannot try addresses out."""
    return salted_hmac(_OWNER, email.strip().casefold(), algorithm="sha256").digest()
