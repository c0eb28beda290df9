"""Sending what waits, one mail at a time.

Exactly once does not exist on the wire. A mail is taken in one transaction, handed over, and marked in another: a
worker that dies in between leaves it "sending", and the next one sends the same bytes with the same Message-ID again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import math
import random
import smtplib
import time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from recours import clock
from recours.outbox.content import MailContent
from recours.outbox.envelope import letter_of
from recours.outbox.models import Mail
from recours.outbox.queries import is_due, lock_next, sent_lately
from recours.outbox.rendering import word
from recours.outbox.troubles import Trouble, note

log = logging.getLogger(__name__)

GIVE_UP = dt.timedelta(days=3)
LONGEST_WAIT = dt.timedelta(hours=8)
TRIES = 17
"""After waits of 1, 2, 4… minutes and then of eight hours, the seventeenth try is some three days after the first."""
HOUR = dt.timedelta(hours=1)
CEILING = 60
"""Mails an hour to one address, of those that protect nothing; more are sent later."""
ACCOUNT_CEILING = 5
"""Letters an hour about an account to one address: anybody may ask for them, naming anybody's address."""

_TROUBLES = (OSError, smtplib.SMTPException)
"""What a connection raises; smtplib's own are OSErrors today, and are named all the same."""


def send_due(*, seconds: float = math.inf) -> int:
    """Send the mails whose time has come; return how many were taken, whatever became of each.

    After `seconds` no other is taken. One connection serves them all. A server that cannot be reached costs no mail a
    try: they wait, and those that have waited for three days are given up.
    """
    if not is_due(clock.now()):
        return 0
    line = get_connection()
    taken, until = 0, time.monotonic() + seconds
    try:
        while not taken or time.monotonic() < until:
            try:
                line.open()
            except _TROUBLES as error:
                _server_is_away(error, clock.now())
                break
            mail = _take(clock.now())
            if mail is None:
                break
            taken += 1
            if mail.state == Mail.State.SENDING:
                _hand_over(line, mail)
    finally:
        _hang_up(line)
    return taken


def _take(now: dt.datetime) -> Mail | None:
    """Take the mail that waits longest, and word it if that was not done; None when nothing is left to take.

    The one returned is to be sent only if it is now SENDING: others were dropped, delayed or given up.
    """
    with transaction.atomic():
        mail = lock_next(now)
        if mail is None:
            return None
        if mail.attempts >= TRIES:
            _end(mail, Mail.State.FAILED, note(Trouble.TRIED_OUT, mail.trouble), now)
        elif not _hold_back(mail, now):
            mail.state, mail.taken_at = Mail.State.SENDING, now
            mail.attempts += 1
            if not mail.subject:
                _word(mail, now)
        mail.save()
        return mail


def _hold_back(mail: Mail, now: dt.datetime) -> bool:
    """Delay a mail to somebody who has had enough this hour; drop one letter too many about an account."""
    if mail.protects:
        return False
    most = ACCOUNT_CEILING if mail.is_letter else CEILING
    lately = sent_lately(mail, since=now - HOUR, most=most)
    if len(lately) < most:
        return False
    if mail.is_letter:
        _end(mail, Mail.State.DROPPED, note(Trouble.TOO_MANY), now)
    else:
        mail.state, mail.not_before = Mail.State.WAITING, min(lately) + HOUR
    return True


def _word(mail: Mail, now: dt.datetime) -> None:
    """Put the words into the row. Whatever the code of a kind of mail does wrong is that mail's trouble alone."""
    try:
        validate_email(mail.address)
    except ValidationError:
        _end(mail, Mail.State.FAILED, note(Trouble.BAD_ADDRESS), now)
        return
    try:
        with transaction.atomic():
            content: MailContent | None = import_string(settings.MAIL_RENDERERS[mail.renderer])(mail)
            if content is not None:
                word(mail, content)
    except Exception as error:
        log.exception("Mail %s (%s) could not be worded.", mail.pk, mail.kind)
        _end(mail, Mail.State.FAILED, note(Trouble.NOT_WORDED, f"{type(error).__name__}: {error}"), now)
        return
    if content is None:
        _end(mail, Mail.State.DROPPED, "", now)


