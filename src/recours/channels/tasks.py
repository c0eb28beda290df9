"""What the worker does about mails and messages that come in."""

from __future__ import annotations

from uuid import UUID

from recours import clock, jobs
from recours.channels.commands import attend as attend_mail
from recours.channels.commands.dispatching import RUN as SENT_AT_ONCE
from recours.channels.commands.dispatching import send_due
from recours.channels.commands.forgetting import forget_webhooks
from recours.channels.commands.news import carry_news
from recours.channels.commands.proving import mail_code
from recours.channels.commands.receiving import due
from recours.channels.commands.working import RUN
from recours.channels.commands.working import work_off as work_off_channels
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


@jobs.task("channels.work_off")
def work_off() -> None:
    """Look at what the webhooks of channels brought. Several may run: each leases what it works on."""
    if work_off_channels() >= RUN:
        jobs.wake("channels.work_off")


@jobs.task("channels.send")
def send() -> None:
    """Send what waits on channels. Several may run: each takes a message by its row."""
    if send_due() >= SENT_AT_ONCE:
        jobs.wake("channels.send")


@jobs.task("channels.send_code")
def send_code(code: str) -> None:
    """Mail a code to the address of the order that somebody named, if there is one."""
    mail_code(UUID(code), now=clock.now())


@jobs.periodic("channels.pick_up", cron="* * * * *")
def pick_up() -> None:
    """Ask for a run of both each minute: for what was put off, and what a dead worker left."""
    jobs.wake("channels.work_off")
    carry_news(clock.now())
    jobs.wake("channels.send")


@jobs.periodic("channels.forget", cron="51 3 * * *")
def forget() -> None:
    """Forget each night what webhooks brought and nobody reads."""
    forget_webhooks(now=clock.now())
