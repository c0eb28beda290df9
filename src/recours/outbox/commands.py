"""Writes on the outbox: letters about an account, and what the world answers to mails that have left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from recours import jobs
from recours.outbox.models import Mail

LATELY = dt.timedelta(days=5)
"""How far back a report that names only its recipient may reach: servers give up within that time."""
SAID_MOST = 2000
_GONE = (Mail.State.SENT, Mail.State.SENDING)


def write_letter(
    *,
    subject: str,
    body: str,
    site: str,
    address: str,
    language: str,
    now: dt.datetime,
    name: str = "",
    user_id: UUID | None = None,
) -> None:
    """Put a letter on the outbox that holds a link which lets its holder in; it is blanked once it is sent.

    The link stands alone between two empty lines of `body`, and becomes the button.
    """
    key = uuid4()
    with transaction.atomic():
        Mail.objects.create(
            id=key,
            key=f"account:{key}",
            kind=Mail.ACCOUNT,
            renderer="account",
            payload={"subject": subject, "body": body, "site": site},
            user_id=user_id,
            address=address,
            name=name,
            language=language,
            created_at=now,
            not_before=now,
            message_id=f"<{key}@{settings.MAIL_DOMAIN}>",
        )
        jobs.defer("outbox.send")


def mark_returned(
    *,
    now: dt.datetime,
    said: str,
    mail_id: UUID | None = None,
    message_ids: Iterable[str] = (),
    recipient: str = "",
    final: bool = True,
    complaint: bool = False,
) -> Mail | None:
    """Note what a mail server or a reader's provider reported; return the mail, None when it is none of ours.

    The mail is found by its own bounce address (`mail_id`), else by its Message-ID, else, for a service that gives
    neither, as the latest one sent to `recipient`. A `final` report makes it bounced, or complained; another is
    noted and it counts as sent. The first final word stays; a mail that protects a right then shows at the desk.
    """
    with transaction.atomic():
        mail = _find(mail_id, [one for one in message_ids if one], recipient, now)
        if mail is None:
            return None
        if mail.state in _GONE:
            mail.trouble = said[:SAID_MOST]
            if complaint or final:
                mail.state = Mail.State.COMPLAINED if complaint else Mail.State.BOUNCED
                mail.returned_at = now
            mail.save(update_fields=["state", "trouble", "returned_at"])
        return mail


def mark_handled(*, mail_id: UUID, marketplace_ids: Iterable[UUID], by: UUID, now: dt.datetime) -> bool:
    """Note that somebody of the desk dealt with a mail that did not arrive; False when there is none to deal with."""
    return bool(
        Mail.objects.filter(
            pk=mail_id,
            marketplace_id__in=list(marketplace_ids),
            protects=True,
            handled_at=None,
            state__in=[Mail.State.FAILED, Mail.State.BOUNCED, Mail.State.COMPLAINED],
        ).update(handled_at=now, handled_by_id=by)
    )


def _find(mail_id: UUID | None, message_ids: list[str], recipient: str, now: dt.datetime) -> Mail | None:
    rows = Mail.objects.select_for_update()
    if mail_id is not None:
        return rows.filter(pk=mail_id).first()
    if message_ids:
        # A service may give the Message-ID without its brackets.
        wanted = {*message_ids, *(f"<{one.strip('<>')}>" for one in message_ids)}
        found = rows.filter(message_id__in=wanted).first()
        if found is not None or not recipient:
            return found
    if not recipient:
        return None
    return (
        rows.filter(address__iexact=recipient, state__in=_GONE, created_at__gt=now - LATELY)
        .order_by("-created_at")
        .first()
    )