def _hand_over(line: BaseEmailBackend, mail: Mail) -> None:
    try:
        letter = letter_of(mail)
        letter.message()
    except Exception as error:
        log.exception("Mail %s (%s) could not be written as a message.", mail.pk, mail.kind)
        _mark_failed(mail, note(Trouble.NOT_BUILT, f"{type(error).__name__}: {error}"))
        return
    try:
        line.send_messages([letter])
    except smtplib.SMTPRecipientsRefused as error:
        [(code, words)] = error.recipients.values()
        _refused(mail, code, words)
    except smtplib.SMTPDataError as error:
        _refused(mail, error.smtp_code, error.smtp_error)
    except smtplib.SMTPResponseException as error:
        # Refused before any recipient was named: it is the sender, or the account, that must be mended.
        _try_later(mail, _reply(error.smtp_code, error.smtp_error))
        _hang_up(line)
    except _TROUBLES as error:
        _try_later(mail, f"{type(error).__name__}: {error}")
        _hang_up(line)
    except ValueError as error:
        _mark_failed(mail, note(Trouble.BAD_ADDRESS, error))
    else:
        _mark_sent(mail)


def _refused(mail: Mail, code: int, words: bytes | str) -> None:
    if code >= 500:
        _mark_failed(mail, _reply(code, words))
    else:
        _try_later(mail, _reply(code, words))


def _mark_sent(mail: Mail) -> None:
    now = clock.now()
    changes = {"state": Mail.State.SENT, "sent_at": now, "trouble": ""} | _blanks(mail)
    Mail.objects.filter(pk=mail.pk, state=Mail.State.SENDING).update(**changes)


def _mark_failed(mail: Mail, trouble: str) -> None:
    changes = {"state": Mail.State.FAILED, "returned_at": clock.now(), "trouble": trouble} | _blanks(mail)
    _still_ours(mail).update(**changes)


def _try_later(mail: Mail, trouble: str) -> None:
    """Put the mail back, to be tried after a wait that doubles each time."""
    now = clock.now()
    wait = min(dt.timedelta(minutes=2 ** (mail.attempts - 1)), LONGEST_WAIT)
    # Some sooner, some later: what failed together does not come back together.
    wait *= random.uniform(0.8, 1.2)  # noqa: S311 -- no secret
    log.warning("Mail %s (%s) is tried again in %s: %s", mail.pk, mail.kind, wait, trouble)
    _still_ours(mail).update(state=Mail.State.WAITING, not_before=now + wait, trouble=trouble)


def _still_ours(mail: Mail) -> QuerySet[Mail]:
    """The row, unless another worker has taken it since."""
    return Mail.objects.filter(pk=mail.pk, state=Mail.State.SENDING, attempts=mail.attempts)


def _end(mail: Mail, state: Mail.State, trouble: str, now: dt.datetime) -> None:
    mail.state, mail.trouble = state, trouble
    if state == Mail.State.FAILED:
        mail.returned_at = now
    for field, value in _blanks(mail).items():
        setattr(mail, field, value)


def _blanks(mail: Mail) -> dict[str, object]:
    """Fields to empty once a mail is done with: letters about an account hold a link that lets its holder in, which
    must not lie in the database, nor in its backups, for as long as it is good."""
    return {"text": "", "html": "", "payload": {}} if mail.is_letter else {}


def _server_is_away(error: Exception, now: dt.datetime) -> None:
    log.warning("The mail server cannot be reached; mails wait: %s", error)
    trouble = note(Trouble.SERVER_AWAY, f"{type(error).__name__}: {error}")
    for mail in Mail.objects.filter(state=Mail.State.WAITING, not_before__lt=now - GIVE_UP):
        changes = {"state": Mail.State.FAILED, "returned_at": now, "trouble": trouble} | _blanks(mail)
        Mail.objects.filter(pk=mail.pk, state=Mail.State.WAITING).update(**changes)


def _hang_up(line: BaseEmailBackend) -> None:
    with contextlib.suppress(*_TROUBLES):
        line.close()


def _reply(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {text}"[:2000]
