"""What the worker does about mails that come in."""

from __future__ import annotations

from uuid import UUID

from recours import clock, jobs
from recours.channels.commands import attend as attend_mail
from recours.channels.commands.receiving import due
from recours.channels.mail.imap import fetch_mail


@jobs.task("channels.attend")
def attend(mail: str) -> None:
    """Look at a mail that was received."""
    attend_mail(UUID(mail), now=clock.now())


@jobs.periodic("channels.attend_due", cron="* * * * *")
def attend_due() -> None:
    """Look at mails whose job was lost, and at those that were put off."""
    now = clock.now()
    for mail_id in due(now):
        attend_mail(mail_id, now=now)


@jobs.periodic("channels.fetch", cron="* * * * *")
def fetch() -> None:
    """Fetch what is in the mailbox of RECOURS_IMAP."""
    fetch_mail(now=clock.now())
