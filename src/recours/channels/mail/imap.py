"""Fetching mails from a mailbox. Each is ours, sealed and committed, before the server hears that it was read."""

from __future__ import annotations

import datetime as dt
import imaplib
import logging
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from imap_tools import (
    BaseMailBox,
    ImapToolsError,
    MailBox,
    MailBoxStartTls,
    MailBoxUnencrypted,
    MailMessageFlags,
)

from recours.channels.commands import receive

log = logging.getLogger(__name__)

TAKEN = "Recours"
"""The folder to which mails go that were taken."""
RUN = 200
"""Mails that one run takes; what is left is for the next minute."""
LARGEST = 64 * 1024 * 1024
"""Bytes. Of a mail beyond that only the head is fetched: enough to know whose it is and to say that it is too large."""
PATIENCE_SECONDS = 30

_LITERAL_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_OPENERS: dict[str, Callable[..., BaseMailBox]] = {
    "implicit": MailBox,
    "starttls": MailBoxStartTls,
    "": MailBoxUnencrypted,
}


def fetch_mail(*, now: dt.datetime) -> int:
    """Take what is in the mailbox of the settings and return how many mails were taken; 0 where none is set.

    A mail that cannot be kept stays where it is, unread, and does not keep the others waiting. A server that does not
    answer is tried again by the next run.
    """
    place: dict[str, Any] | None = settings.IMAP
    if place is None:
        return 0
    try:
        with _OPENERS[place["tls"]](place["host"], place["port"], timeout=PATIENCE_SECONDS).login(
            place["user"], place["password"], initial_folder=place["folder"]
        ) as box:
            _make_folder(box)
            return sum(_take(box, uid, now) for uid in box.uids("UNDELETED", sort=None)[:RUN])
    except (OSError, ImapToolsError, imaplib.IMAP4.error) as error:
        log.warning("The mailbox at %s cannot be read: %s", place["host"], error)
        return 0


def _take(box: BaseMailBox, uid: str, now: dt.datetime) -> bool:
    try:
        raw, size = _fetch(box, uid)
        if not raw:
            return False
        receive(raw, source="imap", now=now, size=size)
    except Exception:  # one mail must not keep the others waiting; it stays, and is tried again
        log.exception("Mail %s of the mailbox could not be taken.", uid)
        return False
    # From here on it is ours. Should the move fail, it comes again, and is known by its bytes.
    box.flag([uid], MailMessageFlags.SEEN, True)
    box.move([uid], TAKEN)
    return True


def _fetch(box: BaseMailBox, uid: str) -> tuple[bytes, int]:
    """Return a mail and its size in bytes; of one beyond LARGEST, its head."""
    told = _LITERAL_SIZE.search(_joined(box.client.uid("fetch", uid, "(RFC822.SIZE)")))
    size = int(told[1]) if told else 0
    state, answer = box.client.uid("fetch", uid, "(BODY.PEEK[HEADER])" if size > LARGEST else "(BODY.PEEK[])")
    if state != "OK":
        raise imaplib.IMAP4.error(f"fetch of {uid}: {state}")
    raw = bytes(next((one[1] for one in answer if isinstance(one, tuple)), b""))
    return raw, max(size, len(raw)) if size > LARGEST else len(raw)


def _joined(answer: tuple[str, list[Any]]) -> bytes:
    parts = [one if isinstance(one, bytes) else b" ".join(one) for one in answer[1] if one]
    return b" ".join(parts)


def _make_folder(box: BaseMailBox) -> None:
    if not box.folder.exists(TAKEN):
        box.folder.create(TAKEN)
